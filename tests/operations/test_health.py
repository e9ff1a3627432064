"""``/healthz`` and ``mallops doctor``: honest about database, photos, disk, worker."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from mallops import migrate
from mallops.config import read_settings
from mallops.db import db
from mallops.ledger.storage import FolderStore
from mallops.operations import actions, health, tasks
from mallops.operations.commands import doctor
from mallops.operations.models import Heartbeat
from tests.support.mail import MailServer

WELL = {
    "status": "ok",
    "database": "ok",
    "photos": "ok",
    "disk": "ok",
    "worker": "absent",
}


@pytest.fixture(autouse=True)
def _room(monkeypatch):
    """Enough, however full this machine is."""
    monkeypatch.setattr(health, "free_bytes", lambda _: 9_000_000_000)


def asked(client, status=200):
    response = client.get("/healthz")
    assert response.status_code == status
    return response.json


def test_all_is_well(client):
    assert asked(client) == WELL


def test_photos_that_cannot_be_kept(client, monkeypatch):
    monkeypatch.setattr(FolderStore, "is_writable", lambda _: False)
    assert asked(client, 503) == WELL | {"status": "failing", "photos": "failing"}


def test_a_database_that_is_away(client, monkeypatch):
    def fail(*_):
        raise sa.exc.OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(db.session, "execute", fail)
    wrong = {"status": "failing", "database": "failing", "worker": "unknown"}
    assert asked(client, 503) == WELL | wrong


READ_ONLY = {
    "sqlite": "PRAGMA query_only = ON",
    "postgresql": "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
}


@pytest.fixture
def read_only(app):
    """``with read_only():`` nobody can write to the database."""

    def forbid(connection, _record):
        cursor = connection.cursor()
        cursor.execute(READ_ONLY[db.engine.dialect.name])
        cursor.close()
        connection.commit()

    @contextmanager
    def begin():
        db.session.remove()
        db.engine.dispose()
        sa.event.listen(db.engine, "connect", forbid)
        yield
        sa.event.remove(db.engine, "connect", forbid)
        db.session.remove()
        db.engine.dispose()

    return begin


def test_a_database_that_takes_nothing_in(client, read_only):
    with read_only():
        wrong = {"status": "failing", "database": "failing"}
        assert asked(client, 503) == WELL | wrong
    assert asked(client) == WELL
    assert db.session.scalars(sa.select(Heartbeat)).all() == []


def test_it_is_tried_now_and_then_and_not_by_everybody_who_asks(
    client, read_only, monkeypatch
):
    assert asked(client) == WELL
    with read_only():
        assert asked(client)["database"] == "ok"
        monkeypatch.setattr(health, "PROBE_SECONDS", 0)
        assert asked(client, 503)["database"] == "failing"


@pytest.mark.parametrize(
    ("free", "state", "status"), [(9e8, "low", 200), (1e6, "failing", 503)]
)
def test_a_disk_that_fills(client, monkeypatch, free, state, status):
    monkeypatch.setattr(health, "free_bytes", lambda _: int(free))
    assert asked(client, status)["disk"] == state


def test_a_worker_that_falls_silent(app, client, clock):
    tasks.beat(clock.now)
    assert asked(client)["worker"] == "ok"
    clock.move(minutes=4)
    assert asked(client) == WELL | {"worker": "silent"}
    tasks.beat(clock.now)
    assert asked(client)["worker"] == "ok"


def test_a_silent_worker_is_an_illness_only_where_one_is_needed(
    app, client, clock, settings
):
    app.config["SETTINGS"] = replace(settings, health_needs_worker=True)
    assert asked(client)["worker"] == "absent"
    tasks.beat(clock.now)
    clock.move(minutes=4)
    assert asked(client, 503)["status"] == "failing"


# -- The doctor


@pytest.fixture
def examined(app):
    def examined(ends=0):
        db.session.rollback()
        done = app.test_cli_runner().invoke(doctor)
        assert done.exit_code == ends, done.output
        rows = [line.split(maxsplit=1) for line in done.output.splitlines()]
        return {rest[:14].strip(): (state, rest[15:]) for state, rest in rows}

    return examined


def test_the_doctor_looks_at_everything(examined, app, clock, mall):
    tasks.beat(clock.now)
    found = examined()
    assert found["database"][0] == "ok"
    assert found["worker"] == ("ok", "last seen 0 min ago")
    assert found["backups"][0] == found["daily backups"][0] == "warn"
    assert {"address", "signing keys", "clock", "photos", "disk", "e-mail"} <= set(
        found
    )


def test_what_is_old_or_silent_is_bad(examined, app, clock, mall):
    actions.beat("backup", clock.now)
    db.session.commit()
    tasks.beat(clock.now)
    clock.move(days=3)
    found = examined(ends=1)
    assert found["backups"] == ("bad", "the last one is 3 days old")
    assert found["worker"][0] == "bad"


def test_a_clock_that_was_set_back_is_bad(examined, mall, make_user, phone, clock):
    own = phone(make_user(mall))
    own.hand_in(own.note())
    clock.move(days=-1)
    assert examined(ends=1)["clock"][0] == "bad"


def at(revision):
    change = sa.text("UPDATE alembic_version SET version_num = :revision")
    db.session.execute(change, {"revision": revision})
    db.session.commit()


def test_a_database_that_is_not_migrated_is_bad(examined, mall):
    at("0001_first_tables")
    try:
        assert "run mallops migrate" in examined(ends=1)["database"][1]
    finally:
        at(ScriptDirectory(migrate.directory).get_current_head())


def test_what_is_risky_is_warned_of(examined, app, settings, mall, tmp_path):
    app.config["SETTINGS"] = replace(settings, bind="::", backups=tmp_path)
    settings.data.chmod(0o755)
    found = examined()
    assert "MALLOPS_ORIGIN" in found["address"][1]
    assert found["data folder"][0] == "warn"
    assert "same disk" in found["daily backups"][1]


def test_the_mail_server_is_asked(examined, app, settings, mall):
    with MailServer() as mail:
        given = {"MALLOPS_DATA": str(settings.data), "MALLOPS_SMTP": mail.url}
        found = read_settings({**given, "MALLOPS_MAIL_FROM": "m@mall.example"}).smtp
        app.config["SETTINGS"] = replace(settings, smtp=found)
        assert examined()["e-mail"][0] == "ok"
    assert examined(ends=1)["e-mail"][0] == "bad"
