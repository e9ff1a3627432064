"""What the pages show follows from the ledger alone: made again, it is the same."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mallops.cases import actions as cases
from mallops.cases.actions import OnCase
from mallops.checklists import actions as checklists
from mallops.checklists.definition import read
from mallops.checklists.models import ChecklistVersion, FailedAnswer
from mallops.closures import actions as closures
from mallops.closures.queries import find as find_closure
from mallops.daylog.actions import decide
from mallops.daylog.models import HeldDecision
from mallops.db import db
from mallops.findings import queries as findings
from mallops.handovers import actions as handovers
from mallops.ledger.models import Entry, LogLine
from mallops.ledger.rebuild import rebuild
from mallops.notices import actions as notices
from mallops.notices.queries import find_penalty, find_unit
from mallops.people.queries import find_membership
from mallops.places.queries import find_mall
from mallops.rounds.models import RoundCompletion
from mallops.shifts.queries import find_shift
from tests.handovers.conftest import Hand
from tests.support import builders
from tests.support.derived import derived
from tests.support.doors import TODAY, at, look, open_daily, shop


def rebuilt():
    count = rebuild()
    db.session.commit()
    db.session.expire_all()
    return count


def entries():
    return db.session.scalar(sa.select(sa.func.count(Entry.id)))


@pytest.fixture
def own(phone, make_user, mall):
    builders.make_plan(mall)
    builders.make_plan(mall, code="noon", checklist="hygiene", places=["L1-WC1"],
                       starts=["12:00"], team="cleaning")  # fmt: skip
    return phone(make_user(mall))


ROUND = "opening.L1-A.20261121.0900"


def test_a_day_with_everything_on_it_comes_out_the_same(
    own, mall, make_user, phone, clock
):
    open_daily(mall)
    supervisor = make_user(mall, "supervisor")
    for some in everything(own, clock):
        own.hand_in(*some)
        clock.move(minutes=7)
    decide_on_held(mall, supervisor, clock)
    manager = make_user(mall, "manager")
    follow_a_violation(own, mall, supervisor, manager, clock)
    head = find_membership(manager, mall.id, clock.now)
    hand_over(Hand(phone(supervisor)), Hand(phone(make_user(mall))), head, clock)
    decide_on_late_shops(own, mall, supervisor, manager, clock)
    countersign(own, phone(supervisor))
    colleague = phone(make_user(mall, "auditor"))
    colleague.hand_in(own.note("carried"), colleague.note("may not"))
    before = derived()
    assert all(before.values()), {name: len(rows) for name, rows in before.items()}
    assert rebuilt() == entries()
    assert derived() == before
    rebuilt()
    assert derived() == before


def everything(own, clock):
    """Batches of inspections, fails, readings, notes, rounds, held and resent ones."""
    fails = {"O08": {"value": "fail", "note": "pallet"}, "O17": {"value": 99.5}}
    reading = {"value": 500.5, "photos": []}
    first = own.inspection(fails, body={"round": ROUND})
    yield [first, own.note("💡 <b>"), own.note("there", **{"photos": []})]
    yield [first, own.inspection(body={"round": ROUND})]
    yield [own.inspection(body={"aborted": "alarm", "round": ROUND})]
    yield [meter(own, clock, 500.5), meter(own, clock, 400)]
    yield [meter(own, clock, 450), own.note("x", sha256="0" * 64)]
    yield [own.note(f"held {number}", binding=None) for number in range(3)]
    yield [own.inspection(fails, binding=None, body={"round": ROUND})]
    yield [own.inspection(body={"place": "L9-Z"}), own.inspection(body={"version": 7})]
    yield [own.inspection({"O17": reading}, recorded_at=clock.now - timedelta(days=3))]
    again = {"O08": {"value": "fail", "still_open": f"{first['id']}.O08"}}
    fixed = {"finding": f"{first['id']}.O08", "step": "fix"}
    yield [own.inspection(again), own.seal(fixed, kind="finding_update")]
    yield [own.seal({**fixed, "step": "verify"}, kind="finding_update")]  # held
    look = {"unit": "L1-001", "event": "opening", "status": "not_open"}
    doors = [own.seal({**look, "seen_at": f"{clock.now:%FT%TZ}"}, kind="door")]
    yield [*doors, own.seal({**look, "seen_at": f"{clock.now:%FT%TZ}"}, kind="door")]
    yield [own.seal({"sighting": doors[0]["id"]}, kind="door_withdrawal")]


def follow_a_violation(own, mall, supervisor, manager, clock):
    """A notice with a new deadline, delivered; a penalty for it, approved."""
    lead, head = (find_membership(u, mall.id, clock.now) for u in (supervisor, manager))
    seen = {"category": "tenant", "severity": "S3", "unit": "L1-001", "text": "Racks"}
    own.hand_in(found := own.seal(seen, kind="finding"))
    draft = notices.Draft("written", "Racks", "", clock.now + timedelta(days=2), "en")
    finding = findings.find(mall.id, found["id"])
    notice = str(notices.issue(mall, finding, draft, lead, clock.now))
    db.session.commit()
    delivery = {"notice": notice, "outcome": "signed", "signer_name": "Chen"}
    proposal = {"notice": notice, "text": "Again"}
    sealed = own.seal(proposal, kind="penalty_proposal")
    own.hand_in(own.seal(delivery, kind="notice_delivery"), sealed)
    db.session.rollback()
    penalty = find_penalty(mall.id, UUID(sealed["id"]))
    notices.decide(mall, penalty, "approved", "", head, clock.now)
    db.session.commit()


def countersign(own, second):
    """A fire patrol is signed by a second person."""
    patrol = own.inspection(body={"checklist": "fire_patrol"})
    own.hand_in(patrol)
    body = {"entry": patrol["id"], "note": "seen"}
    second.hand_in(second.seal(body, kind="countersignature"))


def hand_over(outgoing, incoming, head, clock):
    """Signed by a leader, refused, decided on, signed again, accepted by who comes."""
    builders.make_pattern(mall := find_mall("demo"))
    given = {"text": "No deliveries on Sunday", "team": None, "until": None}
    handovers.instruct(mall, given, head, clock.now)
    db.session.commit()
    shown, late = outgoing.look(), outgoing.phone.note("late")
    clock.move(minutes=1)
    outgoing.hand_in(outgoing.sign(shown), late)
    incoming.hand_in(incoming.refuse(shown))
    shift = find_shift(mall, shown["shift"]["id"])
    ruled = {"verdict": "sign_again", "reason": "count once more"}
    handovers.decide(mall, shift, ruled, head, clock.now)
    handovers.acknowledge(mall, shift, [late["id"]], head, clock.now)
    db.session.commit()
    clock.move(minutes=1)
    outgoing.hand_in(outgoing.sign(remarks="again"))
    lines = {line["key"]: "accepted" for line in shown["lines"]}
    incoming.hand_in(incoming.accept(shown, lines={**lines, "text:1": "reserved"}))


def decide_on_late_shops(own, mall, supervisor, manager, clock):
    """Two late shops: one taken out, one warned; a closure approved afterwards."""
    lead, head = (find_membership(u, mall.id, clock.now) for u in (supervisor, manager))
    at(clock, 13)
    for unit in ("L1-001", "L1-002", "L1-003"):
        own.hand_in(look(own, "not_open", unit))
    asked = {"unit": "L1-003", "first_day": f"{TODAY}", "last_day": f"{TODAY}"}
    sealed = own.seal({**asked, "reason": "stocktaking"}, kind="closure_request")
    own.hand_in(sealed)
    db.session.rollback()
    closure = find_closure(mall.id, UUID(sealed["id"]))
    explained = closures.decide(mall, closure, "approved", "", lead, clock.now)
    first, second = (
        OnCase(mall, find_unit(mall.id, no), TODAY, head, clock.now)
        for no in ("L1-001", "L1-002")
    )
    cases.warn(first, notices.Draft("verbal", "late", "6.1", None, "en"), [])
    cases.dismiss(second, "opening", "appeal", "power cut")
    db.session.commit()
    assert [shop(unit=f"L1-00{n}").case for n in (1, 2, 3)] == ["not_open", None, None]
    missing = {one.unit.no: one.state for one in explained}
    assert missing == {"L1-003": "void"}


def meter(own, clock, value, minutes=0):
    at = (clock.now + timedelta(minutes=minutes)).isoformat()
    body = {"checklist": "vacant_unit", "place": "L1-001", "finished_at": at}
    return own.inspection({"V04": {"value": value}, "V05": {"value": value}}, body=body)


def decide_on_held(mall, supervisor, clock):
    held = db.session.scalars(
        sa.select(LogLine).filter_by(state="held").order_by(LogLine.ledger_seq)
    ).all()
    verdicts = ["accept", "void", "accept", "accept", "accept", "void"]
    for id_, verdict in zip([h.entry_id for h in held], verdicts, strict=False):
        decide(mall, id_, verdict, "seen by me", supervisor, clock.now)
        db.session.commit()


def test_a_held_inspection_counts_from_its_decision_on(own, mall, make_user, clock):
    own.hand_in(own.inspection(binding=None, body={"round": ROUND}))
    completions = sa.select(sa.func.count(RoundCompletion.entry_id))
    assert db.session.scalar(completions) == 0
    decide_on_held(mall, make_user(mall, "supervisor"), clock)
    assert db.session.scalar(completions) == 1
    before = derived()
    rebuilt()
    assert derived() == before


def test_readings_are_judged_the_same_however_they_were_sent(own, mall, clock):
    """Each in a batch of its own, or all in one: the same fails."""
    sealed = [meter(own, clock, value, n) for n, value in enumerate((100, 90, 95, 120))]
    for entry in sealed:
        own.hand_in(entry)
    before = derived()
    assert len(before["failed_answers"]) > 0
    rebuilt()
    assert derived() == before


def test_a_reading_that_arrives_late_is_judged_by_when_it_was_read(own, clock):
    late, early = meter(own, clock, 100, 30), meter(own, clock, 200, 5)
    own.hand_in(late)
    own.hand_in(early)
    before = derived()
    rebuilt()
    assert derived() == before


def test_a_new_version_in_between_changes_nothing_that_was(own, mall, clock):
    """Whether a version was retired is what it was when the entry came in."""
    own.hand_in(own.inspection())
    version = db.session.scalars(
        sa.select(ChecklistVersion).filter_by(code="opening")
    ).one()
    changed = {**version.definition, "template": "TPL-NEW"}
    checklists.publish(mall.id, read(changed, "opening.toml"), clock.now)
    db.session.commit()
    own.hand_in(own.inspection())
    before = derived()
    rebuilt()
    assert derived() == before


def test_a_rebuild_mends_what_somebody_spoiled(own):
    own.hand_in(own.note("one"), own.inspection({"O08": {"value": "fail"}}))
    before = derived()
    db.session.execute(
        sa.update(LogLine).values(problem=False, search="", state="void")
    )
    db.session.execute(sa.delete(FailedAnswer))
    db.session.commit()
    rebuilt()
    assert derived() == before


def test_a_rebuild_of_nothing_is_nothing(mall):
    assert rebuilt() == 0
    assert not any(derived().values())


def test_decisions_are_made_again_as_well(own, mall, make_user, clock):
    own.hand_in(own.note("held", binding=None))
    decide_on_held(mall, make_user(mall, "supervisor"), clock)
    (made,) = db.session.scalars(sa.select(HeldDecision)).all()
    kept = (made.entry_id, made.verdict, made.reason)
    rebuilt()
    (again,) = db.session.scalars(sa.select(HeldDecision)).all()
    assert (again.entry_id, again.verdict, again.reason) == kept
    assert isinstance(again.entry_id, UUID)


answers = st.dictionaries(
    st.sampled_from(["V04", "V05", "V01", "V02"]),
    st.fixed_dictionaries({"value": st.one_of(
        st.sampled_from(["pass", "fail", "na", None]), st.integers(0, 50)
    )}),
)  # fmt: skip
walks = st.tuples(
    answers,
    st.integers(-120, 120),
    st.sampled_from(["accepted", "held", "aborted"]),
)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(batches=st.lists(st.lists(walks, min_size=1, max_size=4), max_size=4))
def test_any_day_comes_out_the_same(own, clock, mall, make_user, batches):
    for batch in batches:
        own.hand_in(*(walk_of(own, clock, *walk) for walk in batch))
    decide_on_held(mall, make_user(mall, "supervisor"), clock)
    before = derived()
    rebuilt()
    assert derived() == before


def walk_of(own, clock, answers, minutes, how):
    at = (clock.now + timedelta(minutes=minutes)).isoformat()
    body = {
        "checklist": "vacant_unit",
        "place": "L1-001",
        "started_at": at,
        "finished_at": at,
        "aborted": "rain" if how == "aborted" else None,
    }
    binding = {"binding": None} if how == "held" else {}
    return own.inspection(answers, body=body, **binding)
