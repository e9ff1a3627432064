"""A server that is told to stop, and a process that is stopped for being too slow."""

import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.ledger.models import Entry
from tests.support.gunicorn import Server, health
from tests.support.phone import PROTOCOL, SAME_ORIGIN
from tests.support.worker import until


@pytest.fixture
def clock():
    """The server's own: today's."""

    class Today:
        @property
        def now(self):
            return datetime.now(UTC)

        def __call__(self):
            return self.now

    return Today()


SLOW = "tests.support.slow_wsgi:app"


@pytest.fixture
def batch(mall, make_user, phone):
    """A cookie, and a batch of two notes to be sent with it."""
    own = phone(make_user(mall))
    content = {
        "protocol": PROTOCOL,
        "nonce": uuid4().hex,
        "install": str(own.install),
        "sent_at": own.clock.now.isoformat(),
        "entries": [own.note("one"), own.note("two")],
        "verify": [],
    }
    db.session.remove()
    return own.client.get_cookie("mallops").value, content


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_batch_under_way_is_answered_and_then_the_server_ends(settings, batch):
    env = {"DATABASE_URL": settings.database_url, "WEB_CONCURRENCY": "1"}
    begun = settings.data / "begun"
    with (
        Server(settings.data, env, app=SLOW) as server,
        ThreadPoolExecutor(1) as pool,
    ):
        answer = pool.submit(send, server.url, *batch)
        until(begun.exists, "the batch to be begun")
        os.kill(server.pid, signal.SIGTERM)
        until(lambda: "Handling signal: term" in server.log, "the signal to arrive")
        assert not answer.done()
        (settings.data / "go_on").touch()
        response = answer.result(60)
        assert response.status_code == 200, response.text
        assert statuses(response) == ["accepted", "accepted"]
        assert server._process.wait(40) == 0
        assert not accepts(server.port)


def test_a_process_killed_in_a_slow_batch_stores_nothing_half_and_then_all_once(
    settings, batch
):
    """A12. gunicorn kills by its timeout where a process has one thread only."""
    env = {
        "DATABASE_URL": settings.database_url,
        "WEB_CONCURRENCY": "1",
        "WEB_THREADS": "1",
        "GUNICORN_CMD_ARGS": "--timeout 2",
        "SLOW_AT": "commit",
    }
    with Server(settings.data, env, app=SLOW) as server:
        assert answer_to(server, batch) in {None, 500}
        assert (settings.data / "begun").exists()
        until(lambda: "WORKER TIMEOUT" in server.log, "gunicorn to lose patience")
        assert notes() == []
        (settings.data / "go_on").touch()
        for status in ("accepted", "duplicate"):
            until(lambda: is_up(server), "another process")
            assert statuses(send(server.url, *batch)) == [status, status]
    assert [body.partition('"text": ')[2][:5] for body in notes()] == ['"one"', '"two"']


def answer_to(server, batch):
    """The status of the answer; None: there was none."""
    try:
        return send(server.url, *batch).status_code
    except httpx.HTTPError:
        return None


def notes():
    """The bodies of the notes that are stored."""
    db.session.rollback()
    query = sa.select(Entry.body).filter_by(kind="note").order_by(Entry.ledger_seq)
    return db.session.scalars(query).all()


def statuses(response):
    return [result["status"] for result in response.json()["results"]]


def is_up(server):
    return health(server.port).startswith("200")


def send(url, cookie, content):
    headers = SAME_ORIGIN | {"Cookie": f"mallops={cookie}"}
    return httpx.post(f"{url}/sync/batch", json=content, headers=headers, timeout=60)


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True
