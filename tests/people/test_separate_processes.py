"""Two gunicorns on one database: tries count together, a code lets in once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime

import httpx
import pytest

from mallops.db import db
from tests.factors.conftest import (  # noqa: F401 -- fixtures
    code_at,
    enrol,
)
from tests.people.conftest import TOKEN
from tests.support.at_once import at_once
from tests.support.builders import PASSWORD
from tests.support.gunicorn import Server


@pytest.fixture
def urls(settings, app):
    """Where two servers answer, each with a worker process of its own."""
    env = {"DATABASE_URL": settings.database_url, "WEB_CONCURRENCY": "1"}
    pair = [Server(settings.data, env) for _ in range(2)]
    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        for server in pair:
            stack.callback(server.stop)
        list(pool.map(Server.start, pair))
        yield [server.url for server in pair]


@pytest.fixture
def browser_at():
    """``browser_at(url)``: signed out."""
    with ExitStack() as stack:
        yield lambda url: stack.enter_context(httpx.Client(base_url=url, timeout=60))


def form(browser, path, **fields):
    """What will be posted: made before all start together."""
    token = TOKEN.search(browser.get(path).text)[1]
    return lambda: browser.post(path, data={"csrf_token": token, **fields})


def statuses(answers):
    return sorted(answer.status_code for answer in answers)


def test_guesses_count_together_and_a_code_opens_one_door(
    urls,
    browser_at,
    officer,
    mall,
    make_user,
    enrol,  # noqa: F811 -- fixture
):
    make_user(mall, username="guessed")
    own = enrol(officer)
    db.session.remove()
    guess = {"username": "guessed", "password": "wrong horse"}
    guesses = [form(browser_at(url), "/sign-in", **guess) for url in urls * 4]
    assert statuses(at_once(*guesses)) == [401] * 5 + [429] * 3

    known = {"username": "officer", "password": PASSWORD}
    code = code_at(own.secret, datetime.now(UTC))
    doors = [browser_at(url) for url in urls]
    for door in doors:
        assert form(door, "/sign-in", **known)().headers["Location"] == (
            "/sign-in/code"
        )
    answers = at_once(*(form(door, "/sign-in/code", code=code) for door in doors))
    assert statuses(answers) == [302, 401]
    inside = [door.get("/me/").status_code for door in doors]
    assert sorted(inside) == [200, 302]
