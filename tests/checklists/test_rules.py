"""How an answer counts (domain 4.0): many small facts, no database."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.checklists import library
from mallops.checklists.definition import Checklist, Choice, Item, Pair, Section
from mallops.checklists.rules import (
    Answer,
    Surroundings,
    is_too_fast,
    judge,
    lacks_photo,
    verdict_on,
)

WORDS = {"en": "x", "zh-Hans": "x", "zh-Hant": "x"}
NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)


def item(type, code="T01", **given):
    return Item(code=code, text=WORDS, type=type, **given)


def verdict(item_, value, of=None, **around):
    return verdict_on(item_, Answer(value=value, of=of), Surroundings(**around))


# -- Ticks


@pytest.mark.parametrize(
    ("value", "counts"),
    [
        ("pass", "pass"), ("fail", "fail"), ("na", "na"), (None, "open"), ("", "open"),
        ("PASS", "open"), (True, "open"), (1, "open"), ("open", "open"),
    ],
)  # fmt: skip
def test_a_tick(value, counts):
    assert verdict(item("pass_fail"), value) == counts


@pytest.mark.parametrize("type", ["number", "count", "choice", "time", "meter"])
def test_not_applicable_only_where_it_is_allowed(type):
    extra = {"choices": [Choice("good", WORDS)]} if type == "choice" else {}
    assert verdict(item(type, **extra, allow_na=True), "na") == "na"
    assert verdict(item(type, **extra), "na") == "open"


def test_a_tick_that_must_be_answered_takes_no_na():
    assert verdict(item("pass_fail", allow_na=False), "na") == "open"


# -- Numbers


@pytest.mark.parametrize(
    ("value", "counts"),
    [
        (18, "pass"), (28, "pass"), (17.9, "fail"), (28.1, "fail"), (0, "fail"),
        (-1e9, "fail"), (10**30, "fail"), ("20", "open"), (True, "open"),
        (None, "open"),
    ],
)  # fmt: skip
def test_a_number_within_its_range(value, counts):
    assert verdict(item("number", min=18, max=28), value) == counts


@pytest.mark.parametrize(("value", "counts"), [(-5, "pass"), (0, "pass"), (1, "fail")])
def test_a_range_may_have_one_end(value, counts):
    assert verdict(item("number", max=0), value) == counts


@pytest.mark.parametrize(
    ("value", "counts"),
    [(0, "pass"), (3, "pass"), (4, "fail"), (-1, "open"), (1.5, "open"), (2.0, "pass")],
)
def test_a_count_is_whole_and_not_negative(value, counts):
    assert verdict(item("count", max=3), value) == counts


def test_a_number_without_range_passes():
    assert verdict(item("number"), -12.5) == "pass"


# -- Meters


@pytest.mark.parametrize(
    ("value", "counts"), [(100, "pass"), (100.5, "pass"), (99.9, "fail"), ("x", "open")]
)
def test_a_meter_does_not_run_backwards(value, counts):
    meter = item("meter", meter="water")
    assert verdict(meter, value, previous={"T01": 100}) == counts


def test_the_first_reading_of_a_meter_passes():
    assert verdict(item("meter", meter="gas"), 0) == "pass"


def test_each_meter_has_its_own_reading_before():
    meter = item("meter", meter="gas")
    assert verdict(meter, 5, previous={"T02": 100}) == "pass"


# -- Choices, texts, signatures, photos


@pytest.mark.parametrize(
    ("value", "counts"),
    [("good", "pass"), ("bad", "fail"), ("ugly", "open"), (None, "open"), (1, "open")],
)
def test_a_choice(value, counts):
    choices = [Choice("good", WORDS), Choice("bad", WORDS, fails=True)]
    assert verdict(item("choice", choices=choices), value) == counts


@pytest.mark.parametrize("type", ["text", "signature"])
@pytest.mark.parametrize(
    ("value", "counts"),
    [("Li Wei", "pass"), ("李", "pass"), ("", "open"), (" \n", "open"), (5, "open")],
)
def test_a_text_or_the_name_of_a_signer(type, value, counts):
    assert verdict(item(type), value) == counts


def test_a_photo_is_answered_by_a_photo():
    assert verdict_on(item("photo"), Answer(photos=["a" * 64])) == "pass"
    assert verdict_on(item("photo"), Answer(value="pass")) == "open"


# -- Times


@pytest.mark.parametrize(
    ("value", "counts"),
    [
        ("22:30", "pass"), ("22:31", "fail"), ("00:00", "fail"), ("04:59", "fail"),
        ("05:00", "pass"), ("09:00", "pass"), ("24:00", "open"), ("9:00", "open"),
        ("22.30", "open"), ("22:60", "open"), ("-1:00", "open"), (2230, "open"),
        (None, "open"),
    ],
)  # fmt: skip
def test_a_time_no_later_than_the_evening_allows(value, counts):
    """After midnight is later than any evening; the day ends at 05:00."""
    assert verdict(item("time", latest="22:30"), value) == counts


def test_the_malls_own_time_goes_before_the_latest_one():
    both = item("time", plan="hvac_off", tolerance_minutes=15, latest="22:30")
    assert verdict(both, "22:20") == "pass"
    assert verdict(both, "22:40") == "fail"
    own = {"hvac_off": "23:00"}
    assert verdict(both, "22:50", plan_times=own) == "pass"
    assert verdict(both, "22:20", plan_times=own) == "fail"


def test_a_latest_time_after_midnight():
    late = item("time", latest="00:30")
    said = [verdict(late, at) for at in ("23:00", "00:30", "00:31", "04:00")]
    assert said == ["pass", "pass", "fail", "fail"]


@pytest.mark.parametrize(
    ("planned", "value", "counts"),
    [
        ("09:45", "09:45", "pass"), ("09:45", "09:35", "pass"),
        ("09:45", "09:55", "pass"), ("09:45", "09:34", "fail"),
        ("09:45", "09:56", "fail"), ("00:05", "23:55", "pass"),
        ("00:05", "23:54", "fail"), ("23:55", "00:05", "pass"),
        ("23:55", "00:06", "fail"), ("00:00", "00:10", "pass"),
        ("00:00", "23:49", "fail"), ("00:00", "12:00", "fail"),
    ],
)  # fmt: skip
def test_a_planned_time_is_kept_within_its_tolerance(planned, value, counts):
    switch = item("time", plan="lights", tolerance_minutes=10)
    assert verdict(switch, value, plan_times={"lights": planned}) == counts


def test_without_a_planned_time_any_time_passes():
    switch = item("time", plan="lights", tolerance_minutes=10)
    assert verdict(switch, "03:00") == "pass"
    assert verdict(switch, "03:00", plan_times={"lights": "rubbish"}) == "pass"


# -- Pairs


def pair(type, rule, limit=None):
    return item(type, pair=Pair(WORDS, WORDS, rule, limit))


@pytest.mark.parametrize(
    ("rule", "first", "second", "counts"),
    [
        ("equal", 5, 5, "pass"), ("equal", 4, 5, "fail"), ("equal", 0, 0, "pass"),
        ("at_most", 4, 5, "pass"), ("at_most", 5, 5, "pass"), ("at_most", 6, 5, "fail"),
        ("any", 6, 5, "pass"), ("equal", 5, None, "open"), ("equal", None, 5, "open"),
        ("equal", 5, "5", "open"), ("equal", 5, True, "open"), ("any", -1, 5, "open"),
    ],
)  # fmt: skip
def test_a_pair_of_counts(rule, first, second, counts):
    assert verdict(pair("count", rule), first, second) == counts


@pytest.mark.parametrize("second", [-1, 2.5])
def test_both_counts_of_a_pair_are_whole_and_not_negative(second):
    assert verdict(pair("count", "any"), 5, second) == "open"


@pytest.mark.parametrize(
    ("first", "second", "counts"),
    [
        ("10:00", "10:30", "pass"), ("10:00", "10:31", "fail"),
        ("10:00", "10:00", "pass"), ("23:50", "00:20", "pass"),
        ("23:50", "00:21", "fail"), ("10:00", "09:59", "fail"),
        ("10:00", None, "open"), ("10:00", "25:00", "open"), (None, "10:00", "open"),
    ],
)  # fmt: skip
def test_a_pair_of_times_lasts_no_longer_than_allowed(first, second, counts):
    assert verdict(pair("time", "minutes", 30), first, second) == counts


# -- Photo rules


# The phone is held to the same cases (tests/js/checklists.test.js).
PHOTO_RULES = json.loads((Path(__file__).parent / "photo_rules.json").read_text())


@pytest.mark.parametrize("case", PHOTO_RULES, ids=str)
def test_where_a_photo_is_due(case):
    asked, given = item(case["type"], photo=case["photo"]), case["answer"]
    said = verdict_on(asked, Answer(**given))
    assert said == case["verdict"]
    assert lacks_photo(asked, Answer(**given), said) is case["due"]
    assert not lacks_photo(asked, Answer(**given, photos=["a" * 64]), said)


# -- Whole inspections


TRIAL = Checklist(
    code="trial",
    template="T",
    place_kinds=["zone"],
    title=WORDS,
    summary=WORDS,
    sections=[
        Section(WORDS, [item("pass_fail", "T01"), item("text", "T02", required=False)]),
        Section(WORDS, [item("pass_fail", "T03", photo="on_fail")], ["restroom"]),
    ],
)


def test_what_is_required_and_not_answered_is_missing():
    assert judge(TRIAL, {}).missing == ("T01", "T03")
    assert judge(TRIAL, {"T01": Answer("na"), "T03": Answer("pass")}).missing == ()


def test_a_fail_without_its_photo_is_missing_and_failed():
    findings = judge(TRIAL, {"T01": Answer("pass"), "T03": Answer("fail")})
    assert (findings.failed, findings.missing) == (["T03"], ("T03",))


def test_a_section_for_other_places_is_not_asked_here():
    at_zone = judge(TRIAL, {"T01": Answer("pass")}, Surroundings("zone"))
    assert set(at_zone.verdicts) == {"T01", "T02"}
    assert at_zone.missing == ()
    at_restroom = judge(TRIAL, {"T01": Answer("pass")}, Surroundings("restroom"))
    assert at_restroom.missing == ("T03",)


def test_an_answer_that_does_not_fit_is_as_good_as_none():
    findings = judge(TRIAL, {"T01": Answer(5), "T03": Answer("pass")})
    assert (findings.missing, findings.answered) == (("T01",), 1)


def test_answers_to_questions_nobody_asked_are_let_be():
    findings = judge(TRIAL, {"Z99": Answer("fail"), "T01": Answer("pass")})
    assert "Z99" not in findings.verdicts
    assert findings.failed == []


@pytest.mark.parametrize(
    ("answers", "seconds", "doubted"),
    [(20, 19.9, True), (20, 20, False), (0, 0, False), (1, -5, True), (20, 99, False)],
)
def test_nobody_looks_and_ticks_within_a_second(answers, seconds, doubted):
    finished = NOON + timedelta(seconds=seconds)
    assert is_too_fast(answers, NOON, finished) is doubted


# -- Whatever a phone may send

ODD = ["na", "pass", "fail", "12:00", "24:00", "  :  "]
anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.sampled_from(ODD),
)
SHIPPED = [item_ for shipped in library.shipped() for item_ in shipped.items()]


@given(
    st.sampled_from(SHIPPED),
    anything,
    anything,
    st.floats(-1e6, 1e6),
    st.dictionaries(st.just("public_lighting_on"), st.text(max_size=5)),
)
def test_no_answer_to_no_item_breaks_the_judge(asked, value, of, previous, plan_times):
    answer = Answer(value=value, of=of)
    around = Surroundings("zone", plan_times, {asked.code: previous})
    said = verdict_on(asked, answer, around)
    assert said in {"pass", "fail", "na", "open"}
    assert isinstance(lacks_photo(asked, answer, said), bool)


@given(st.dictionaries(st.sampled_from([i.code for i in SHIPPED]), anything))
def test_every_item_asked_gets_a_verdict(values):
    answers = {code: Answer(value=value) for code, value in values.items()}
    for shipped in library.shipped():
        findings = judge(shipped, answers)
        assert set(findings.verdicts) == {item_.code for item_ in shipped.items()}
        assert set(findings.missing) <= set(findings.verdicts)
