"""Meters: a reading is held against the one before it, wherever that one stands."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from mallops.checklists.models import FailedAnswer, MeterReading
from mallops.db import db
from mallops.ledger.rebuild import rebuild


@pytest.fixture
def own(phone, make_user, mall):
    return phone(make_user(mall))


def reading(own, kwh, *, minutes=0):
    """A check of unit L1-001 whose electricity meter shows ``kwh``."""
    at = (own.clock.now + timedelta(minutes=minutes)).isoformat()
    body = {
        "checklist": "vacant_unit",
        "place": "L1-001",
        "started_at": at,
        "finished_at": at,
    }
    return own.inspection({"V04": {"value": kwh}}, body=body)


def failed():
    return [row.item for row in db.session.scalars(sa.select(FailedAnswer))]


def test_a_lower_reading_fails(own):
    own.hand_in(reading(own, 120.5))
    own.hand_in(reading(own, 119, minutes=1))
    assert failed() == ["V04"]


def test_a_lower_reading_fails_within_one_batch_too(own):
    own.hand_in(reading(own, 120.5), reading(own, 119, minutes=1))
    assert failed() == ["V04"]


def test_a_reading_from_before_that_comes_in_later_is_no_fail(own):
    own.hand_in(reading(own, 120.5))
    own.hand_in(reading(own, 119, minutes=-30))
    assert failed() == []


def test_a_rebuild_says_the_same_however_the_batches_were_cut(own):
    own.hand_in(reading(own, 100), reading(own, 90, minutes=1))
    own.hand_in(reading(own, 95, minutes=2))
    before = failed(), len(db.session.scalars(sa.select(MeterReading)).all())
    rebuild()
    assert (failed(), len(db.session.scalars(sa.select(MeterReading)).all())) == before
    assert before == (["V04"], 3)
