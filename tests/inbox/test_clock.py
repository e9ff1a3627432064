"""What the steps of a finding say of its clock, against how the finding stands."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mallops.findings import rules as findings
from mallops.findings.rules import Opening, Update
from mallops.inbox.clock import clock_of

NINE = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Taken:
    step: str
    at: datetime
    by_id: int | None = 1
    severity: str | None = None
    fix_by: datetime | None = None


def after(minutes):
    return NINE + timedelta(minutes=minutes)


def test_pauses_add_up():
    clock = clock_of(
        "S3",
        [
            Taken("wait", after(10)), Taken("start", after(30)),
            Taken("wait", after(40)), Taken("fix", after(45)),
        ],
    )  # fmt: skip
    assert clock.paused == timedelta(minutes=25)


def test_a_pause_that_lasts_is_not_counted_yet():
    assert clock_of("S3", [Taken("wait", after(10))]).paused == timedelta(0)


def test_a_comment_ends_no_pause():
    steps = [Taken("wait", after(10)), Taken("prioritise", after(20))]
    assert clock_of("S3", [*steps, Taken("start", after(30))]).paused == timedelta(
        minutes=20
    )


def test_a_limit_set_anew_forgets_earlier_pauses():
    pause = [Taken("wait", after(10)), Taken("start", after(30))]
    by_hand = Taken("assign", after(40), fix_by=after(100))
    sharper = Taken("prioritise", after(40), severity="S1")
    same = Taken("prioritise", after(40), severity="S3")
    assert clock_of("S3", [*pause, by_hand]).paused == timedelta(0)
    assert clock_of("S3", [*pause, sharper]).paused == timedelta(0)
    assert clock_of("S3", [*pause, same]).paused == timedelta(minutes=20)


def test_the_last_assignment_says_since_when_and_by_whom():
    clock = clock_of("S3", [Taken("assign", after(5), 2), Taken("assign", after(9), 3)])
    assert (clock.assigned_at, clock.assigned_by_id) == (after(9), 3)


@st.composite
def histories(draw):
    """Steps at rising times, as follow() takes them."""
    at, steps = 0, []
    for number in range(draw(st.integers(0, 12))):
        at += draw(st.integers(1, 50))
        step = draw(st.sampled_from(["wait", "start", "assign", "prioritise", "fix"]))
        sets = step in ("assign", "prioritise")
        fix_by = draw(st.none() | st.integers(1, 900)) if sets else None
        severity = draw(st.sampled_from([None, *findings.LIMITS]))
        steps.append(
            Update(
                key=f"{number:03}",
                at=after(at),
                step=step,
                by_id=1,
                severity=severity if step == "prioritise" else None,
                fix_by=after(fix_by) if fix_by else None,
            )
        )
    return steps


@given(histories())
def test_the_limit_is_what_was_set_plus_the_pauses(steps):
    """Without its pauses, fix_by is a limit somebody set, or the severity's own."""
    followed = findings.follow(Opening("S3", None, NINE), steps)
    counted = [one for one in steps if one.key not in followed.uncounted]
    clock = clock_of("S3", counted)
    limits = {after(own.fix) for own in findings.LIMITS.values()}
    by_hand = {one.fix_by for one in counted if one.fix_by}
    assert followed.standing.fix_by - clock.paused in limits | by_hand
    assert clock.severity == followed.standing.severity
