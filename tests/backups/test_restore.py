"""``mallops restore``: checked before, nothing overwritten untold, safe to cut off."""

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa

from mallops.backups import restoring
from mallops.config import RESTORING, read_settings
from mallops.ledger.models import Epoch
from tests.backups.conftest import (
    elsewhere,
    entries,
    postgresql_only,
    sqlite_only,
)
from tests.support import builders


@pytest.fixture
def made(own, back_up):
    """A backup of one note with a photo."""
    data = builders.jpeg()
    own.put_photo(data)
    photos = [builders.sha256(data)]
    body = {"text": "x", "place": None, "photos": photos}
    assert own.hand_in(own.seal(body, photos=photos))[0]["status"] == "accepted"
    return back_up()


PHOTO = f"photos/*/*/{'?' * 64}.jpg"


def lives(path):
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT count(*) FROM epochs").fetchone()[0]


def used(data):
    """A data folder with another, newer state in it."""
    data.mkdir()
    (data / "photos").mkdir()
    (data / "photos" / "kept").write_text("a photo")
    (data / "secret_key").write_text("k" * 20 + "0123456789abcdef")
    (data / "secret_key").chmod(0o600)
    with closing(sqlite3.connect(data / "mallops.db")) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE entries (id)")
        database.executemany("INSERT INTO entries VALUES (?)", [(n,) for n in range(7)])
        database.commit()
    return {"MALLOPS_DATA": str(data)}


def tree(folder):
    return {str(p.relative_to(folder)) for p in folder.rglob("*")}


# -- SQLite


@sqlite_only
def test_into_an_empty_folder(made, run_restore, tmp_path):
    env = {"MALLOPS_DATA": str(tmp_path / "new")}
    output = run_restore(env, made)
    assert f"restored {made}" in output
    assert "mallops verify" in output
    assert "warning" not in output
    new = tmp_path / "new"
    assert entries(new / "mallops.db") == 1
    assert lives(new / "mallops.db") == 2
    assert (new / "secret_key").read_text() == (made / "secret_key").read_text()
    assert not list(new.glob(".restored*"))
    assert len(list(new.glob("photos/*/*/*.jpg"))) == 2
    assert entries(made / "mallops.db") == lives(made / "mallops.db") == 1


@sqlite_only
def test_what_is_there_is_not_replaced_untold(made, run_restore, tmp_path):
    env = used(tmp_path / "used")
    before = tree(tmp_path / "used")
    output = run_restore(env, made, ends=1)
    assert "mallops.db and" in output
    assert "--replace" in output
    assert tree(tmp_path / "used") == before
    assert entries(tmp_path / "used" / "mallops.db") == 7


@sqlite_only
def test_what_is_replaced_is_moved_aside(made, run_restore, tmp_path):
    env = used(tmp_path / "used")
    output = run_restore(env, made, "--replace")
    (aside,) = (tmp_path / "used").glob("before-restore-*")
    assert str(aside) in output
    assert entries(tmp_path / "used" / "mallops.db") == 1
    assert entries(aside / "mallops.db") == 7
    assert (aside / "photos" / "kept").read_text() == "a photo"
    assert (aside / "secret_key").read_text().startswith("kkk")


@sqlite_only
def test_a_running_server_keeps_its_database(made, run_restore, tmp_path):
    env = used(tmp_path / "used")
    with closing(sqlite3.connect(tmp_path / "used" / "mallops.db")) as server:
        server.execute("SELECT * FROM entries").fetchone()
        output = run_restore(env, made, "--replace", ends=1)
        assert "stop the server" in output
    assert entries(tmp_path / "used" / "mallops.db") == 7
    assert not list((tmp_path / "used").glob("before-restore*"))


@sqlite_only
def test_a_damaged_database_may_be_replaced(made, run_restore, tmp_path):
    env = used(tmp_path / "used")
    (tmp_path / "used" / "mallops.db").write_bytes(b"x" * 8192)
    run_restore(env, made, "--replace")
    assert entries(tmp_path / "used" / "mallops.db") == 1


def _cut(path):
    path.write_bytes(path.read_bytes()[:-4096])


def _alter(path):
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE entries SET body = '{}'")
        database.commit()


@sqlite_only
@pytest.mark.parametrize(
    ("file", "harm", "says"),
    [
        ("mallops.db", _cut, "is not what was backed up"),
        ("mallops.db", _alter, "is not what was backed up"),
        ("manifest.json", lambda p: p.unlink(), "is no finished backup"),
        ("manifest.json", lambda p: p.write_text("{"), "is damaged"),
        ("manifest.json", lambda p: p.write_text("{}"), "not one that this version"),
        (PHOTO, lambda p: p.unlink(), "1 photos are missing"),
        (PHOTO, _cut, "1 photos are missing"),
    ],
)
def test_a_damaged_backup_changes_nothing(
    made, run_restore, tmp_path, file, harm, says
):
    env = used(tmp_path / "used")
    before = tree(tmp_path / "used")
    (path,) = made.glob(file)
    harm(path)
    assert says in run_restore(env, made, "--replace", ends=1)
    assert tree(tmp_path / "used") == before
    assert entries(tmp_path / "used" / "mallops.db") == 7


@sqlite_only
def test_other_keys_are_said(made, run_restore, tmp_path):
    env = {
        "MALLOPS_DATA": str(tmp_path / "new"),
        "MALLOPS_SECRET_KEYS": "another-key-of-0123456789-abcdefghijk",
    }
    assert "the signing keys are not those of the backup" in run_restore(env, made)


@sqlite_only
def test_while_a_restore_is_half_done_nothing_starts(made, run_restore, tmp_path):
    env = {"MALLOPS_DATA": str(tmp_path / "new")}
    run_restore(env, made)
    (tmp_path / "new" / RESTORING).write_text("{}")
    with pytest.raises(SystemExit, match="run `mallops restore` to finish it"):
        read_settings(env)


@sqlite_only
def test_without_a_backup_and_with_nothing_to_finish_it_says_so(
    run_restore, tmp_path, database_url
):
    env = {"MALLOPS_DATA": str(tmp_path / "new")}
    assert "name a backup" in run_restore(env, ends=2)


# -- PostgreSQL: its own tools restore the database, we do the rest


@postgresql_only
def test_it_says_how_to_restore_the_database_first(
    made, run_restore, request, tmp_path
):
    with elsewhere(request, made, tmp_path / "new") as env:
        output = run_restore(env, made, ends=1)
    assert "pg_restore --no-owner" in output
    assert "--database-restored" in output


@postgresql_only
def test_a_database_that_is_not_the_backups_is_refused(
    made, own, settings, run_restore
):
    """Else its photos would be put away for those of another day."""
    own.hand_in(own.note("since then"))
    env = {"MALLOPS_DATA": settings.data, "DATABASE_URL": settings.database_url}
    words = (made, "--database-restored", "--replace")
    assert "its ledgers differ" in run_restore(env, *words, ends=1)
    assert not list(settings.data.glob("before-restore*"))


@postgresql_only
def test_cut_off_before_its_new_life_it_goes_on(
    made, run_restore, request, tmp_path, monkeypatch
):
    class Killed(BaseException):
        """Nobody catches this."""

    def kill(*_):
        raise Killed

    with elsewhere(request, made, tmp_path / "new") as env:
        with monkeypatch.context() as patch:
            patch.setattr(restoring.heads, "begin_new_life", kill)
            with pytest.raises(Killed):
                run_restore(env, made, "--database-restored")
        with pytest.raises(SystemExit, match="mallops restore"):
            read_settings(env)
        assert "finishing it" in run_restore(env)
        assert read_settings(env)
        engine = sa.create_engine(env["DATABASE_URL"])
        with engine.connect() as connection:
            assert len(connection.execute(sa.select(Epoch)).all()) == 2
        engine.dispose()
    assert len(list((tmp_path / "new").glob("photos/*/*/*.jpg"))) == 2


@postgresql_only
def test_a_backup_of_one_engine_is_not_for_the_other(made, run_restore, tmp_path):
    env = {"MALLOPS_DATA": str(tmp_path / "new"), "DATABASE_URL": ""}
    assert "this backup is of postgresql" in run_restore(env, made, ends=1)
