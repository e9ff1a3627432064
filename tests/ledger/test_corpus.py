"""The whole corpus through both doors: kept as a clean copy, or refused (A72)."""

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.findings.conftest import (  # noqa: F401 -- fixtures
    LIST,
    desk,
    found,
    officers_phone,
    staff,
    steps,
    take,
    taken,
    upload,
)
from tests.ledger.corpus import CORPUS, KEPT, NAMES, NO_IMAGE, TOO_LARGE, TOO_MANY
from tests.ledger.pictures import PLAIN
from tests.support.builders import sha256

TOLD = {
    "not a whole JPEG": NO_IMAGE,
    "no whole photo": NO_IMAGE,
    "too many pixels": TOO_MANY,
}


@pytest.fixture
def database_url(sqlite_url):
    """One engine is enough: what is asked here is not of the database."""
    return sqlite_url


@pytest.fixture
def one(found):  # noqa: F811 -- fixture
    """A finding that anybody may comment on."""
    return found()


def files(app):
    folder = Path(app.config["SETTINGS"].data) / "photos"
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def is_clean(response, payload=b""):
    """A JPEG we drew ourselves, served as nothing else."""
    image = Image.open(io.BytesIO(response.data))
    image.load()
    return (
        response.mimetype == "image/jpeg"
        and response.headers["X-Content-Type-Options"] == "nosniff"
        and image.format == "JPEG"
        and not image.getexif()
        and set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        and response.data.endswith(b"\xff\xd9")
        and not (payload and payload in response.data)
    )


def answer_of_phone(phone, browser, sample):
    response = phone.put_photo(sample.data)
    if response.status_code != 201:
        code = response.json["code"]
        return TOO_LARGE if code == "too_large" else code
    address = f"/malls/demo/photos/{sha256(sample.data)}"
    clean = [is_clean(browser.get(a), sample.payload)
             for a in (address, f"{address}/thumb")]  # fmt: skip
    return KEPT if all(clean) else "served as it came"


def test_each_gets_its_answer_at_the_door_for_phones(app, officers_phone, desk):  # noqa: F811
    answers = {
        name: answer_of_phone(officers_phone, desk.supervisor, sample)
        for name, sample in CORPUS.items()
    }
    assert answers == {name: sample.phone for name, sample in CORPUS.items()}
    payloads = [sample.payload for sample in CORPUS.values() if sample.payload]
    kept = files(app)
    assert len(kept) == 2 * list(answers.values()).count(KEPT)
    assert not [path for path, data in kept.items() for p in payloads if p in data]


def answer_of_desk(browser, finding_id, sample):
    photos = upload(sample.data, "photo.jpg", "image/jpeg")
    answer = take(browser, finding_id, "comment", text="Look", photos=photos)
    if answer.status_code == 422:
        return next(code for text, code in TOLD.items() if text in answer.text)
    (kept,) = steps()[-1].photos
    served = browser.get(f"{LIST}{finding_id}/photos/{kept}")
    return KEPT if is_clean(served, sample.payload) else "served as it came"


def test_each_gets_its_answer_at_the_desk(desk, one):  # noqa: F811 -- fixture
    # What is too large for a form is in tests/findings/test_photos.py: the test client
    # leaves a file open where a form does not fit into memory.
    sent = {n: sample for n, sample in CORPUS.items() if sample.desk != TOO_LARGE}
    answers = {
        name: answer_of_desk(desk.officer, one, sample) for name, sample in sent.items()
    }
    assert answers == {name: sample.desk for name, sample in sent.items()}


@pytest.mark.parametrize("mimetype", ["text/html", "image/svg+xml", "", "x"])
def test_what_a_form_calls_its_file_decides_nothing(app, desk, one, mimetype):  # noqa: F811
    photos = upload(PLAIN, "page.html", mimetype)
    taken(desk.officer, one, "comment", text="Look", photos=photos)
    (kept,) = steps()[-1].photos
    assert kept == sha256(PLAIN)
    assert is_clean(desk.officer.get(f"{LIST}{one}/photos/{kept}"))


def test_no_name_of_a_file_leads_anywhere(app, desk, one):  # noqa: F811 -- fixture
    before = set(Path(app.config["SETTINGS"].data).rglob("*"))
    for name in NAMES:
        photos = upload(PLAIN, name)
        taken(desk.officer, one, "comment", text="Look", photos=photos)
        answer = take(desk.officer, one, "comment", photos=upload(b"no photo", name))
        assert answer.status_code == 422
        assert "<script>alert" not in answer.text
    after = set(Path(app.config["SETTINGS"].data).rglob("*"))
    new = {path.name for path in after - before if path.is_file()}
    assert new == {f"{sha256(PLAIN)}.jpg", f"{sha256(PLAIN)}-thumb.jpg"}
