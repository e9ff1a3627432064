"""Whatever is written anywhere stays text: on every page, in JSON and in files.

Two worlds, in which everything that somebody can write begins with markup, or with a
formula: what phones bring, what forms take, and the names of people, shops and lists.
"""

import csv
import io
import json
import re
from html import unescape

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from mallops.db import db
from mallops.people.models import ROLES
from mallops.people.rights import RIGHTS
from tests.support.forms import Desk
from tests.support.world import ROUTES, make_world

MARKUP = (
    '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    "' onmouseover='alert(1) <b hx-get=/ hx-trigger=load></textarea>{{7*7}} "
)
FORMULA = "=HYPERLINK(1) "
RAW = re.compile(r"<script>alert|<img src=x|' onmouseover='|<b hx-get|</textarea>\{")
NAME = r"([a-z_]+(?:\.[a-z_]+)+)"
TRIGGERS = ("=", "+", "-", "@", "\t", "\r")

# Columns of names that a mall's file or a browser gives; the rest comes through forms.
NAMED = {
    "malls": "name", "places": "name", "tenants": "name", "teams": "name",
    "organisations": "name", "shift_patterns": "name", "users": "name",
    "checklist_versions": "title", "user_sessions": "user_agent",
    "installs": "user_agent",
}  # fmt: skip
# Written, and on no page: a browser is named in our own words.
SHOWN_NOWHERE = {
    "user_sessions.user_agent", "installs.user_agent", "organisations.name",
}  # fmt: skip


class Writer:
    """Begins every text alike, and remembers what it was asked to write."""

    def __init__(self, begin):
        self.begin, self.written = begin, set()

    def __call__(self, name):
        self.written.add(name)
        return f"{self.begin}{name}"


def rename_all(say):
    for table, column in NAMED.items():
        column = db.metadata.tables[table].c[column]
        text = say(f"{table}.{column.name}")
        words = dict.fromkeys(("en", "zh-Hans", "zh-Hant"), text)
        is_text = isinstance(column.type, sa.String)
        change = sa.update(column.table).values({column: text if is_text else words})
        db.session.execute(change)
    lists = db.metadata.tables["checklist_versions"]
    for row in db.session.execute(sa.select(lists.c.id, lists.c.definition)).all():
        change = sa.update(lists).where(lists.c.id == row.id)
        new = reworded(row.definition, say("checklist.words"))
        db.session.execute(change.values(definition=new))
    db.session.commit()


def reworded(part, text):
    """A checklist in which every word is this text."""
    if isinstance(part, list):
        return [reworded(one, text) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: text if key in {"en", "zh-Hans", "zh-Hant"} else reworded(value, text)
        for key, value in part.items()
    }


def written(begin, sqlite_template, folder):
    """A world in which all texts begin so."""
    say = Writer(begin)
    world = make_world(sqlite_template, folder, say)
    with world.in_context():
        rename_all(say)
    Desk(world).send_all()
    return world


# -- Every page of every thing


def things(world):
    """By the name an address has for it: all of a kind in the mall ``demo``."""
    with world.app.app_context():
        mall_id = db.session.scalar(sa.text("SELECT id FROM malls WHERE code = 'demo'"))
        found = {
            name: list(db.session.scalars(sa.select(column).where(of == mall_id)))
            for name, column, of in (
                ("entry_id", *columns("entries", "id")),
                ("finding_id", *columns("findings", "id")),
                ("notice_id", *columns("notices", "id")),
                ("penalty_id", *columns("penalties", "id")),
                ("closure_id", *columns("door_closures", "id")),
                ("no", *columns("units", "no")),
                ("shift_id", *columns("handovers", "shift")),
                ("day", *columns("entries", "business_day")),
                ("code", *columns("checklist_versions", "code")),
            )
        }
        db.session.remove()
    return {name: sorted(set(values)) for name, values in found.items()}


def columns(table, name):
    table = db.metadata.tables[table]
    return table.c[name], table.c.mall_id


def answers(world, wanted):
    """What is at every address that is wanted, by (person, path)."""
    found = {}
    for person, path in dict.fromkeys(addresses(world, wanted)):
        found[person, path] = world.ask(person, "GET", path)
        assert found[person, path].status_code < 500, f"{person}: {path}"
    return found


def addresses(world, wanted):
    """(person, path): for each role that may, and each thing the address can name."""
    every = things(world)
    for endpoint, method, rule in ROUTES:
        if method != "GET" or not wanted(rule.rule):
            continue
        roles = [r for r in ("manager", *ROLES) if RIGHTS[endpoint].allows(r)]
        person = f"demo-{roles[0]}"
        for role in ROLES:
            if role in roles:
                yield f"demo-{role}", world.address(rule, person=f"demo-{role}")
        for name in sorted(rule.arguments & set(every)):
            for value in every[name]:
                yield person, world.address(rule, person=person, **{name: value})


def texts_of(response):
    """What the reader of an answer sees, text by text."""
    kind = response.mimetype
    if kind == "text/html":
        return [" ".join(unescape(response.text).split())]
    if kind == "application/json":
        return list(strings_in(json.loads(response.data)))
    if kind == "text/csv":
        rows = csv.reader(io.StringIO(response.data.decode("utf-8-sig")))
        return [cell for row in rows for cell in row]
    if "spreadsheet" in kind:
        sheets = load_workbook(io.BytesIO(response.data)).worksheets
        rows = [row for sheet in sheets for row in sheet.iter_rows()]
        return [str(cell.value) for row in rows for cell in row if cell.value]
    return []


def strings_in(part):
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for one in part.values() if isinstance(part, dict) else part:
            yield from strings_in(one)


@pytest.fixture(scope="module")
def marked(sqlite_template, tmp_path_factory):
    return written(MARKUP, sqlite_template, tmp_path_factory.mktemp("markup"))


# Being in contact: when, and on which phone (docs/sync.md).
NOTED = (("user_sessions", "last_seen_at"), ("user_sessions", "install_id"))


def kept(world):
    """What is in the database but for what being in contact notes."""
    return {
        table: [
            {k: v for k, v in row._mapping.items() if (table, k) not in NOTED}
            for row in rows
        ]
        for table, rows in world.contents().items()
    }


@pytest.fixture(scope="module")
def read(marked):
    """What was there, every page that was read then, and what was there afterwards."""
    marked.clock.move(minutes=10)
    before = kept(marked)
    found = answers(marked, lambda path: not path.startswith("/static/"))
    return before, found, kept(marked)


@pytest.fixture(scope="module")
def pages(read):
    return read[1]


def test_to_read_every_page_of_every_thing_changes_nothing(read):
    before, _, after = read
    assert after == before


def test_nothing_written_becomes_part_of_a_page(pages):
    html = {asked: a.text for asked, a in pages.items() if a.mimetype == "text/html"}
    assert len(html) > 300
    for asked, text in html.items():
        found = RAW.search(text)
        assert not found, f"{asked}: {text[found.start() - 200 :][:400]}"


def test_all_that_was_written_is_read_somewhere_as_it_was_written(marked, pages):
    begun = re.compile(re.escape(" ".join(MARKUP.split())) + " " + NAME)
    texts = (text for response in pages.values() for text in texts_of(response))
    seen = {name for text in texts for name in begun.findall(text)}
    assert marked.say.written - seen == SHOWN_NOWHERE


def test_no_file_holds_a_formula(sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("formula")
    world = written(FORMULA, sqlite_template, folder)
    files = answers(world, lambda path: path.endswith((".csv", ".xlsx"))).values()
    tables = [a for a in files if a.mimetype == "text/csv"]
    assert len(tables) > 4
    for table in tables:
        assert not [text for text in texts_of(table) if text.startswith(TRIGGERS)]
        assert FORMULA in table.text
    books = [a for a in files if "spreadsheet" in a.mimetype]
    assert len(books) == len(tables)
    for book in books:
        for sheet in load_workbook(io.BytesIO(book.data)).worksheets:
            for row in sheet.iter_rows():
                assert not [cell for cell in row if cell.data_type == "f"]
