"""Public doors and switching times: planned by season, against what rounds recorded."""

import re

import pytest

from mallops.db import db
from mallops.doors.switching import of_day
from tests.doors.conftest import DAY

SEASONS = [{"from": "04-01", "at": "19:00"}, {"from": "10-01", "at": "18:00"}]


@pytest.fixture
def mall(mall):
    mall.settings = {
        "plan_times": {
            "public_doors_open": "09:45",
            "hvac_on": "09:30",
            "landscape_lighting_on": SEASONS,
        }
    }
    db.session.commit()
    return mall


@pytest.fixture
def walked(own):
    def walk(checklist, **answers):
        given = {code: {"value": value} for code, value in answers.items()}
        sealed = own.inspection(given, body={"checklist": checklist})
        (result,) = own.hand_in(sealed)
        assert result["status"] == "accepted", result

    return walk


def lines(mall, clock):
    db.session.rollback()
    return {
        one.plan: (one.planned, [(a.place, a.at, a.off, a.in_time) for a in one.actual])
        for one in of_day(mall, clock.now.date())
    }


def test_planned_and_actual_stand_side_by_side_with_minutes(mall, walked, clock):
    walked("opening", O25="09:49")
    walked("equipment", E25="09:10", E01="09:45")
    assert lines(mall, clock) == {
        "public_doors_open": ("09:45", [("L1-A", "09:49", 4, True)]),
        "hvac_on": ("09:30", [("L1-A", "09:10", -20, False)]),
        "public_lighting_on": ("", [("L1-A", "09:45", None, True)]),
        "landscape_lighting_on": ("18:00", []),
    }


def test_the_season_decides_what_was_planned(mall, clock):
    clock.now = clock.now.replace(month=7)
    assert lines(mall, clock)["landscape_lighting_on"] == ("19:00", [])


def test_of_two_records_at_a_place_the_later_one_counts(mall, walked, clock):
    walked("equipment", E25="09:10")
    clock.move(hours=5)
    walked("equipment", E25="09:31")
    assert lines(mall, clock)["hvac_on"] == ("09:30", [("L1-A", "09:31", 1, True)])


def test_what_does_not_apply_or_is_no_time_is_not_taken_for_one(mall, walked, clock):
    walked("equipment", E25="na", E04="soon", E05="24:00")
    assert lines(mall, clock)["hvac_on"] == ("09:30", [])


def test_the_short_way_round_midnight_counts(mall, walked, clock):
    mall.settings = {"plan_times": {"landscape_lighting_off": "00:05"}}
    db.session.commit()
    walked("equipment", E05="23:58")
    assert lines(mall, clock)["landscape_lighting_off"][1] == [
        ("L1-A", "23:58", -7, True)
    ]


def test_the_day_page_shows_the_table(mall, walked, supervisor):
    walked("equipment", E25="09:10")
    page = supervisor.get(DAY).text
    [table] = re.findall(r'<details class="switching".*?</details>', page, re.DOTALL)
    words = " ".join(re.sub(r"<[^>]+>", " ", table).split())
    assert "HVAC on 09:30 L1-A 09:10 -20 min off the plan Lin" in words
    assert "Landscape lighting on 18:00 Not recorded" in words


def test_a_mall_without_planned_times_has_no_table(mall, supervisor):
    mall.settings = {}
    db.session.commit()
    assert "switching" not in supervisor.get(DAY).text.replace("_switching", "")


def test_a_late_public_door_is_a_finding_for_security(mall, walked):
    from mallops.findings.models import Finding

    walked("opening", O25="10:20")
    [found] = db.session.query(Finding)
    assert found.title["en"] == "Public doors of this zone opened at: 10:20"
