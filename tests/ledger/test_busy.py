"""SQLite has one writer at a time; whoever waits too long is told to come again (A59).

PostgreSQL locks rows, so there is no such moment there.
"""

import sqlite3
import time
from contextlib import closing
from threading import Lock, Thread

import pytest
import sqlalchemy as sa

import mallops.db
from mallops.db import db, will_write
from mallops.ledger.models import Entry
from tests.support import builders


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def locked(app, monkeypatch):
    """``with locked():`` somebody else writes and does not come to an end."""
    monkeypatch.setattr(mallops.db, "LOCK_SECONDS", 0.2)
    path = db.engine.url.database

    def lock():
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        return closing(other)

    return lock


def test_a_busy_database_says_when_to_come_again_and_stores_nothing(
    locked, phone, make_user, mall
):
    own = phone(make_user(mall))
    sealed = own.note()
    with locked():
        response = own.batch(sealed)
        assert (response.status_code, response.json) == (503, {"code": "busy"})
        assert int(response.headers["Retry-After"]) > 0
    assert db.session.scalars(sa.select(Entry)).all() == []
    (result,) = own.hand_in(sealed)
    assert result["status"] == "accepted"


def test_of_the_threads_that_wait_one_asks_and_all_come_to_write(
    app, mall, locked, monkeypatch
):
    """Each that asks, every few milliseconds, takes from the processor."""
    monkeypatch.setattr(mallops.db, "LOCK_SECONDS", 20)
    set_patience, asking, most, done = mallops.db.set_patience, [], [], []

    def noted(driver, milliseconds):
        is_asking = milliseconds < 1000
        asking.append(driver) if is_asking else asking.pop()
        most.append(len(asking))
        set_patience(driver, milliseconds)

    class Queue:
        def __init__(self):
            self.lock, self.came = Lock(), 0

        def acquire(self, **given):
            self.came += 1
            return self.lock.acquire(**given)

        def release(self):
            self.lock.release()

    def write():
        with app.app_context():
            will_write()
            done.append(db.session.scalar(sa.text("SELECT count(*) FROM malls")))
            db.session.commit()

    queue = Queue()
    monkeypatch.setattr(mallops.db, "_next_to_write", queue)
    monkeypatch.setattr(mallops.db, "set_patience", noted)
    threads = [Thread(target=write) for _ in range(4)]
    with locked():
        for thread in threads:
            thread.start()
        give_up_at = time.monotonic() + 10
        while queue.came < len(threads) or not asking:
            assert time.monotonic() < give_up_at
            time.sleep(0.01)
        assert len(asking) == 1
        assert done == []
    for thread in threads:
        thread.join()
    assert len(done) == len(threads)
    assert max(most) == 1


def test_while_somebody_writes_everybody_reads(
    locked, phone, make_user, mall, signed_in
):
    own = phone(make_user(mall))
    own.hand_in(own.note("before"))
    reader = signed_in(make_user(mall, "supervisor"))
    with locked():
        page = reader.get("/malls/demo/log/2026-11-21")
        assert page.status_code == 200
        assert "before" in page.text
        assert own.get("/floor/pack").status_code == 200
        assert reader.get("/healthz").status_code == 200


def test_a_photo_that_finds_the_database_busy_is_kept_at_the_second_try(
    locked, phone, make_user, mall
):
    own, data = phone(make_user(mall)), builders.jpeg()
    with locked():
        response = own.put_photo(data)
        assert (response.status_code, response.json) == (503, {"code": "busy"})
    assert own.put_photo(data).status_code == 201
