"""The database is full, cut off, restarted or crashes: nothing half, nothing twice.

(A60, A63, A65)
"""

import pytest
import sqlalchemy as sa
from flask import current_app

from mallops import create_app
from mallops.config import read_settings
from mallops.db import db
from mallops.ledger.models import Entry
from mallops.ledger.queries import first_break
from mallops.sync import views
from tests.conftest import OwnContext, migrated
from tests.support import builders
from tests.support.phone import Phone
from tests.support.postgres import LocalPostgres

LONG = "x" * 9_000
FULL = 2  # as SQLite numbers it
PAGES_LEFT = 20  # of 4 kB, for a batch of 450 kB


def stored():
    db.session.rollback()
    return db.session.scalars(sa.select(Entry.ledger_seq).order_by(Entry.ledger_seq))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_database_takes_nothing_in_and_goes_on_when_there_is_room(
    mall, make_mall, make_user, phone
):
    """With work of two malls in a batch: what fitted in first is undone as well."""
    own, theirs = phone(make_user(mall)), phone(make_user(make_mall(code="other")))
    first = own.note("before")
    assert own.hand_in(first)[0]["status"] == "accepted"
    many = [own.note("short"), *(theirs.note(LONG) for _ in range(49))]
    with Limited(db.engine):
        response = own.batch(*many)
        assert (response.status_code, response.json["code"]) == (503, "busy")
        assert int(response.headers["Retry-After"]) > 0
        assert list(stored()) == [1]
        assert own.hand_in(first)[0]["status"] == "duplicate"  # it still answers
        assert health() == (503, "failing")
    assert health() == (200, "ok")
    results = own.hand_in(*many)
    assert {one["status"] for one in results} == {"accepted"}
    assert list(stored()) == [1, 1, 2, *range(2, 50)]


def health():
    """What watches the server is told of the database."""
    response = current_app.test_client().get("/healthz")
    return response.status_code, response.json["database"]


class Limited:
    """While it lasts, the database can grow by a few pages only."""

    def __init__(self, engine):
        self.engine = engine

    def __enter__(self):
        db.session.remove()
        self.engine.dispose()
        sa.event.listen(self.engine, "connect", self._limit)

    def __exit__(self, *_error):
        sa.event.remove(self.engine, "connect", self._limit)
        db.session.remove()
        self.engine.dispose()

    @staticmethod
    def _limit(connection, _record):
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + PAGES_LEFT}")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_commits_to_the_disk_and_not_to_its_cache(app):
    with db.engine.connect() as connection:
        asked = ("synchronous", "journal_mode")
        found = [connection.exec_driver_sql(f"PRAGMA {one}").scalar() for one in asked]
    assert found == [FULL, "wal"]


@pytest.fixture(scope="module")
def durable_postgres():
    """A server that writes to disk what it says it has, and can be stopped."""
    server = LocalPostgres(durable=True)
    yield server
    server.close()


@pytest.fixture
def walker(durable_postgres, tmp_path, clock):
    """A phone at an app on that server."""
    with durable_postgres.database() as url:
        environ = {"MALLOPS_DATA": str(tmp_path), "DATABASE_URL": url}
        app = create_app(read_settings(environ), clock=clock, TESTING=True)
        migrated(app)
        app.wsgi_app = OwnContext(app)
        with app.app_context():
            mall = builders.make_mall(clock.now)
            yield Phone(app, builders.make_user(mall, "officer", clock.now), clock)
            db.session.remove()
            db.engine.dispose()


def test_a_postgresql_restarted_in_the_middle_of_a_batch(
    walker, durable_postgres, monkeypatch
):
    many = [walker.note(str(number)) for number in range(10)]
    with monkeypatch.context() as patch:
        patch.setattr(
            views.ledger, "missing", lambda _hashes: durable_postgres.restart() or []
        )  # after the entries were written, before they are committed
        response = walker.batch(*many)
    assert (response.status_code, response.json["code"]) == (503, "busy")
    assert list(stored()) == []
    results = walker.hand_in(*many)
    assert [one["status"] for one in results] == ["accepted"] * 10
    assert list(stored()) == list(range(1, 11))


def test_what_was_answered_is_there_after_postgresql_crashed(walker, durable_postgres):
    many = [walker.note(str(number)) for number in range(10)]
    answered = walker.hand_in(*many)
    durable_postgres.crash()
    assert current_app.test_client().get("/healthz").status_code == 503
    durable_postgres.start()
    again = walker.hand_in(*many)
    assert [one["status"] for one in again] == ["duplicate"] * 10
    assert [one["receipt"] for one in again] == [one["receipt"] for one in answered]
    assert first_break(db.session.scalars(sa.select(Entry.mall_id)).first()) is None
