"""Two malls with somebody in every role, and every address there is."""

import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from flask import session
from flask_wtf.csrf import generate_csrf

from mallops import create_app
from mallops.config import read_settings
from mallops.db import SAFE_METHODS, db
from mallops.factors import rules as factors
from mallops.factors.actions import Kept, turn_on
from mallops.people.models import ROLES
from mallops.people.queries import find_user
from mallops.people.rights import RIGHTS
from tests.conftest import Clock, OwnContext
from tests.support import builders
from tests.support.doors import open_daily
from tests.support.objects import (
    Making,
    Say,
    objects_of,
    own_objects_of,
    taken,
    token_of,
)
from tests.support.phone import SAME_ORIGIN, Phone

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
API = ("/sync/", "/floor/pack", "/floor/handover")
HX = {"HX-Request": "true"}
SECOND_FACTOR = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
DECISION = {"verdict": "accept", "reason": "seen by me"}  # fits the one form with ids


def mounted():
    """(endpoint, method, rule) of every address of the product."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(read_settings({"MALLOPS_DATA": folder}))
    return [
        (rule.endpoint, method, rule)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]


ROUTES = mounted()


def routes(wanted=lambda endpoint, method, rule: True):
    found = [route for route in ROUTES if wanted(*route)]
    names = [f"{method} {rule.rule}" for _, method, rule in found]
    return pytest.mark.parametrize(("endpoint", "method", "rule"), found, ids=names)


def is_public(endpoint, *_):
    return RIGHTS[endpoint].public


def is_of_a_mall(endpoint, _method, rule):
    return "mall" in rule.arguments


def is_unsafe(endpoint, method, *_):
    return method not in SAFE_METHODS


@dataclass
class World:
    """One app for all tests of this file; the database is put back as it was."""

    app: object
    folder: object
    clock: Clock
    say: Say = str
    objects: dict = field(default_factory=dict)  # by mall
    own: dict = field(default_factory=dict)  # by person: what is theirs alone
    tokens: dict = field(default_factory=dict)

    def restore(self):
        self.clock.now = NOW
        with (
            closing(sqlite3.connect(self.folder / "kept.db")) as kept,
            closing(sqlite3.connect(self.folder / "mallops.db")) as live,
        ):
            kept.backup(live)

    def address(self, rule, mall="demo", person=None, **given):
        """The path of a rule: with what is this person's, else an officer's."""
        values = {
            **self.objects.get(mall, self.objects["other"]),
            "mall": mall,
            **self._own(rule, person or "demo-officer"),
            **given,
        }
        with self.app.test_request_context():
            return rule.build({n: values[n] for n in rule.arguments})[1]

    def named(self, rule, name, person):
        """What an address that this person opens names so."""
        mall = person.partition("-")[0]
        return {**self.objects[mall], **self._own(rule, person)}[name]

    def _own(self, rule, person):
        """Not where the address names somebody else whose it is."""
        return {} if "user_id" in rule.arguments else self.own[person]

    def client(self, person=None):
        client = self.app.test_client()
        if person:
            with client.session_transaction() as cookie:
                cookie["token"] = self.tokens[person]
        return client

    def ask(self, person, method, path, *, token=True, data=None, **headers):
        """One request, as a page of ours sends it."""
        client = self.client(person)
        given = dict(headers)
        if method not in SAFE_METHODS:
            if path.startswith("/sync/"):
                given |= SAME_ORIGIN | {"Content-Type": "application/json"}
            elif token:
                given["X-CSRFToken"] = self.csrf(client)
        data = data or (DECISION if "/decision" in path else None)
        return client.open(path, method=method, headers=given, data=data, buffered=True)

    def csrf(self, client):
        with self.app.test_request_context():
            token, raw = generate_csrf(), session["csrf_token"]
        with client.session_transaction() as cookie:
            cookie["csrf_token"] = raw
        return token

    def late_note(self):
        """Something recorded before a shift signed, that comes in afterwards."""
        with self.in_context():
            phone = Phone(self.app, find_user("demo-officer"), self.clock)
            recorded_at = self.clock.now - timedelta(minutes=30)
            taken(phone, phone.note(self.say("note.late"), recorded_at=recorded_at))

    @contextmanager
    def in_context(self):
        """For what asks the database itself, and sends requests meanwhile."""
        plain, self.app.wsgi_app = self.app.wsgi_app, OwnContext(self.app)
        with self.app.test_request_context():
            yield
            db.session.remove()
            db.engine.dispose()
        self.app.wsgi_app = plain

    def contents(self):
        """Every row of every table, by table."""
        with self.app.app_context():
            tables = db.metadata.sorted_tables
            rows = {t.name: db.session.execute(sa.select(t)).all() for t in tables}
            db.session.remove()
        return rows


def make_world(sqlite_template, folder, say=str):
    shutil.copy(sqlite_template, folder / "mallops.db")
    settings = read_settings({"MALLOPS_DATA": str(folder)})
    clock = Clock(NOW)
    app = create_app(settings, clock=clock, TESTING=True)
    world = World(app, folder, clock, say)
    with world.in_context():
        populate(world)
    with (
        closing(sqlite3.connect(folder / "mallops.db")) as live,
        closing(sqlite3.connect(folder / "kept.db")) as kept,
    ):
        live.backup(kept)
    return world


def populate(world):
    for code in ("demo", "other"):
        mall = open_daily(builders.make_mall(NOW, code=code), time(9))
        for role in ROLES:
            team = "security" if role == "team" else None
            user = builders.make_user(
                mall, role, NOW, username=f"{code}-{role}", team=team
            )
            world.tokens[f"{code}-{role}"] = token_of(user, NOW)
        if code == "other":
            of_their_own(mall)
        mall.settings = {**mall.settings, "second_factor": ["auditor"]}
        member = member_of(mall)
        world.tokens[member.username] = token_of(member, NOW)
        making = Making(world.app, mall, world.clock, world.say)
        world.objects[code] = {
            **objects_of(making),
            "member_id": member.id,
            "supervisor_id": making.user("supervisor").id,
        }
        for role in ROLES:
            world.own[f"{code}-{role}"] = own_objects_of(making, role)


def member_of(mall):
    """An officer who has a second factor."""
    user = builders.make_user(mall, "officer", NOW, username=f"{mall.code}-member")
    step = int(NOW.timestamp()) // factors.PERIOD_S - 2
    turn_on(user.id, SECOND_FACTOR, step, [Kept("0000", "none")], NOW)
    db.session.commit()
    return user


def of_their_own(mall):
    """Numbers and codes that our mall has not: else theirs would be ours as well."""
    for table, column in (("units", "no"), ("checklist_versions", "code")):
        change = f"UPDATE {table} SET {column} = :new WHERE {column} = :old"
        old, new = ("L1-001", "X1-001") if table == "units" else ("staff", "theirs")
        change += " AND mall_id = :mall"
        db.session.execute(sa.text(change), {"new": new, "old": old, "mall": mall.id})
    db.session.commit()
