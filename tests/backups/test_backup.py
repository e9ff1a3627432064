"""``mallops backup``: whole, read back, incremental; or none, and the reason."""

import hashlib
import json
import os
import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from mallops import worker
from mallops.backups import folder as folders
from mallops.backups import tasks
from mallops.backups.actions import make
from mallops.backups.manifest import read
from mallops.db import db
from mallops.ledger.models import Entry, LedgerHead
from mallops.ledger.storage import FolderStore
from mallops.operations.models import Heartbeat
from tests.backups.conftest import postgresql_only, sqlite_only
from tests.support import builders


@pytest.fixture
def record(own):
    """Hand in a note with a photo of this colour; the photo's hash."""

    def record(red=10):
        data = builders.jpeg((red, 80, 160))
        own.put_photo(data)
        sha256 = builders.sha256(data)
        body = {"text": "x", "place": None, "photos": [sha256]}
        assert own.hand_in(own.seal(body, photos=[sha256]))[0]["status"] == "accepted"
        return sha256

    return record


def backed_up_through():
    db.session.rollback()
    return db.session.scalars(sa.select(LedgerHead.backed_up_through)).one()


def photo(root, sha256):
    (path,) = root.glob(f"photos/*/*/{sha256}.jpg")
    return path


def names(folder):
    return sorted(p.name for p in folder.iterdir() if p.name != ".lock")


def test_it_says_what_is_in_it(back_up, record, own, settings):
    sha256 = record()
    made = back_up()
    written = read(made)
    assert written.epoch == own.epoch
    assert written.malls["demo"].ledger_seq == 1
    assert (written.photos.count, written.photos.new, written.photos.lost) == (1, 1, [])
    file = made / written.database
    assert hashlib.sha256(file.read_bytes()).hexdigest() == written.sha256
    assert photo(made, sha256).read_bytes() == photo(settings.data, sha256).read_bytes()
    assert len(list(made.glob("photos/*/*/*-thumb.jpg"))) == 1
    key = made / "secret_key"
    assert key.read_text() == settings.secret_keys[0]
    for path in (key, file):
        assert path.stat().st_mode & 0o77 == 0
    assert made.stat().st_mode & 0o77 == 0


def test_phones_are_told_after_it_was_read_back(back_up, record, own, clock):
    record()
    assert backed_up_through() == 0
    back_up()
    assert backed_up_through() == 1
    assert own.batch(own.note()).json["backed_up_through"] == 1
    assert db.session.get(Heartbeat, "backup").at == clock.now - timedelta(minutes=1)


def test_photos_of_the_backup_before_are_shared_with_it(back_up, record):
    first, second = record(10), None
    before = back_up()
    second = record(20)
    after = back_up()
    assert photo(after, first).samefile(photo(before, first))
    assert read(after).photos.new == 1
    assert photo(after, second).stat().st_nlink == 1


def test_where_links_are_not_possible_photos_are_copied(back_up, record, monkeypatch):
    def refuse(*_):
        raise PermissionError("no hard links here")

    first = record()
    before = back_up()
    monkeypatch.setattr(os, "link", refuse)
    after = back_up()
    assert photo(after, first).read_bytes() == photo(before, first).read_bytes()
    assert not photo(after, first).samefile(photo(before, first))


def test_what_went_bad_in_an_old_backup_is_found_and_copied_anew(
    back_up, record, settings, clock
):
    """Each backup reads another tenth of the old ones, so ten read all."""
    sha256 = record()
    before = back_up()
    photo(before, sha256).write_bytes(b"rotten")
    for _day in range(10):
        clock.move(days=1)
        newest = back_up()
    assert (
        photo(newest, sha256).read_bytes() == photo(settings.data, sha256).read_bytes()
    )


def test_a_photo_that_the_server_lost_is_named_and_nothing_is_published(
    back_up, record, settings, folder
):
    """The phone may be the only one that still has it."""
    sha256 = record()
    photo(settings.data, sha256).unlink()
    output = back_up(ends=1)
    assert sha256 in output
    assert "phones were not told" in output
    assert backed_up_through() == 0
    (made,) = folders.finished(folder)
    assert read(made).photos.lost == [sha256]


def test_a_ledger_that_does_not_hold_is_not_taken_for_a_backup(back_up, record, folder):
    record()
    db.session.execute(sa.update(Entry).values(body="{}"))
    db.session.commit()
    output = back_up(ends=1)
    assert "no backup was made: the ledger of demo is broken at 1" in output
    assert names(folder) == []
    assert backed_up_through() == 0


def test_a_full_disk_leaves_no_half_backup(back_up, record, folder, monkeypatch):
    record()

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "put", full)
        assert "No space left on device" in back_up(ends=1)
    assert names(folder) == []
    assert backed_up_through() == 0
    assert back_up()


def test_what_was_cut_off_is_swept_and_never_taken_for_one(back_up, folder):
    folder.mkdir()
    (folder / ".unfinished-mallops-20261120T000000Z").mkdir()
    (folder / "mallops-20261120T000000Z").mkdir()  # without its manifest
    made = back_up()
    assert folders.finished(folder) == [made]
    assert not list(folder.glob(".unfinished*"))


def test_only_one_is_made_at_a_time(back_up, folder):
    with folders.locked(folder):
        assert "another backup is being made" in back_up(ends=1)
    assert back_up()


def test_a_few_are_kept(back_up, folder):
    made = [back_up("--keep", "2") for _ in range(4)]
    assert folders.finished(folder) == made[2:]
    assert names(folder) == [path.name for path in made[2:]]


def test_a_folder_that_cannot_be_made_is_said(back_up, folder):
    folder.write_text("a file")
    assert "cannot write to" in back_up("--to", str(folder / "there"), ends=1)


def test_keys_that_were_given_stay_out_of_it(back_up, app, settings, folder):
    app.config["SETTINGS"] = replace(settings, keys_given=True)
    assert not (back_up() / "secret_key").exists()


@postgresql_only
def test_without_its_tool_it_says_which(back_up, mall, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert "pg_dump is not on PATH" in back_up(ends=1)


def test_a_writer_goes_on_while_it_is_made(back_up, record, own, monkeypatch):
    """What comes in later is in the next one."""
    record(10)
    real = FolderStore.put
    handed_in = []

    def put(self, *given):
        if not handed_in:
            handed_in.append(own.hand_in(own.note("meanwhile"))[0]["status"])
        return real(self, *given)

    monkeypatch.setattr(FolderStore, "put", put)
    made = back_up()
    assert handed_in == ["accepted"]
    assert read(made).malls["demo"].ledger_seq == 1
    assert backed_up_through() == 1


# -- By the clock


@pytest.fixture
def scheduled(app, settings, folder):
    given = replace(settings, backups=folder, backup_hour=18, backups_keep=3)
    app.config["SETTINGS"] = given
    return given


def at(clock):
    db.session.rollback()
    return tasks.back_up(clock.now)


def test_the_worker_makes_one_a_day(scheduled, mall, clock, folder):
    assert at(clock)
    assert not at(clock)
    clock.move(hours=15)  # 17:00 UTC
    assert not at(clock)
    clock.move(hours=1)
    assert at(clock)
    assert len(folders.finished(folder)) == 2


def test_after_days_away_it_makes_one(scheduled, mall, clock, folder):
    at(clock)
    clock.move(days=9)
    assert [at(clock), at(clock)] == [True, False]
    assert len(folders.finished(folder)) == 2


def test_of_two_workers_one_makes_it(scheduled, mall, clock, folder):
    with folders.locked(folder):
        assert not at(clock)
    assert folders.finished(folder) == []
    assert make(scheduled, folder, clock.now, 3)  # the other worker's
    assert not at(clock)


def test_one_that_failed_is_logged_and_tried_again(
    scheduled, mall, clock, folder, caplog
):
    folder.write_text("a file")
    assert not at(clock)
    assert "no backup was made: cannot write to" in caplog.text
    folder.unlink()
    assert at(clock)


def test_without_a_folder_none_is_made(app, mall, clock):
    assert not at(clock)
    assert "back_up" in [job.name for job in worker.JOBS]


@sqlite_only
def test_a_copy_of_sqlite_is_one_whole_file(back_up, record):
    record()
    made = back_up()
    copy = sqlite3.connect(f"file:{made / 'mallops.db'}?mode=ro", uri=True)
    assert copy.execute("SELECT count(*) FROM entries").fetchone() == (1,)
    copy.close()
    assert json.loads((made / "manifest.json").read_text())["engine"] == "sqlite"
