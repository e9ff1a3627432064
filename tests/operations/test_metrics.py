"""``/metrics``: behind a token, and right over all processes of a server."""

import http.client
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from mallops import create_app
from tests.support.gunicorn import Server

TOKEN = "0123456789abcdef-the-token-of-the-tests"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def settings(settings):
    return replace(settings, metrics_token=TOKEN)


def figure(text, name):
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)
    return float(found[1]) if found else 0


def test_without_a_token_it_is_not_there(settings, clock):
    app = create_app(replace(settings, metrics_token=None), clock=clock)
    assert app.test_client().get("/metrics", headers=BEARER).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}"])
def test_with_another_token_it_tells_nothing(client, given):
    answer = client.get("/metrics", headers={"Authorization": given})
    assert answer.status_code == 401
    assert "mallops_" not in answer.text


def test_it_counts_requests_and_entries(client, mall, make_user, phone):
    own = phone(make_user(mall))
    before = client.get("/metrics", headers=BEARER).text
    entry = own.note()
    own.hand_in(entry, own.note())
    own.hand_in(entry)
    after = client.get("/metrics", headers=BEARER).text

    def grown(name):
        return figure(after, name) - figure(before, name)

    assert grown('mallops_requests_total{endpoint="sync.batch",status="200"}') == 2
    assert grown('mallops_request_seconds_count{endpoint="sync.batch"}') == 2
    assert grown('mallops_batch_entries_total{status="accepted"}') == 2
    assert grown('mallops_batch_entries_total{status="duplicate"}') == 1
    assert figure(after, 'mallops_entries{mall="demo"}') == 2
    assert 'mallops_held{mall="demo"} 0.0' in after
    assert "mallops_free_bytes" in after


def test_what_waits_for_a_supervisor_is_counted(client, mall, make_user, phone):
    own = phone(make_user(mall))
    assert own.hand_in(own.note(binding=None))[0]["status"] == "held"
    text = client.get("/metrics", headers=BEARER).text
    assert figure(text, 'mallops_held{mall="demo"}') == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_processes_are_added_up(settings, mall):
    env = {
        "DATABASE_URL": settings.database_url,
        "MALLOPS_METRICS_TOKEN": TOKEN,
        "WEB_CONCURRENCY": "2",
    }
    with Server(settings.data, env) as server:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: ask(server, "/sign-in"), range(40)))
        text = ask(server, "/metrics", BEARER)
        name = 'mallops_requests_total{endpoint="people.sign_in",status="200"}'
        assert figure(text, name) == 40


def ask(server, path, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("GET", path, headers=headers or {})
        return connection.getresponse().read().decode()
    finally:
        connection.close()
