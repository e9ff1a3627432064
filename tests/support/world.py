"""Two malls with somebody in every role, and every address there is."""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import session
from flask_wtf.csrf import generate_csrf

from mallops import create_app
from mallops.config import read_settings
from mallops.db import SAFE_METHODS, db
from mallops.people.models import ROLES
from mallops.people.rights import RIGHTS
from tests.conftest import Clock, OwnContext
from tests.support import builders
from tests.support.objects import objects_of, token_of
from tests.support.phone import SAME_ORIGIN

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
API = ("/sync/", "/floor/pack", "/floor/handover")
HX = {"HX-Request": "true"}
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
    objects: dict
    tokens: dict

    def restore(self):
        with (
            closing(sqlite3.connect(self.folder / "kept.db")) as kept,
            closing(sqlite3.connect(self.folder / "mallops.db")) as live,
        ):
            kept.backup(live)

    def address(self, rule, mall="demo", **given):
        values = {
            **self.objects.get(mall, self.objects["other"]),
            "mall": mall,
            **given,
        }
        with self.app.test_request_context():
            return rule.build({n: values[n] for n in rule.arguments})[1]

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
                given["X-CSRFToken"] = self._csrf(client)
        data = data or (DECISION if "/decision" in path else None)
        return client.open(path, method=method, headers=given, data=data, buffered=True)

    def _csrf(self, client):
        with self.app.test_request_context():
            token, raw = generate_csrf(), session["csrf_token"]
        with client.session_transaction() as cookie:
            cookie["csrf_token"] = raw
        return token


def make_world(sqlite_template, folder):
    shutil.copy(sqlite_template, folder / "mallops.db")
    settings = read_settings({"MALLOPS_DATA": str(folder)})
    app = create_app(settings, clock=Clock(NOW), TESTING=True)
    world = World(app, folder, {}, {})
    plain, app.wsgi_app = app.wsgi_app, OwnContext(app)
    with app.app_context():
        populate(world)
        db.session.remove()
    app.wsgi_app = plain
    with (
        closing(sqlite3.connect(folder / "mallops.db")) as live,
        closing(sqlite3.connect(folder / "kept.db")) as kept,
    ):
        live.backup(kept)
    return world


def populate(world):
    for code in ("demo", "other"):
        mall = builders.make_mall(NOW, code=code)
        for role in ROLES:
            user = builders.make_user(mall, role, NOW, username=f"{code}-{role}")
            world.tokens[f"{code}-{role}"] = token_of(user, NOW)
        world.objects[code] = objects_of(world.app, mall, NOW)
