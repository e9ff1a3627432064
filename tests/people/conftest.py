"""A browser that fills in forms, for the tests of people."""

import re
from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from mallops import create_app
from mallops.db import db
from mallops.people import passwords
from tests.support import builders
from tests.support.builders import PASSWORD

HERE = "203.0.113.7"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """A client that reads the token of a page before it posts, as a form does."""

    def __init__(self, app, address=HERE):
        self.client = app.test_client()
        self.environ = {"REMOTE_ADDR": address}

    def get(self, path, **given):
        return self.client.get(path, environ_base=self.environ, **given)

    def token(self):
        return TOKEN.search(self.get("/me/", follow_redirects=True).text)[1]

    def post(self, path, **fields):
        if "csrf_token" not in fields:
            fields["csrf_token"] = self.token()
        return self.client.post(path, data=fields, environ_base=self.environ)

    def sign_in(self, username, password=PASSWORD, **given):
        return self.post("/sign-in", username=username, password=password, **given)

    @property
    def cookie(self):
        return self.client.get_cookie("mallops").value

    def is_signed_in(self):
        return self.get("/me/").status_code == 200


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    """Argon2 is slow on purpose; these tests sign in hundreds of times.

    A hash says itself how slow it is: those that other tests have made stay away.
    """
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", quick)
    monkeypatch.setattr(builders, "_hashes", {})
    passwords._nobodys_hash.cache_clear()
    yield
    passwords._nobodys_hash.cache_clear()


@pytest.fixture
def browser(app):
    """``browser(address=…)``: a new one, signed out."""
    return lambda **given: Browser(app, **given)


@pytest.fixture
def officer(mall, make_user):
    return make_user(mall, "officer", username="officer")


@pytest.fixture
def make_app(app, settings, clock):
    """``make_app()``: another process on the same database, so to speak."""
    made = []

    def make(**changed):
        made.append(create_app(replace(settings, **changed), clock=clock, TESTING=True))
        return made[-1]

    yield make
    for one in made:
        with one.app_context():
            db.engine.dispose()
