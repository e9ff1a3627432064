"""Log lines: one record, one line, who and what, and never a secret (ASVS V16)."""

import io
import json
import logging

import pytest
from sqlalchemy.exc import IntegrityError

from mallops.db import db
from mallops.operations import lines, logs
from tests.support.builders import PASSWORD

EVIL = 'x\r\n{"level":"INFO"}\n\x1b[2J\u202egnp\u2028\u0085 \x00"\\'


@pytest.fixture
def written(settings):
    """What goes to the log from here on, through our own handler."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(lines.JsonLines())
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logs.fit_out([handler], settings)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)


def record(message, *args, exc_info=None):
    given = ("mallops", logging.INFO, "f.py", 1, message, args, exc_info)
    return logging.LogRecord(*given)


def test_a_record_is_one_line_of_json():
    said = json.loads(lines.JsonLines().format(record("hello %s", "you")))
    assert said["message"] == "hello you"
    assert (said["level"], said["logger"]) == ("INFO", "mallops")
    assert said["time"].endswith("Z")


@pytest.mark.parametrize("style", lines.STYLES)
def test_no_input_begins_a_line_or_moves_a_cursor(style):
    try:
        raise ValueError(EVIL)
    except ValueError as error:
        given = (ValueError, error, error.__traceback__)
    one = lines.formatter(style).format(record("%s", EVIL))
    assert len(one.splitlines()) == 1
    assert one.isprintable()
    trace = lines.formatter(style).format(record("%s", EVIL, exc_info=given))
    _first, *more = trace.splitlines()
    assert all(line.startswith("    ") and line.isprintable() for line in more)
    assert bool(more) is (style == "text")


def test_a_request_says_who_what_where_and_how_long(
    written, app, mall, make_user, signed_in
):
    supervisor = make_user(mall, "supervisor")
    browser, user_id = signed_in(supervisor), supervisor.id
    page = "/malls/demo/log/2026-11-21"
    answer = browser.get(f"{page}?q=private", headers={"X-Request-Id": "abc-1.2"})
    assert answer.headers["X-Request-Id"] == "abc-1.2"
    (said,) = [line for line in written() if line["message"] == "request"]
    assert said["request_id"] == "abc-1.2"
    assert (said["method"], said["path"], said["status"]) == ("GET", page, 200)
    assert (said["user"], said["mall"]) == (user_id, "demo")
    assert said["duration_ms"] > 0
    assert "private" not in json.dumps(said)


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a;b", "<script>"])
def test_a_request_id_that_is_none_is_replaced(client, given):
    answer = client.get("/", headers={"X-Request-Id": given})
    assert len(answer.headers["X-Request-Id"]) == 32


def test_what_is_asked_all_the_time_is_not_logged(client, written):
    client.get("/healthz")
    with client.get("/static/css/tokens.css") as sheet:
        assert sheet.status_code == 200
    assert written() == []
    client.get("/static/none.css")
    assert [line["status"] for line in written()] == [404]


def test_a_path_cannot_forge_a_line(client, written):
    client.get("/%0d%0a%7b%22level%22:%22CRITICAL%22%7d%1b%5b2J%e2%80%ae")
    assert [line["level"] for line in written()] == ["INFO"]


def test_an_error_names_its_request_and_no_secret(app, client, settings, written):
    def fail():
        raise ValueError(f"broken with {settings.secret_keys[0]}")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.view_functions["people.home"] = fail
    answer = client.get("/", headers={"X-Request-Id": "err"})
    assert answer.status_code == 500
    said = written()
    assert {line["request_id"] for line in said} == {"err"}
    (trace,) = [line["exception"] for line in said if "exception" in line]
    assert "broken with [secret]" in trace


def test_signing_in_leaves_no_password_cookie_or_token_in_the_log(
    mall, make_user, client, written
):
    make_user(mall, username="officer")
    page = client.get("/sign-in").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"username": "officer", "csrf_token": token}
    client.post("/sign-in", data=form | {"password": "wrong horse"})
    client.post("/sign-in", data=form | {"password": PASSWORD})
    text = json.dumps(written())
    assert "/sign-in" in text
    cookie = client.get_cookie("mallops").value
    for secret in (PASSWORD, "wrong horse", token, cookie):
        assert secret not in text


def test_an_error_of_the_database_hides_what_it_was_about(mall, make_user):
    make_user(mall, username="officer")
    with pytest.raises(IntegrityError) as error:
        make_user(mall, username="officer")
    db.session.rollback()
    assert "argon2" not in str(error.value)


@pytest.mark.parametrize(
    ("given", "style"), [({"MALLOPS_LOG": "text"}, "text"), ({}, "json")]
)
def test_the_setting_says_which(monkeypatch, given, style):
    monkeypatch.setattr("sys.stderr", io.StringIO())
    assert lines.style_of(given) == style
