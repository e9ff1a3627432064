"""Handing photos in: kept once under the hash of what the phone sealed, or refused."""

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.ledger import photos, storage
from mallops.ledger.models import Entry, Photo
from tests.ledger import pictures
from tests.support.builders import jpeg, sha256
from tests.support.phone import PROTOCOL, SAME_ORIGIN


@pytest.fixture
def own(phone, make_user, mall):
    return phone(make_user(mall))


def rows():
    return db.session.scalars(sa.select(Photo)).all()


def files(app):
    folder = Path(app.config["SETTINGS"].data) / "photos"
    return sorted(path for path in folder.rglob("*") if path.is_file())


def lacks(own, *hashes):
    asked = {"protocol": PROTOCOL, "hashes": list(hashes)}
    return own.post("/sync/photos/have", asked).json["missing"]


def test_a_photo_is_kept_once_however_often_it_is_sent(own, app):
    data = jpeg()
    assert lacks(own, sha256(data)) == [sha256(data)]
    assert [own.put_photo(data).status_code for _ in range(3)] == [201, 200, 200]
    (row,) = rows()
    assert row.sha256 == sha256(data)
    assert len(files(app)) == 2  # the photo and its thumbnail
    assert lacks(own, sha256(data)) == []


def test_both_hashes_are_kept(own, app):
    data = pictures.talkative()
    own.put_photo(data)
    (row,) = rows()
    kept = storage.store().get(row.mall_id, row.sha256)
    assert (row.sha256, row.stored_sha256) == (sha256(data), sha256(kept))
    assert row.stored_bytes == len(kept)
    assert pictures.SECRET not in kept
    assert not [path for path in files(app) if pictures.SECRET in path.read_bytes()]


def test_other_bytes_than_named_are_not_stored(own, app):
    response = own.put_photo(jpeg(), sha256="a" * 64)
    assert (response.status_code, response.json["code"]) == (422, "wrong_hash")
    assert not rows()
    assert not files(app)


def test_half_a_photo_is_not_stored_and_the_whole_one_is(own):
    data = jpeg(size=(400, 300), quality=95)
    assert own.put_photo(data[: len(data) // 2], sha256(data)).status_code == 422
    assert own.put_photo(data).status_code == 201


@pytest.mark.parametrize("mimetype", ["image/png", "text/plain", "", "image/svg+xml"])
def test_anything_but_a_jpeg_is_turned_away_by_its_type(own, mimetype):
    data = jpeg()
    headers = SAME_ORIGIN | {"Content-Type": mimetype}
    path = f"/sync/photos/{sha256(data)}"
    assert own.client.put(path, data=data, headers=headers).status_code == 415


@pytest.mark.parametrize(
    "name", ["..%2f..%2fetc%2fpasswd", "A" * 64, "x", "a" * 65, "%00" * 64]
)
def test_a_name_that_is_no_hash_stores_nothing(own, app, name):
    assert own.put_photo(jpeg(), sha256=name).status_code in {400, 404, 422}
    assert not files(app)


def test_a_foreign_page_cannot_send_a_photo(own):
    data = jpeg()
    for headers in ({}, SAME_ORIGIN | {"Sec-Fetch-Site": "cross-site"}):
        given = headers | {"Content-Type": "image/jpeg"}
        path = f"/sync/photos/{sha256(data)}"
        assert own.client.put(path, data=data, headers=given).status_code == 403
    assert not rows()


def test_nobody_learns_which_photos_another_mall_has(own, make_mall, make_user, phone):
    data = jpeg()
    theirs = phone(make_user(make_mall(code="other")))
    theirs.put_photo(data)
    assert lacks(own, sha256(data)) == [sha256(data)]
    body = {"text": "theirs", "place": None, "photos": [sha256(data)]}
    (result,) = own.hand_in(own.seal(body, photos=[sha256(data)]))
    assert result["status"] == "retry"
    assert own.put_photo(data).status_code == 201
    assert len(rows()) == 2


@pytest.mark.parametrize(
    "asked",
    [{}, [], {"hashes": ["x"]}, {"hashes": "a" * 64}, {"hashes": ["a" * 64] * 201}],
    ids=lambda asked: str(asked)[:20],
)
def test_a_question_of_rubbish_is_malformed(own, asked):
    content = {"protocol": PROTOCOL, **asked} if isinstance(asked, dict) else asked
    response = own.post("/sync/photos/have", content)
    assert (response.status_code, response.json["code"]) == (400, "malformed")


# -- What goes wrong on the way (faults A11, A24, A61)


def test_a_crash_between_file_and_row_is_mended_by_a_second_try(own, app, monkeypatch):
    data = jpeg()

    def crash(*_args):
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(photos, "_remember", crash)
        with pytest.raises(RuntimeError, match="killed"):
            own.put_photo(data)
    assert files(app)
    assert not rows()
    assert lacks(own, sha256(data)) == [sha256(data)]
    assert own.put_photo(data).status_code == 201
    assert len(files(app)) == 2
    assert len(rows()) == 1


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_is_said_and_leaves_nothing_half(own, app, monkeypatch, step):
    data = jpeg()

    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(storage.os, step, full)
        response = own.put_photo(data)
    assert (response.status_code, response.json["code"]) == (507, "no_room")
    assert not rows()
    assert not files(app)
    assert own.put_photo(data).status_code == 201


def test_a_power_cut_finds_the_folders_of_a_photo_as_well(own, app, monkeypatch):
    """A65: a name is safe once the folder it stands in is, up to the first one."""
    synced, real = [], storage.fsync_folder
    monkeypatch.setattr(
        storage, "fsync_folder", lambda path: (synced.append(path), real(path))
    )
    own.put_photo(jpeg())
    photo = files(app)[0]
    root = storage.store().root
    above = list(photo.parents)
    assert above[above.index(root)] in synced
    assert set(above[: above.index(root)]) <= set(synced)


def test_while_the_disk_is_full_entries_are_still_taken(own, monkeypatch):
    data = jpeg()

    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage.FolderStore, "put", full)
    assert own.put_photo(data).status_code == 507
    body = {"text": "with photo", "place": None, "photos": [sha256(data)]}
    with_photo = own.seal(body, photos=[sha256(data)])
    waiting, plain = own.hand_in(with_photo, own.note("without"))
    assert (waiting["status"], plain["status"]) == ("retry", "accepted")
    monkeypatch.undo()
    own.put_photo(data)
    (result,) = own.hand_in(with_photo)
    assert result["status"] == "accepted"
    assert db.session.scalar(sa.select(sa.func.count(Entry.id))) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_waits_to_write_while_a_photo_is_decoded(own, settings, monkeypatch):
    path = settings.database_url.removeprefix("sqlite:///")

    def clean(data, _clean=photos.clean):
        with closing(sqlite3.connect(path, timeout=0)) as another:
            another.execute("BEGIN IMMEDIATE")  # fails where the lock is taken
        return _clean(data)

    monkeypatch.setattr(photos, "clean", clean)
    assert own.put_photo(jpeg()).status_code == 201
