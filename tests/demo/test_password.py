"""Nobody knows the demo's password before it is loaded."""

import pytest

from mallops import cli


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_demo_has_no_password_that_anybody_knows(app, monkeypatch):
    given = []
    monkeypatch.delenv("MALLOPS_DEMO_PASSWORD", raising=False)
    monkeypatch.setattr(cli.demo_actions, "load", lambda *words: given.append(words[2]))
    told = [app.test_cli_runner().invoke(cli.main, ["demo"]).output for _ in range(2)]
    assert given[0] != given[1]
    assert all(len(password) >= 12 for password in given)
    assert all(
        f"{one} (shown once)" in text for one, text in zip(given, told, strict=True)
    )
