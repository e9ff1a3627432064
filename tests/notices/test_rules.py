"""How a notice stands: by the times of its steps, whatever order they came in."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.notices import rules
from mallops.notices.rules import Step, follow

NINE = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


def after(minutes):
    return NINE + timedelta(minutes=minutes)


def steps(*taken):
    """(minutes, what) as steps; an outcome stands for its delivery."""
    return [
        Step(
            key=f"{number:03}",
            at=after(minutes),
            step="delivery" if what in rules.OUTCOMES else what,
            outcome=what if what in rules.OUTCOMES else None,
            who="Chen",
        )
        for number, (minutes, what) in enumerate(taken)
    ]


def standing(*taken):
    return follow(steps(*taken)).standing


def test_a_notice_is_issued_until_somebody_brings_it():
    assert standing().state == "issued"
    assert standing((5, "not_reached")).state == "not_reached"
    signed = standing((5, "not_reached"), (60, "signed"))
    assert (signed.state, signed.served_at) == ("delivered", after(60))
    assert signed.signer_name == "Chen"


def test_who_refused_may_still_sign():
    refused = standing((5, "refused"))
    assert (refused.state, refused.served_at, refused.signer_name) == (
        "refused", after(5), "",
    )  # fmt: skip
    signed = standing((5, "refused"), (60, "signed"))
    assert (signed.state, signed.signer_name) == ("delivered", "Chen")
    assert not signed.contradicted


def test_refusing_after_signing_is_a_contradiction():
    found = follow(steps((5, "signed"), (6, "refused")))
    assert found.standing.state == "delivered"
    assert found.standing.contradicted
    assert found.uncounted == {"001"}


def test_nobody_there_after_it_was_signed_contradicts_nothing():
    found = follow(steps((5, "signed"), (6, "not_reached")))
    assert (found.standing.state, found.standing.contradicted) == ("delivered", False)
    assert found.uncounted == {"001"}


def test_a_withdrawn_notice_stays_withdrawn():
    found = follow(steps((5, "withdrawal"), (6, "signed"), (7, "withdrawal")))
    assert found.standing.state == "withdrawn"
    assert found.standing.withdrawn_at == after(5)
    assert found.uncounted == {"001", "002"}


def test_replies_and_appeals_are_counted_and_move_nothing():
    now = standing((5, "reply"), (6, "signed"), (7, "appeal"))
    assert (now.state, now.replies, now.contradicted) == ("delivered", 2, False)


moves = st.lists(
    st.builds(
        lambda key, minutes, what: Step(
            key=str(key),
            at=after(minutes),
            step="delivery" if what in rules.OUTCOMES else what,
            outcome=what if what in rules.OUTCOMES else None,
        ),
        st.uuids(),
        st.integers(0, 8),
        st.sampled_from([*rules.OUTCOMES, "reply", "appeal", "withdrawal"]),
    ),
    max_size=7,
    unique_by=lambda one: one.key,
)


@given(moves, st.randoms())
def test_any_order_of_arrival_gives_the_same_notice(taken, random):
    assert follow(random.sample(taken, len(taken))) == follow(taken)


@given(moves)
def test_what_does_not_count_moves_nothing(taken):
    followed = follow(taken)
    counted = [step for step in taken if step.key not in followed.uncounted]
    without = follow(counted)
    assert without.uncounted == frozenset()
    assert without.standing.state == followed.standing.state
    assert without.standing.served_at == followed.standing.served_at


@given(moves)
def test_a_state_agrees_with_its_times(taken):
    now = follow(taken).standing
    assert (now.withdrawn_at is not None) == (now.state == "withdrawn")
    if now.state in rules.SERVED:
        assert now.served_at is not None
    if now.state in rules.TO_DELIVER:
        assert now.served_at is None


@pytest.mark.parametrize(
    ("state", "has_deadline", "finding", "shown"),
    [
        ("issued", True, "open", "issued"),
        ("delivered", True, "fixed", "delivered"),
        ("delivered", True, "verified", "rectified"),
        ("issued", True, "verified", "rectified"),
        ("withdrawn", True, "verified", "withdrawn"),
        ("delivered", False, "verified", "delivered"),
    ],
)
def test_it_is_rectified_once_its_finding_is_verified(
    state, has_deadline, finding, shown
):
    rectify_by = after(60) if has_deadline else None
    assert rules.shown_state(state, rectify_by, finding) == shown


@pytest.mark.parametrize(
    ("state", "finding", "minutes", "overdue"),
    [
        ("delivered", "open", 60, False),
        ("delivered", "open", 61, True),
        ("issued", "fixed", 61, True),
        ("delivered", "verified", 61, False),
        ("delivered", "void", 61, False),
        ("withdrawn", "open", 61, False),
    ],
)
def test_it_is_overdue_until_somebody_has_seen_the_result(
    state, finding, minutes, overdue
):
    assert rules.is_overdue(state, after(60), finding, after(minutes)) is overdue
    assert not rules.is_overdue(state, None, finding, after(minutes))


def test_a_draft_starts_with_the_findings_own_limit():
    assert rules.first_deadline(after(90), after(60)) == after(90)
    assert rules.first_deadline(after(30), after(60)) == after(60) + rules.DEADLINE
    assert rules.first_deadline(None, after(60)) == after(60) + rules.DEADLINE


FINE = {
    "level": "written", "finding_state": "open", "has_tenant": True,
    "rectify_by": after(60), "standing_levels": (), "now": NINE,
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, None),
        ({"finding_state": "void"}, "finding_void"),
        ({"has_tenant": False}, "no_tenant"),
        ({"rectify_by": None}, "no_deadline"),
        ({"rectify_by": None, "level": "verbal"}, None),
        ({"rectify_by": NINE}, "deadline_in_the_past"),
        ({"standing_levels": {"verbal"}}, None),
        ({"standing_levels": {"written"}}, "already_issued"),
        ({"standing_levels": {"written"}, "level": "verbal"}, "already_issued"),
        ({"standing_levels": {"verbal"}, "level": "verbal"}, "already_issued"),
        ({"finding_state": "verified"}, "finding_settled"),
        ({"finding_state": "fixed_on_spot", "rectify_by": None}, None),
    ],
)
def test_what_may_be_issued(given, code):
    asked = {**FINE, **given}
    assert rules.refusal_to_issue(asked.pop("level"), **asked) == code


@pytest.mark.parametrize(
    ("text", "digits", "amount"),
    [
        ("500", 2, 50000),
        (" 499.50 ", 2, 49950),
        ("499,5", 2, 49950),
        ("1 200", 2, 120000),
        ("300", 0, 300),
    ],
)
def test_an_amount_is_kept_in_its_smallest_unit(text, digits, amount):
    assert rules.minor_units(text, digits) == amount
    assert rules.minor_units(str(rules.major_units(amount, digits)), digits) == amount


@pytest.mark.parametrize(
    "text",
    ["", "0", "0.00", "-5", "1.234", "1,200.00", "five", "٥", "1e3", "5.", "9" * 13],
)
def test_what_is_no_amount_is_no_amount(text):
    with pytest.raises(ValueError, match="not an amount"):
        rules.minor_units(text, 2)


def test_of_two_decisions_the_earlier_counts():
    assert rules.comes_first(after(1), "b", None, None)
    assert rules.comes_first(after(1), "a", after(1), "b")
    assert rules.comes_first(after(0), "b", after(1), "a")
    assert not rules.comes_first(after(1), "b", after(1), "b")


def test_a_second_person_is_another_one_and_somebody():
    assert rules.is_second_person(1, 2)
    assert rules.is_second_person(1, None)
    assert not rules.is_second_person(1, 1)
    assert not rules.is_second_person(None, 2)


def test_numbers_count_on_within_a_year():
    assert rules.number_of(2026, 0) == "2026-0001"
    assert rules.number_of(2026, 11) == "2026-0012"
