"""What sightings of a door prove, and what they do not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.doors import rules
from mallops.doors.rules import Sighting, Span, Terms, closing, opening

TEN = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TERMS = Terms()


def seen(*looks):
    """(minutes from the hour, status, more…) as sightings."""
    return [
        Sighting(f"{number:03}", TEN + timedelta(minutes=look[0]), *look[1:])
        for number, look in enumerate(looks)
    ]


def opened(*looks, at=TEN):
    return opening(seen(*looks), at, TERMS)


def shut(*looks, at=TEN):
    return closing(seen(*looks), at, TERMS)


def test_nobody_looked():
    assert opened().state == "not_seen"
    assert shut().state == "not_seen"


@pytest.mark.parametrize("minutes", [-20, 0, 5])
def test_open_by_the_hour_and_its_tolerance_is_on_time(minutes):
    state = opened((minutes, "on_time"))
    assert (state.state, state.case, state.off) == ("on_time", None, None)


def test_closed_at_1020_and_open_at_1040_was_late_between_20_and_40_minutes():
    state = opened((20, "not_open"), (40, "on_time"))
    assert (state.state, state.off, state.case) == ("late", Span(20, 40), "late")


def test_first_seen_open_at_1040_says_nothing_about_late():
    state = opened((40, "on_time"))
    assert (state.state, state.off, state.case) == ("open", Span(None, 40), None)


def test_closed_before_the_hour_proves_nothing():
    assert opened((-5, "not_open")).state == "closed_before"
    assert opened((-5, "not_open"), (40, "on_time")).case is None


def test_seen_closed_and_never_open_is_not_open_for_at_least_so_long():
    state = opened((10, "not_open"), (50, "not_open"))
    assert (state.state, state.off, state.case) == (
        "not_open", Span(50, None), "not_open",
    )  # fmt: skip


def test_more_than_half_an_hour_late_counts_as_not_open():
    assert opened((30, "not_open"), (60, "late")).case == "late"
    assert opened((31, "not_open"), (60, "late")).case == "not_open"


def test_the_word_of_an_officer_counts_with_a_photo():
    assert opened((12, "late")).state == "late"
    assert opened((12, "late")).case is None
    assert opened((12, "late", "tap", True)).case == "late"


def test_a_bulk_mark_opens_a_shop_and_never_makes_a_case():
    state = opened((12, "late", "bulk", True))
    assert (state.state, state.bulk, state.case) == ("open", True, None)
    assert shut((-30, "early", "bulk")).case is None


def test_a_look_by_hand_later_does_not_make_a_case_of_a_bulk_mark():
    """Marked with its zone half an hour too early, seen closed after the hour."""
    state = shut((-30, "closed", "bulk"), (5, "closed"))
    assert (state.state, state.off, state.bulk, state.case) == (
        "early", Span(30, None), True, None,
    )  # fmt: skip
    state = shut((-30, "closed", "bulk"), (-20, "closed"))
    assert (state.off, state.bulk, state.case) == (Span(20, None), False, "early")


def test_the_photo_of_a_bulk_mark_is_nobodys_word():
    state = opened((12, "late", "bulk", True), (13, "late"))
    assert (state.state, state.case) == ("late", None)


def test_a_second_look_by_hand_beside_a_bulk_mark_counts():
    assert opened((8, "not_open"), (20, "on_time", "bulk")).case == "late"
    assert not opened((2, "on_time", "bulk"), (3, "on_time")).bulk


def test_closed_after_it_was_open_is_a_contradiction_and_stays_on_time():
    state = opened((2, "on_time"), (10, "not_open"))
    assert (state.state, state.contradicted) == ("on_time", True)


def test_a_closure_that_is_known_explains_a_closed_door():
    looks = seen((40, "not_open"), (50, "approved_closure"))
    for state in (
        opening(looks, None, TERMS, "approved_closure"),
        opening(looks[1:], None, TERMS, "approved_closure"),
        closing(seen((-30, "approved_closure")), None, TERMS, "approved_closure"),
    ):
        assert state.state == "approved_closure"
        assert (state.case, state.contradicted) == (None, False)


@pytest.mark.parametrize("word", ["approved_closure", "fitout", "vacant"])
def test_a_word_at_the_door_is_shown_and_excuses_nobody(word):
    """A hoarding may really be up: then somebody enters it, and the case is gone."""
    alone = opened((20, word))
    assert (alone.state, alone.case, alone.contradicted) == (word, None, True)
    for looks in ([(20, word), (40, "not_open")], [(40, "not_open"), (50, word)]):
        state = opened(*looks)
        assert (state.state, state.off) == ("not_open", Span(40, None))
        assert (state.case, state.contradicted) == ("not_open", True)
    assert opened((-5, "not_open"), (20, word)).state == word
    assert opened((20, word), (40, "on_time")).case is None
    last = shut((-20, word))
    assert (last.state, last.contradicted) == (word, True)


def test_open_first_and_then_said_to_be_closed_is_a_contradiction():
    assert opened((0, "on_time"), (5, "fitout")).contradicted


def test_a_shop_that_need_not_open_is_never_late():
    assert opened((50, "not_open"), at=None).case is None
    assert opened((50, "on_time"), at=None).state == "open"


def test_why_it_need_not_open_is_said_of_a_closed_door():
    why = "approved_closure"
    assert opening(seen((50, "not_open")), None, TERMS, why).state == why
    assert opening(seen((50, "on_time")), None, TERMS, why).state == "open"
    assert closing(seen((-30, "closed")), None, TERMS, why).state == why
    assert opening([], None, TERMS, why).state == "not_seen"


def test_closed_before_its_hour_is_early_by_at_least_so_long():
    state = shut((-30, "closed"))
    assert (state.state, state.off, state.case) == ("early", Span(30, None), "early")
    assert shut((-5, "closed")).state == "on_time"


def test_still_trading_after_the_hour_is_late_until_seen_closed():
    assert shut((20, "late_unapproved")).off == Span(20, None)
    state = shut((20, "late_approved"), (45, "closed"))
    assert (state.state, state.off) == ("late_approved", Span(20, 45))
    assert shut((45, "closed")).off == Span(None, 45)


def test_still_open_before_the_hour_is_no_news():
    assert shut((-10, "late_unapproved")).state == "open_before"


looks = st.lists(
    st.builds(
        Sighting,
        key=st.uuids().map(str),
        at=st.integers(-60, 120).map(lambda minutes: TEN + timedelta(minutes=minutes)),
        status=st.sampled_from(sorted(rules.STATUSES["opening"])),
        how=st.sampled_from(rules.HOWS),
        has_photo=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda one: one.key,
)
last_looks = looks.map(
    lambda some: [
        Sighting(one.key, one.at, status, one.how, one.has_photo)
        for one in some
        for status in [sorted(rules.STATUSES["closing"])[int(one.key[0], 16) % 7]]
    ]
)


@given(looks, st.randoms())
def test_any_order_and_any_duplication_give_the_same_opening(sightings, random):
    again = random.sample(sightings * 2, len(sightings) * 2)
    assert opening(again, TEN, TERMS) == opening(sightings, TEN, TERMS)


@given(last_looks, st.randoms())
def test_any_order_and_any_duplication_give_the_same_closing(sightings, random):
    again = random.sample(sightings * 2, len(sightings) * 2)
    assert closing(again, TEN, TERMS) == closing(sightings, TEN, TERMS)


def by_hand(sightings):
    return [one for one in sightings if one.how != "bulk"]


@given(looks, last_looks)
def test_no_case_without_a_look_by_hand(sightings, last_ones):
    for judge, some in ((opening, sightings), (closing, last_ones)):
        marked = [replace(one, how="bulk") for one in some]
        assert judge(marked, TEN, TERMS).case is None


LIGHTEST_FIRST = (None, "early", "late", "not_open")


def test_a_bulk_mark_of_open_leaves_the_lighter_case_of_what_was_seen_by_hand():
    looks = [(31, "not_open"), (32, "late", "tap", True)]
    assert opened(*looks).case == "not_open"
    assert opened((6, "late", "bulk"), *looks).case == "late"


@given(looks, last_looks)
def test_no_bulk_mark_makes_the_case_of_what_was_seen_by_hand_heavier(
    sightings, last_ones
):
    for judge, some in ((opening, sightings), (closing, last_ones)):
        cases = [judge(ones, TEN, TERMS).case for ones in (some, by_hand(some))]
        with_marks, without = map(LIGHTEST_FIRST.index, cases)
        assert with_marks <= without


@given(looks)
def test_nobodys_word_at_the_door_takes_a_case_away(sightings):
    seen = [one for one in sightings if one.status not in rules.EXEMPT]
    case = opening(seen, TEN, TERMS).case
    assert opening(sightings, TEN, TERMS).case == case


@given(looks)
def test_no_more_is_claimed_than_was_seen(sightings):
    off = opening(sightings, TEN, TERMS).off
    times = {int((one.at - TEN).total_seconds() // 60) for one in sightings}
    claimed = {off.least, off.most} - {None, 0} if off else set()
    assert claimed <= times


@pytest.mark.parametrize(
    ("event", "status", "minutes", "is_trouble"),
    [
        ("opening", "not_open", -72, False),  # who comes before the hour finds it shut
        ("opening", "not_open", 5, False),
        ("opening", "not_open", 6, True),
        ("opening", "late", 3, False),
        ("opening", "late", 20, True),
        ("opening", "on_time", 20, False),
        ("opening", "vacant", 20, False),
        ("closing", "early", -4, False),
        ("closing", "early", -20, True),
        ("closing", "late_unapproved", 2, False),
        ("closing", "late_unapproved", 20, True),
        ("closing", "late_approved", 20, False),
    ],
)
def test_one_look_is_trouble_where_the_hour_says_so(event, status, minutes, is_trouble):
    [one] = seen((minutes, status))
    assert rules.is_trouble(event, one, TEN, TERMS) == is_trouble


def test_a_shop_that_need_not_open_is_no_trouble():
    [one] = seen((90, "not_open"))
    assert not rules.is_trouble("opening", one, None, TERMS, "closed_day")
