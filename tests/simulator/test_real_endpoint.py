"""The stories of tests/js/simulator, told to the real server (docs/testing.md)."""

import json
import subprocess

import pytest

from mallops import create_app
from mallops.db import db
from tests.simulator.operator import Operator
from tests.support.gunicorn import CHECKOUT, Server
from tests.support.node import find_node

PLAY = "tests/js/simulator/play.js"
MANY = "tests/js/simulator/many.js"


@pytest.fixture
def operator(settings):
    app = create_app(settings, TESTING=True)
    with app.app_context():
        yield Operator(app)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def server(database_url, tmp_path):
    env = {"DATABASE_URL": database_url, "WEB_CONCURRENCY": "2"}
    with Server(tmp_path, env) as running:
        yield running


def play(operator: Operator, *words: str) -> dict:
    """Run a script in node; answers its questions, returns how it ended."""
    with subprocess.Popen(
        [find_node(), *words],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as node:
        for line in node.stdout:
            said = json.loads(line)
            if "ended" in said:
                return said["ended"]
            answer = getattr(operator, said["ask"])(*said["with"])
            node.stdin.write(json.dumps(answer) + "\n")
            node.stdin.flush()
    raise AssertionError("node ended without a word")


def test_whatever_happens_the_real_server_keeps_every_promise(
    request, server, operator
):
    name = request.node.callspec.id
    replay = f".venv/bin/python -m pytest tests/simulator -k {name}"
    ended = play(operator, PLAY, server.url, replay)
    assert not ended["trouble"], ended["trouble"]
    assert ended["saved"] > 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_ten_thousand_entries_that_waited_all_arrive(server, operator):
    ended = play(operator, MANY, server.url, "10000")
    assert ended == {"trouble": None, "states": {"received": 10_000}}
    assert operator.count() == {"rows": 10_000, "highest": 10_000, "broken": None}
