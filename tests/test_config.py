"""Settings come from the environment; what cannot work is refused by name."""

import pytest

from mallops.config import read_settings


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("MALLOPS_SECRET_KEYS", "short", "32 characters"),
        ("MALLOPS_SECRET_KEYS", "x" * 40 + ",short", "32 characters"),
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


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_each_way_to_name_postgresql_is_understood(tmp_path, scheme):
    environ = {"MALLOPS_DATA": str(tmp_path), "DATABASE_URL": f"{scheme}://u@h/d"}
    assert read_settings(environ).database_url == "postgresql+psycopg://u@h/d"
