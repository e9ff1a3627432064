"""Who may countersign: never oneself, and where two are named, the other side."""

from datetime import UTC, datetime, timedelta

import pytest

from mallops.signatures import rules
from mallops.signatures.rules import Person

OFFICER = Person(1, "officer")
SUPERVISOR = Person(2, "supervisor")
MANAGER = Person(3, "manager")
GUARD = Person(4, "team", "security")
CLEANER = Person(5, "team", "cleaning")
FIRE, CLEAR_OUT = ["supervisor"], ["supervisor", "security"]


@pytest.mark.parametrize(
    ("wanted", "recorder", "signer", "doubt"),
    [
        (FIRE, OFFICER, SUPERVISOR, None),
        (FIRE, OFFICER, MANAGER, None),
        (FIRE, GUARD, SUPERVISOR, None),
        (FIRE, SUPERVISOR, SUPERVISOR, "second_person"),
        (FIRE, OFFICER, GUARD, "other_party"),
        (FIRE, OFFICER, CLEANER, "other_party"),
        (FIRE, OFFICER, Person(9, "officer"), "other_party"),
        (CLEAR_OUT, OFFICER, GUARD, None),
        (CLEAR_OUT, OFFICER, SUPERVISOR, "other_party"),
        (CLEAR_OUT, GUARD, SUPERVISOR, None),
        (CLEAR_OUT, GUARD, Person(8, "team", "security"), "other_party"),
        (CLEAR_OUT, GUARD, GUARD, "second_person"),
        (CLEAR_OUT, None, GUARD, None),
        ([], OFFICER, SUPERVISOR, None),
        ([], OFFICER, GUARD, "other_party"),
        (FIRE, OFFICER, None, None),
    ],
)
def test_who_may_countersign(wanted, recorder, signer, doubt):
    assert rules.doubt(wanted, recorder, signer) == doubt


def test_it_waits_too_long_after_a_day():
    done = datetime(2026, 11, 20, 2, tzinfo=UTC)
    assert not rules.waits_too_long(done, done + timedelta(hours=24))
    assert rules.waits_too_long(done, done + timedelta(hours=24, seconds=1))
