"""A form sets what it asks for, and nothing else of any row; so does a phone."""

import json
import re

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from mallops.db import SAFE_METHODS, db
from mallops.errors import Refused
from mallops.ledger import kinds
from mallops.people import passwords
from mallops.people.queries import find_user
from mallops.people.rights import RECORDERS
from tests.support.forms import Desk, forms_of
from tests.support.objects import taken
from tests.support.phone import Phone
from tests.support.world import ROUTES

UNSAFE = sorted(
    {
        endpoint
        for endpoint, method, rule in ROUTES
        if method not in SAFE_METHODS and not rule.rule.startswith("/sync/")
    }
)
# What these change is in the browser's cookie, sealed.
CHANGE_NO_ROW = {"factors.cancel"}

# -- A field for every column there is, with a value that its column would take

FOREIGN_ID = "0192f000-0000-7000-8000-00000000cafe"
BY_NAME = {"role": "admin", "theme": "light", "language": "zh-Hant", "severity": "S1"}
BY_TYPE = (
    (sa.Boolean, "1"),
    (sa.Integer, "2"),
    (sa.Uuid, FOREIGN_ID),
    (sa.Date, "2020-02-02"),
    (sa.DateTime, "2020-02-02T02:02"),
    (sa.Time, "02:02"),
    (sa.JSON, '["stranger"]'),
)


def value_for(column):
    type_ = column.type.impl if hasattr(column.type, "impl") else column.type
    found = (value for kind, value in BY_TYPE if isinstance(type_, kind))
    return BY_NAME.get(column.name) or next(found, "stranger")


COLUMNS = {
    column.name: value_for(column)
    for table in db.metadata.sorted_tables
    for column in table.c
}

# -- What a database says, apart from what chance made

CHANCE = (
    (re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"), "<id>"),
    (re.compile(r"[0-9a-f]{64}"), "<hash>"),
    (re.compile(r"\$argon2[^']*"), "<password>"),
    (re.compile(r"gAAAA[\w=-]+"), "<sealed>"),
    (re.compile(r"b'[^']*'|b\"[^\"]*\""), "<bytes>"),
)
MADE_BY_CHANCE = {("recovery_codes", "begins_with")}


def told(world):
    """Every row of every table as text; what is made by chance is masked."""
    return {
        table: sorted(as_text(table, row) for row in rows)
        for table, rows in world.contents().items()
    }


def as_text(table, row):
    kept = {k: v for k, v in row._mapping.items() if (table, k) not in MADE_BY_CHANCE}
    text = repr(kept)
    assert FOREIGN_ID not in text  # of ids chance decides; this one came with a form
    for pattern, name in CHANCE:
        text = pattern.sub(name, text)
    return text


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", quick)


def sent(world, name, extra=None):
    """What is in the database after a form was accepted."""
    world.restore()
    response = Desk(world).send(name, extra)
    fine = response.status_code == 302 or response.status_code == 200
    assert fine, f"{response.status_code} {wrong_on(response.text)}"
    return told(world)


def wrong_on(page):
    return re.findall(r'class="[^"]*(?:error|wrong)[^"]*"[^>]*>([^<]+)', page)


# -- Forms


def test_every_address_that_takes_a_form_has_a_valid_one(world):
    assert {name.partition(" ")[0] for name in forms_of(world)} == set(UNSAFE)


@pytest.mark.parametrize("endpoint", UNSAFE)
def test_a_form_sets_nothing_but_its_own_fields(world, endpoint):
    world.restore()
    before = told(world)
    plain = sent(world, endpoint)
    assert endpoint in CHANGE_NO_ROW or plain != before
    assert sent(world, endpoint, COLUMNS) == plain
    world.restore()


# -- Phones

# What an entry says nowhere itself: whose it is, where it stands, what became of it.
NOT_ITS_OWN = (
    "id", "mall_id", "recorded_by_id", "carried_by_id", "by_id", "decided_by_id",
    "user_id", "received_at", "business_day", "ledger_seq", "chain", "status",
    "held_because", "state", "flags", "role",
)  # fmt: skip


@pytest.fixture(scope="module")
def bodies(world):
    """A body of each kind that somebody recorded, by name and version."""
    Desk(world).send_all()
    entries = world.contents()["entries"]
    world.restore()
    return {(row.kind, row.v): row.body for row in entries}


def test_there_is_a_body_of_every_kind_that_can_be_recorded(bodies):
    assert not set(RECORDERS) - {kind for kind, _ in bodies}


def test_an_entry_with_a_field_that_is_not_its_own_is_not_read(world, bodies):
    with world.app.test_request_context():
        for (name, v), text in bodies.items():
            kind = kinds.get(name, v)
            kind.read(text)
            for field in NOT_ITS_OWN:
                with pytest.raises(Refused):
                    kind.read(json.dumps({**json.loads(text), field: COLUMNS[field]}))


def test_what_is_written_on_the_envelope_beside_its_fields_changes_nothing(world):
    assert stored(world, **COLUMNS) == stored(world)
    world.restore()


def stored(world, **extra):
    """What is in the database after a note came in, with this on its envelope too."""
    world.restore()
    with world.in_context():
        phone = Phone(world.app, find_user("demo-officer"), world.clock)
        note = phone.note()
        taken(phone, {**extra, **note})
    return told(world)
