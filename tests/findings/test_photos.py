"""Photos that are sent with a step at the desk: kept, refused, never lost."""

import io

import pytest
import sqlalchemy as sa
from PIL import Image
from werkzeug.test import EnvironBuilder

from mallops.db import db
from mallops.ledger import photos
from mallops.ledger.models import Entry, Photo
from tests.findings.conftest import (
    LIST,
    page_of,
    picture,
    steps,
    take,
    taken,
    token_of,
    upload,
)
from tests.support import builders


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGB"), ("PNG", "P")]
)
def test_a_photo_of_any_usual_kind_is_kept_as_a_jpeg(found, desk, kind, mode):
    one = found()
    data = picture(kind, mode=mode)
    taken(desk.officer, one, "fix", photos=upload(data, f"result.{kind.lower()}"))
    (sha256,) = steps()[0].photos
    served = desk.officer.get(f"{LIST}{one}/photos/{sha256}")
    assert served.headers["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(served.data)).size == (64, 48)
    entry = db.session.get(Entry, steps()[0].entry_id)
    assert entry.photos == [sha256]
    assert desk.officer.get(f"/malls/demo/entries/{entry.id}").status_code == 200


def test_a_repair_of_what_had_a_photo_must_show_the_result(found, desk, photo):
    one = found(photos=[photo])
    answer = take(desk.officer, one, "fix", text="Done it")
    assert answer.status_code == 422
    assert "show the result" in answer.text
    assert "Done it" in answer.text
    taken(desk.officer, one, "fix", text="Done it", photos=upload(picture()))


def test_photos_of_a_refused_step_are_kept_and_go_along_the_next_time(found, desk):
    one = found()
    answer = take(desk.supervisor, one, "reject", photos=upload(picture()))
    assert answer.status_code == 422
    taken(desk.officer, one, "fix")
    answer = take(desk.supervisor, one, "reject", photos=upload(picture()))
    assert "1 photo you sent is kept" in answer.text
    kept = answer.text.split('name="kept" value="')[1].split('"')[0]
    taken(desk.supervisor, one, "reject", text="Still wet", kept=kept)
    assert steps()[-1].photos == [kept]


def test_nobody_attaches_a_photo_that_somebody_else_sent(found, desk, photo):
    one = found("Without one", category="hygiene")
    other = found("With one", photos=[photo], category="equipment")
    taken(desk.cleaner, one, "comment", text="Look", kept=photo)
    assert steps()[0].photos == []
    for sha256 in (photo, "0" * 64):
        for finding_id in (one, other):
            address = f"{LIST}{finding_id}/photos/{sha256}"
            assert desk.cleaner.get(address).status_code == 404
            assert desk.cleaner.get(f"{address}/thumb").status_code == 404


def test_too_many_or_too_large_photos_are_refused(found, desk, monkeypatch):
    one = found()
    many = [upload(picture(size=(8, 8 + n))) for n in range(5)]
    answer = take(desk.officer, one, "comment", text="All of it", photos=many)
    assert answer.status_code == 422
    assert "at most 4 photos" in answer.text
    monkeypatch.setattr(photos, "MAX_BYTES", 100)
    answer = take(desk.officer, one, "comment", text="Big", photos=upload(picture()))
    assert answer.status_code == 422
    assert "larger than 5 MB" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Photo)) == 0


def test_a_request_too_large_to_read_is_refused(found, desk):
    answer = desk.officer.post(
        f"{LIST}{found()}/steps",
        data=b"x" * 21_000_000,
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413


def test_a_full_disk_is_said_and_nothing_is_lost(found, desk, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mallops.ledger.storage.FolderStore.put", full)
    answer = take(desk.officer, found(), "fix", text="Did", photos=upload(picture()))
    assert answer.status_code == 422
    assert "no room for photos" in answer.text
    assert "Did" in answer.text


def test_an_upload_needs_its_token(found, desk):
    one = found()
    form = {"step": "fix", "photos": upload(picture())}
    answer = desk.officer.post(f"{LIST}{one}/steps", data=form)
    assert answer.status_code == 400
    assert token_of(desk.officer)
    assert builders.sha256(picture()) not in page_of(desk.officer, one)


class Slow(io.RawIOBase):
    """A body that arrives while somebody else writes to the database."""

    def __init__(self, body, meanwhile):
        self._body, self._meanwhile = io.BytesIO(body), meanwhile

    def readable(self):
        return True

    def seek(self, *where):
        return self._body.seek(*where)

    def readinto(self, into):
        self._meanwhile()
        return self._body.readinto(into)


def test_nobody_waits_for_a_form_that_arrives_slowly(found, desk):
    one, token = found(), token_of(desk.officer)
    form = {"csrf_token": token, "step": "fix", "photos": upload(picture())}
    built = EnvironBuilder(method="POST", path=f"{LIST}{one}/steps", data=form)
    environ = built.get_environ()
    body = environ["wsgi.input"].read()
    wrote = []

    def write():
        with db.engine.connect() as other:
            other.execute(sa.text("UPDATE users SET theme = 'dark'"))
            other.commit()
        wrote.append(True)

    environ["wsgi.input"] = Slow(body, write)
    assert desk.officer.open(environ).status_code == 302
    assert wrote
    assert steps()[0].photos
