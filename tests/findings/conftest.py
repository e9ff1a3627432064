"""People, phones and findings, for the tests of the desk pages."""

import io
import re

import pytest
import sqlalchemy as sa
from PIL import Image

from mallops import create_app
from mallops.config import read_settings
from mallops.db import db
from mallops.findings.models import Finding, FindingUpdate
from tests.support import builders

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
MARK = re.compile(r'name="shown" value="([^"]+)"')
SHOWN = re.compile(r'<li id="finding-([0-9a-f-]{36}[\w.-]*)"')
LIST = "/malls/demo/findings/"

ROLES = {"officer2": "officer", "engineer": "team", "cleaner": "team"}
TEAMS = {"engineer": "engineering", "cleaner": "cleaning"}


class ByName:
    """``one.supervisor``: made when it is first asked for."""

    def __init__(self, make):
        self._make = make

    def __getattr__(self, name):
        made = self._make(name)
        setattr(self, name, made)
        return made


@pytest.fixture
def staff(mall, make_user):
    """``staff.officer``; the engineer's team is ours, the cleaner's a contractor's."""
    builders.make_team(mall, "engineering")
    builders.make_team(mall, "cleaning", contractor=True)
    db.session.commit()
    return ByName(
        lambda name: make_user(
            mall, ROLES.get(name, name), username=name, team=TEAMS.get(name)
        )
    )


@pytest.fixture
def desk(staff, signed_in):
    """``desk.supervisor``: the browser of each of them."""
    return ByName(lambda name: signed_in(getattr(staff, name)))


@pytest.fixture
def officers_phone(staff, phone):
    return phone(staff.officer)


@pytest.fixture
def found(officers_phone):
    """``found(text, **body)``: an officer's phone hands in a finding; its id."""

    def found(text="Water on the floor", **body):
        at = body.pop("recorded_at", officers_phone.clock.now)
        content = {
            "place": None if "unit" in body else "L1-A",
            "category": "other",
            "severity": "S3",
            "text": text,
            **body,
        }
        sealed = officers_phone.seal(
            content, kind="finding", photos=body.get("photos", []), recorded_at=at
        )
        (result,) = officers_phone.hand_in(sealed)
        assert result["status"] == "accepted", result
        return sealed["id"]

    return found


@pytest.fixture
def photo(officers_phone):
    """The hash of a photo that is kept."""
    data = builders.jpeg()
    assert officers_phone.put_photo(data).status_code == 201
    return builders.sha256(data)


def token_of(client):
    return TOKEN.search(client.get("/me/").text)[1]


def take(client, finding_id, step, headers=None, **fields):
    """Post a step as its form does."""
    form = {"csrf_token": token_of(client), "step": step, **fields}
    return client.post(
        f"{LIST}{finding_id}/steps",
        data=form,
        headers=headers,
        content_type="multipart/form-data",
    )


def taken(client, finding_id, step, **fields):
    answer = take(client, finding_id, step, **fields)
    assert answer.status_code == 302, answer.text
    return answer


def page_of(client, finding_id):
    answer = client.get(f"{LIST}{finding_id}")
    assert answer.status_code == 200, answer.status_code
    return answer.text


def listed(client, tail=""):
    """Ids of the findings a list shows, in their order."""
    answer = client.get(f"{LIST}{tail}")
    assert answer.status_code == 200, answer.status_code
    return SHOWN.findall(answer.text)


def finding(finding_id):
    db.session.rollback()
    return db.session.scalars(sa.select(Finding).filter_by(id=finding_id)).one()


@pytest.fixture(scope="session")
def _plain_app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    return create_app(read_settings({"MALLOPS_DATA": str(folder)}))


@pytest.fixture
def plain_request(_plain_app):
    """A request without a database, for what is said in words."""
    with _plain_app.test_request_context(headers={"Accept-Language": "en"}) as request:
        yield request


def picture(kind="JPEG", size=(64, 48), mode="RGB"):
    out = io.BytesIO()
    Image.new(mode, size, 90).save(out, kind)
    return out.getvalue()


def upload(data, name="photo.jpg", mimetype=None):
    file = (io.BytesIO(data), name)
    return file if mimetype is None else (*file, mimetype)


def steps():
    db.session.rollback()
    query = sa.select(FindingUpdate).order_by(FindingUpdate.at, FindingUpdate.id)
    return list(db.session.scalars(query))
