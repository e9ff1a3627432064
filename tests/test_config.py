"""Settings come from the environment; what cannot work is refused by name."""

import pytest

from mallops.config import read_settings


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("MALLOPS_SECRET_KEYS", "short", "32 characters"),
        ("MALLOPS_SECRET_KEYS", "abcdefghij" * 4 + ",short", "32 characters"),
        ("MALLOPS_SECRET_KEYS", "x" * 40, "can be guessed"),
        ("MALLOPS_SECRET_KEYS", " , ", "no key"),
        ("MALLOPS_METRICS_TOKEN", "letmein", "32 characters"),
        ("MALLOPS_HEALTH_NEEDS_WORKER", "perhaps", "0 or 1"),
        ("MALLOPS_LOG", "xml", "json or text"),
        ("DATABASE_URL", "sqlite://", "names no file"),
        ("DATABASE_URL", "sqlite:///:memory:", "names no file"),
        ("MALLOPS_ORIGIN", "mall.example", "https://"),
        ("MALLOPS_ORIGIN", "https://mall.example/app", "https://"),
        ("MALLOPS_ORIGIN", "ftp://mall.example", "https://"),
        ("MALLOPS_ORIGIN", "https://", "https://"),
        ("MALLOPS_ORIGIN", "http://mall.example", "must be https"),
        ("MALLOPS_PROXIES", "two", "whole number"),
        ("MALLOPS_PROXIES", "-1", "whole number"),
        ("MALLOPS_PROXIES", "²", "whole number"),
        ("MALLOPS_SESSION_HOURS", "1.5", "whole number"),
        ("MALLOPS_SESSION_IDLE_HOURS", "a week", "whole number"),
        ("MALLOPS_SESSION_IDLE_HOURS", "0", "1 to"),
        ("MALLOPS_SESSION_HOURS", "9" * 12, "1 to"),
        ("MALLOPS_SMTP", "mail.example:587", "smtp://"),
        ("MALLOPS_SMTP", "http://mail.example", "smtp://"),
        ("MALLOPS_SMTP", "smtp://", "smtp://"),
        ("MALLOPS_SMTP", "smtp://mail.example:x", "smtp://"),
        ("MALLOPS_SMTP", "smtp://mail.example:0", "smtp://"),
        ("MALLOPS_SMTP", "smtp://mail.example:99999", "smtp://"),
        ("MALLOPS_SMTP", "smtp://mail.example/inbox", "smtp://"),
        ("MALLOPS_SMTP", "smtp://u:p#1@mail.example", "smtp://"),
        ("MALLOPS_SMTP", "smtp://mail\r\n.example", "smtp://"),
        ("MALLOPS_SMTP", "smtp://user@mail.example", "a password"),
        ("MALLOPS_BACKUP_HOUR", "24", "0 to 23"),
        ("MALLOPS_BACKUPS_KEEP", "0", "1 to 1000"),
        ("DATABASE_URL", "mysql://db/mallops", "SQLite or PostgreSQL"),
        ("DATABASE_URL", "mallops.db", "SQLite or PostgreSQL"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name(tmp_path, name, value, says):
    with pytest.raises(SystemExit, match="MallOps cannot start") as refusal:
        read_settings({"MALLOPS_DATA": str(tmp_path), name: value})
    assert name in str(refusal.value)
    assert says in str(refusal.value)
    assert value not in str(refusal.value) or "KEY" not in name


def test_without_settings_it_runs_on_this_machine(tmp_path):
    settings = read_settings({"MALLOPS_DATA": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'mallops.db'}"
    assert not settings.https
    assert settings.proxies == 0


def test_the_secret_is_made_once_and_kept_to_ourselves(tmp_path):
    first, second = (read_settings({"MALLOPS_DATA": str(tmp_path)}) for _ in "ab")
    assert first.secret_keys == second.secret_keys
    assert len(first.secret_keys[0]) >= 32
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    other = read_settings({"MALLOPS_DATA": str(tmp_path / "other")})
    assert other.secret_keys != first.secret_keys


def test_a_secret_that_others_may_read_is_refused(tmp_path):
    read_settings({"MALLOPS_DATA": str(tmp_path)})
    (tmp_path / "secret_key").chmod(0o640)
    with pytest.raises(SystemExit, match="secret_key others may read it: chmod 600"):
        read_settings({"MALLOPS_DATA": str(tmp_path)})


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_each_way_to_name_postgresql_is_understood(tmp_path, scheme):
    environ = {"MALLOPS_DATA": str(tmp_path), "DATABASE_URL": f"{scheme}://u@h/d"}
    assert read_settings(environ).database_url == "postgresql+psycopg://u@h/d"


@pytest.mark.parametrize("inside", ["", "photos", "photos/backups"])
def test_backups_are_not_put_among_what_they_copy(tmp_path, inside):
    environ = {"MALLOPS_DATA": str(tmp_path), "MALLOPS_BACKUPS": f"{tmp_path}/{inside}"}
    with pytest.raises(SystemExit, match="MALLOPS_BACKUPS must be a folder of its own"):
        read_settings(environ)


SMTP = "smtp://mail.example"
FROM = "ops@mall.example"


def smtp(tmp_path, url=SMTP, sender=FROM):
    given = {"MALLOPS_SMTP": url, "MALLOPS_MAIL_FROM": sender}
    return read_settings({"MALLOPS_DATA": str(tmp_path), **given}).smtp


def test_without_a_mail_server_there_is_no_mail(tmp_path):
    assert smtp(tmp_path, url="") is None


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        (SMTP, 587, False),
        ("smtps://mail.example", 465, True),
        ("smtp://mail.example:2525", 2525, False),
        ("smtps://u:p@[2001:db8::1]:25/", 25, True),
    ],
)
def test_a_mail_server_is_named_by_its_address(tmp_path, url, port, tls):
    found = smtp(tmp_path, url)
    assert (found.port, found.tls) == (port, tls)
    assert found.host in {"mail.example", "2001:db8::1"}


def test_its_password_may_hold_anything_and_is_never_shown(tmp_path):
    found = smtp(tmp_path, "smtp://mall%40ops:p%40ss%3A%2F%23@mail.example")
    assert (found.user, found.password) == ("mall@ops", "p@ss:/#")
    assert "p@ss" not in repr(found)
    with pytest.raises(SystemExit) as refusal:
        smtp(tmp_path, "smtp://user:hunter2@mail.example/x")
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("sender", "shown"),
    [
        (FROM, "MallOps <ops@mall.example>"),
        ("Harbour Court <ops@mall.example>", "Harbour Court <ops@mall.example>"),
    ],
)
def test_messages_are_from_somebody(tmp_path, sender, shown):
    assert str(smtp(tmp_path, sender=sender).sender) == shown


@pytest.mark.parametrize(
    "sender",
    ["", "ops", "ops@", "A\r\nBcc: b@c.example <o@mall.example>", "a@b, c@d"],
)
def test_messages_from_nobody_are_refused_by_name(tmp_path, sender):
    with pytest.raises(SystemExit, match="MALLOPS_MAIL_FROM"):
        smtp(tmp_path, sender=sender)
