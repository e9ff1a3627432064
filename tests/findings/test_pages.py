"""The desk pages of findings: who sees what, and what the pages say."""

import pytest

from tests.support import builders
from tests.support.builders import sha256

PNG_OR_JPEG = builders.jpeg()


def seen(phone, **body):
    given = {"place": "L1-A", "category": "hygiene", "severity": "S3", "text": "Wet"}
    return phone.seal({**given, **body}, kind="finding", photos=body.get("photos", []))


def step(phone, finding, name, **body):
    content = {"finding": finding, "step": name, **body}
    return phone.seal(content, kind="finding_update", photos=body.get("photos", []))


@pytest.fixture
def own(phone, make_user, mall):
    return phone(make_user(mall))


@pytest.fixture
def manager(make_user, mall, signed_in):
    return signed_in(make_user(mall, "manager"))


def test_the_entries_of_a_finding_have_pages(own, manager):
    photo = builders.jpeg()
    own.put_photo(photo)
    sealed = seen(own, photos=[sha256(photo)])
    fixed = step(own, sealed["id"], "fix", text="Mopped", seen="open")
    lost = step(own, "0" * 36, "comment", text="Which one?")
    own.hand_in(sealed, fixed, lost)
    page = manager.get(f"/malls/demo/entries/{sealed['id']}").text
    assert f"/malls/demo/findings/{sealed['id']}" in page
    assert "S3 Standard defect" in page
    page = manager.get(f"/malls/demo/entries/{fixed['id']}").text
    assert "Mopped" in page
    assert "No after-photo" in page
    page = manager.get(f"/malls/demo/entries/{lost['id']}").text
    assert "Nobody knows the finding it belongs to." in page
    assert manager.get(f"/malls/demo/findings/{sealed['id']}").status_code == 200
