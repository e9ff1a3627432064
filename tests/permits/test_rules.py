"""What can be permitted, and how a permit stands."""

from datetime import UTC, datetime, timedelta

import pytest

from mallops.permits.rules import fault_of, state_of

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("lasts", "fault"),
    [
        (AN_HOUR, None),
        (366 * A_DAY, None),
        (366 * A_DAY + AN_HOUR, "too_long"),
        (timedelta(0), "ends_before_it_begins"),
        (-AN_HOUR, "ends_before_it_begins"),
    ],
)
def test_it_ends_after_it_begins_and_within_a_year(lasts, fault):
    assert fault_of(NOON, NOON + lasts) == fault


@pytest.mark.parametrize(
    ("kind", "outcome", "minutes", "state"),
    [
        ("visit", None, -1, "coming"),
        ("visit", None, 0, "valid"),
        ("visit", None, 59, "valid"),
        ("visit", None, 60, "over"),
        ("goods_permit", None, 59, "valid"),
        ("goods_permit", None, 60, "expired"),
        ("goods_permit", "done", 60, "done"),
        ("goods_permit", "done", 30, "done"),
        ("event", "cancelled", -1, "cancelled"),
    ],
)
def test_goods_that_nobody_checked_at_the_door_are_not_simply_over(
    kind, outcome, minutes, state
):
    now = NOON + timedelta(minutes=minutes)
    assert state_of(kind, outcome, NOON, NOON + AN_HOUR, now) == state
