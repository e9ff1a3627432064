"""SIGTERM: a batch that was begun is finished and answered, no other is begun."""

import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest

from mallops.db import db
from tests.support.gunicorn import Server
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


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_batch_under_way_is_answered_and_then_the_server_ends(
    settings, mall, make_user, phone
):
    own = phone(make_user(mall))
    cookie = own.client.get_cookie("mallops").value
    content = {
        "protocol": PROTOCOL,
        "nonce": uuid4().hex,
        "install": str(own.install),
        "sent_at": own.clock.now.isoformat(),
        "entries": [own.note()],
        "verify": [],
    }
    db.session.remove()
    env = {"DATABASE_URL": settings.database_url, "WEB_CONCURRENCY": "1"}
    app = "tests.support.slow_wsgi:app"
    begun = settings.data / "begun"
    with Server(settings.data, env, app=app) as server, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(send, server.url, cookie, content)
        until(begun.exists, "the batch to be begun")
        os.kill(server.pid, signal.SIGTERM)
        until(lambda: "Handling signal: term" in server.log, "the signal to arrive")
        assert not answer.done()
        (settings.data / "go_on").touch()
        response = answer.result(60)
        assert response.status_code == 200, response.text
        assert response.json()["results"][0]["status"] == "accepted"
        assert server._process.wait(40) == 0
        assert not accepts(server.port)


def send(url, cookie, content):
    headers = SAME_ORIGIN | {"Cookie": f"mallops={cookie}"}
    return httpx.post(f"{url}/sync/batch", json=content, headers=headers, timeout=60)


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True
