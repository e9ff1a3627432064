"""A mall that opens at ten and closes at ten, people in it, and looks at its doors."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from tests.support import builders
from tests.support.doors import open_daily

DOORS = "/malls/demo/doors"
DAY = f"{DOORS}/2026-11-21"


@pytest.fixture
def mall(make_mall):
    """Open from 10:00 to 22:00 every day."""
    return open_daily(make_mall(code="demo"))


@pytest.fixture
def own(phone, make_user, mall):
    """The phone of an officer."""
    return phone(make_user(mall, username="lin"))


@pytest.fixture
def people(mall, make_user):
    roles = ("officer", "supervisor", "manager", "auditor", "team", "admin")
    return SimpleNamespace(
        **{role: make_user(mall, role, team="guards" if role == "team" else None)
           for role in roles}
    )  # fmt: skip


@pytest.fixture
def supervisor(signed_in, people):
    return signed_in(people.supervisor)


@pytest.fixture
def look(own, clock):
    """``look("10:20", "not_open")``: what the officer records at that time."""

    def record(at, status="on_time", unit="L1-001", event="opening", **body):
        hours, minutes = map(int, at.split(":"))
        day = body.pop("day", 21)
        shanghai = timedelta(hours=8)
        clock.now = datetime(2026, 11, day, hours, minutes, tzinfo=UTC) - shanghai
        photos = body.get("photos", [])
        for photo in photos:
            own.put_photo(photo)
        hashes = [builders.sha256(photo) for photo in photos]
        content = {
            "unit": unit, "event": event, "status": status,
            "seen_at": clock.now.isoformat(), **body, "photos": hashes,
        }  # fmt: skip
        sealed = own.seal(content, kind="door", photos=hashes)
        (result,) = own.hand_in(sealed)
        assert result["status"] == "accepted", result
        return sealed["id"]

    return record
