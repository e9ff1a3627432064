"""The server fixture starts, dies and comes back as told."""

import pytest

from tests.support.gunicorn import Server, health

APP = """
import os
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.environ['MALLOPS_DATA']} {os.environ['WORD']}".encode()]
"""


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("MALLOPS_SECRET_KEY", "of the person at the keyboard")
    (tmp_path / "tiny.py").write_text(APP)
    with Server(tmp_path, {"WORD": "first"}, app="tiny:app", folder=tmp_path) as server:
        yield server


def test_it_serves_with_the_settings_it_was_given(server, tmp_path):
    assert health(server.port) == f"200 {tmp_path} first"
    assert "MALLOPS_SECRET_KEY" not in server.env


def test_a_killed_server_is_gone_and_comes_back_on_its_port(server):
    server.kill()
    assert health(server.port) == ""

    server.start()

    assert health(server.port).startswith("200")


def test_a_restart_can_change_settings(server):
    server.restart({"WORD": "second"})

    assert health(server.port).endswith("second")


def test_a_server_that_cannot_start_shows_its_log(tmp_path):
    (tmp_path / "broken.py").write_text("raise RuntimeError('no such mall')")

    with pytest.raises(RuntimeError, match="no such mall"):
        Server(tmp_path, app="broken:app", folder=tmp_path).start()
