"""A signature counts for what the server showed: whatever else a phone claims is held.

(I9)
"""

import copy
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from mallops.daylog.actions import decide
from mallops.db import db
from mallops.handovers import addendum, rules, verify
from mallops.handovers.models import Handover
from mallops.ledger.rebuild import rebuild
from tests.handovers.conftest import Hand, as_shown, finding, stored
from tests.handovers.test_addendum import signed_of, texts_late


def forged(shown, **changes):
    """What was shown, with parts of it made up, and a digest that fits."""
    snapshot = copy.deepcopy(shown["snapshot"]) | changes
    return {**shown, "snapshot": snapshot, "digest": rules.digest(snapshot)}


def other_shift(shown, **changes):
    return {"shift": shown["snapshot"]["shift"] | changes}


FORGERIES = {
    "covers all that ever comes": lambda shown: {"through": 10**15, "findings": []},
    "beyond any number": lambda shown: {"through": 10**30},
    "nothing is open": lambda shown: {"findings": []},
    "no such id": lambda shown: {"covered": ["-" * 36 + " " + "0" * 64]},
    "invented ids": lambda shown: {"covered": [f"{uuid4()} {'0' * 64}"]},
    "another team": lambda shown: other_shift(shown, team="cleaning"),
    "another day": lambda shown: other_shift(shown, day="2026-11-01"),
    "other times": lambda shown: other_shift(
        shown, starts_at="2026-11-01T00:00:00Z", ends_at="2026-12-01T00:00:00Z"
    ),
    "for ever": lambda shown: other_shift(shown, ends_at="9999-12-31T23:59:59Z"),
    "since ever": lambda shown: {"covers_from": "0001-01-01T00:00:00Z"},
    "without a stamp": lambda shown: {"stamp": ""},
    "of another mall": lambda shown: {"mall": "other"},
    "words that are none": lambda shown: other_shift(shown, name={}),
}


@pytest.fixture
def late(going, own, clock):
    """A note that is still on its phone when the shift is signed; a finding is not."""
    own.hand_in(finding(own))
    unsent = own.note("late")
    clock.move(hours=5)
    return unsent


@pytest.mark.parametrize("claim", FORGERIES.values(), ids=FORGERIES.keys())
def test_what_the_server_never_showed_is_held_and_signs_nothing(
    own, late, mall, people, signed_in, clock, claim
):
    officer = Hand(own)
    shown = officer.look()
    (signed,) = officer.hand_in(sealed := officer.sign(forged(shown, **claim(shown))))
    assert signed["status"] == "held"
    entry = stored(UUID(sealed["id"]))
    assert (entry.held_because, entry.flags) == ("not_as_shown", ["not_as_shown"])
    accept(mall, entry, people.manager, clock)
    assert db.session.scalars(sa.select(Handover)).all() == []
    assert list(verify.faults(mall.id)) == []
    (result,) = own.hand_in(late)
    assert result["receipt"]["flags"] == []  # nothing was signed that it is late for
    reader = signed_in(people.manager)
    for page in ("log/2026-11-21", f"entries/{sealed['id']}", "handovers/"):
        assert reader.get(f"/malls/demo/{page}").status_code == 200
    rebuild()
    assert db.session.scalars(sa.select(Handover)).all() == []


def accept(mall, entry, user, clock):
    decide(mall, entry.id, "accept", "He told me", user, clock.now)
    db.session.commit()


def test_neither_is_what_somebody_unknown_sends(own, late, mall, people, clock):
    """Held for its author already: accepting that says nothing of what it shows."""
    officer = Hand(own)
    sealed = officer.sign(forged(officer.look(), through=10**15))
    officer.hand_in(sealed := {**sealed, "binding": None})
    entry = stored(UUID(sealed["id"]))
    assert entry.held_because == "unknown_author"
    accept(mall, entry, people.manager, clock)
    assert db.session.scalars(sa.select(Handover)).all() == []


@pytest.mark.parametrize(
    "rows", [[{"number": "1"}], ["finding"], {"finding:1": {}}], ids=str
)
def test_lines_without_a_key_can_never_be_accepted_and_are_refused(going, rows):
    (signed,) = going.hand_in(going.sign(forged(going.look(), findings=rows)))
    assert (signed["status"], signed["reason"]["code"]) == ("rejected", "unreadable")


def test_what_was_shown_hours_ago_is_signed_without_network_and_counts(
    going, own, clock
):
    own.hand_in(own.note("before"))
    shown = going.look()
    clock.move(hours=1)
    own.hand_in(own.note("after"))
    clock.move(hours=4)
    (signed,) = going.hand_in(going.sign(shown))
    assert (signed["status"], signed["receipt"]["flags"]) == ("accepted", [])
    assert texts_late() == ["after"]


def test_it_counts_under_a_key_that_signs_no_more(app, going, settings, clock):
    shown = going.look()
    keys = ("n" * 40, *settings.secret_keys)
    app.config["SETTINGS"] = replace(settings, secret_keys=keys)
    (signed,) = going.hand_in(going.sign(shown))
    assert signed["status"] == "accepted"
    app.config["SETTINGS"] = replace(settings, secret_keys=("o" * 40,))
    before = db.session.scalars(sa.select(Handover)).one().through
    rebuild()  # the key is gone: what was accepted stays so
    assert db.session.scalars(sa.select(Handover)).one().through == before


def test_after_a_restored_backup_what_has_other_numbers_is_late_by_them(
    going, own, mall, clock
):
    """Numbers are given anew then: the snapshot's own would hide what came since."""
    own.hand_in(own.note("covered"))
    shown = going.look()
    shown = as_shown(shown, {**shown["snapshot"], "through": 4_000})
    unsent = own.note("late")
    clock.move(hours=5)
    assert going.hand_in(going.sign(shown))[0]["status"] == "accepted"
    assert own.hand_in(unsent)[0]["receipt"]["flags"] == ["after_sign_off"]
    found = addendum.addendum(*signed_of())
    assert [str(one.line.entry_id) for one in found] == [unsent["id"]]
