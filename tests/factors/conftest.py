"""People with an authenticator, played by the clock of the test."""

import re

import pyotp
import pytest

from mallops.db import db
from mallops.factors import actions, rules
from tests.people.conftest import (  # noqa: F401 -- fixtures
    Browser,
    browser,
    make_app,
    officer,
    quick_hashes,
)
from tests.support.builders import PASSWORD

SECRET = re.compile(r'set-up__secret"><code>([A-Z2-7 ]+)<')
RECOVERY = re.compile(r"<li><code>([\d ]+)</code></li>")
OWN = "/me/second-factor/"


def code_at(secret, moment):
    return pyotp.TOTP(secret).at(int(moment.timestamp()))


def secret_on(page):
    return SECRET.search(page)[1].replace(" ", "")


def recovery_codes_on(page):
    return [code.replace(" ", "") for code in RECOVERY.findall(page)]


class Authenticator:
    """What a person has on the phone, and on paper."""

    def __init__(self, clock, user):
        self.clock, self.user = clock, user
        self.secret, self.codes = rules.new_secret(), rules.new_recovery_codes()

    @property
    def code(self):
        return code_at(self.secret, self.clock.now)

    def next_code(self):
        self.clock.move(seconds=rules.PERIOD_S)
        return self.code

    def wrong_code(self):
        return f"{(int(self.code) + 500_000) % 10**6:06}"


@pytest.fixture
def enrol(app, clock):
    """``enrol(user)``: has it on, set up a minute ago."""

    def enrol(user):
        made = Authenticator(clock, user)
        step = int(clock.now.timestamp()) // rules.PERIOD_S - 2
        hashes = actions.hashed(made.codes)
        actions.turn_on(user.id, made.secret, step, hashes, clock.now)
        db.session.commit()
        return made

    return enrol


@pytest.fixture
def own(enrol, officer):  # noqa: F811 -- fixture
    return enrol(officer)


@pytest.fixture
def one(browser):  # noqa: F811 -- fixture
    return browser()


@pytest.fixture
def give(own):
    """``give(browser, code)``: the password, then this code or the one of now."""

    def give(one, code=None, **given):
        first = one.sign_in(own.user.username, PASSWORD, **given)
        assert first.location.startswith("/sign-in/code"), first.status_code
        return one.post("/sign-in/code", code=code or own.code, **given)

    return give


@pytest.fixture
def inside(one, give):
    """A browser of the officer, signed in with a code."""
    assert give(one).status_code == 302
    return one


@pytest.fixture
def asked(mall):
    """The mall asks for a second factor of its officers and managers."""
    mall.settings = {**mall.settings, "second_factor": ["officer", "manager"]}
    db.session.commit()
    return mall
