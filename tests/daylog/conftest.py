"""People, phones and a day with entries, for the tests of the daily log."""

import re
from collections import namedtuple
from uuid import UUID

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.ledger.models import Entry, LogLine
from tests.support import builders

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SHOWN = re.compile(r'id="entry-([0-9a-f-]{36})"')
DAY = "2026-11-21"
LOG = f"/malls/demo/log/{DAY}"

People = namedtuple("People", "officer officer2 supervisor manager auditor cleaner")


@pytest.fixture
def people(mall, make_user):
    """One of each, by what they are."""
    return People(
        make_user(mall, "officer", username="officer"),
        make_user(mall, "officer", username="officer2"),
        make_user(mall, "supervisor", username="supervisor"),
        make_user(mall, "manager", username="manager"),
        make_user(mall, "auditor", username="auditor"),
        make_user(mall, "team", username="cleaner", team="cleaning"),
    )


@pytest.fixture
def officers_phone(people, phone):
    return phone(people.officer)


@pytest.fixture
def manager(people, signed_in):
    """The manager's browser."""
    return signed_in(people.manager)


@pytest.fixture
def supervisor(people, signed_in):
    return signed_in(people.supervisor)


@pytest.fixture
def hold(officers_phone):
    """Hand in a note that is held (its place is not there); the entry's id."""

    def hold(text="Seen at a place nobody knows", **given):
        entry = officers_phone.seal(
            {"text": text, "place": "NOWHERE", "photos": []}, **given
        )
        (result,) = officers_phone.hand_in(entry)
        assert result["status"] == "held"
        return entry["id"]

    return hold


@pytest.fixture
def photo(officers_phone):
    data = builders.jpeg()
    assert officers_phone.put_photo(data).status_code == 201
    return builders.sha256(data)


def shown_in(response):
    """Ids of the entries a page lists, in their order."""
    assert response.status_code == 200, response.status_code
    return SHOWN.findall(response.text)


def decide(client, entry_id, mall="demo", **fields):
    """Post a decision as the form does."""
    token = TOKEN.search(client.get("/me/").text)[1]
    form = {"csrf_token": token, "verdict": "accept", "reason": "Checked", **fields}
    return client.post(f"/malls/{mall}/held/{entry_id}/decision", data=form)


def state_of(entry_id):
    return db.session.scalar(
        sa.select(LogLine.state).where(LogLine.entry_id == UUID(str(entry_id)))
    )


def count_entries(**given):
    query = sa.select(sa.func.count()).select_from(Entry).filter_by(**given)
    return db.session.scalar(query)
