"""The findings a phone takes along: what this person sees, small, and the rules."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from mallops.db import db
from mallops.findings import pack as packs
from mallops.findings import rules
from mallops.findings.actions import Problem, open_all
from mallops.people.models import Membership
from mallops.places import queries as places
from tests.support.builders import jpeg, make_team, sha256


@pytest.fixture
def teams(mall):
    make_team(mall, "engineering")
    make_team(mall, "cleaning", contractor=True)
    make_team(mall, "security", contractor=True)


@pytest.fixture
def officer(phone, make_user, mall, teams):
    return phone(make_user(mall))


@pytest.fixture
def someone(phone, make_user, mall, teams):
    """``someone("team", team="cleaning")``: the phone of somebody else."""
    return lambda role, **given: phone(make_user(mall, role, **given))


def see(phone, **body):
    """The id of a finding that this phone handed in."""
    given = {"place": "L1-A", "category": "hygiene", "severity": "S3", "text": "Wet"}
    sealed = phone.seal(
        {**given, **body}, kind="finding", photos=body.get("photos", [])
    )
    return handed_in(phone, sealed)


def take(phone, finding, name, **body):
    content = {"finding": finding, "step": name, **body}
    return handed_in(phone, phone.seal(content, kind="finding_update"))


def handed_in(phone, sealed):
    (result,) = phone.hand_in(sealed)
    assert result["status"] == "accepted", result
    return sealed["id"]


def pack(phone):
    return phone.get("/floor/pack").json


def carried(phone):
    return {one["id"]: one for one in pack(phone)["findings"]}


def test_a_finding_says_where_what_how_urgent_and_who(officer, clock):
    officer.put_photo(data := jpeg())
    finding = see(officer, unit="L1-001", place=None, photos=[sha256(data)])
    clock.move(minutes=5)
    assert carried(officer)[finding] == {
        "id": finding,
        "number": "1",
        "severity": "S3",
        "state": "open",
        "category": "hygiene",
        "team": "cleaning",
        "unit": "L1-001",
        "floor": "L1",
        "text": "Wet",
        "opened_at": "2026-11-21T10:00:00+08:00",
        "opened_by": carried(officer)[finding]["opened_by"],
        "fix_by": "2026-11-22T10:00:00+08:00",
        "photos": 1,
        "opened_by_me": True,
    }


def test_a_failed_item_is_found_again_by_its_checklist_and_item(officer):
    fail = {"O06": {"value": "fail", "note": "torn"}}
    id_ = handed_in(officer, officer.inspection(fail))
    found = carried(officer)[f"{id_}.O06"]
    assert (found["place"], found["checklist"], found["item"]) == (
        "L1-A", "opening", "O06",
    )  # fmt: skip
    assert found["number"] == "1-O06"
    assert set(found["title"]) == {"en", "zh-Hans", "zh-Hant"}


def test_what_is_closed_stays_at_the_desk(officer, someone, clock):
    finding = see(officer)
    take(officer, finding, "fix")
    assert carried(officer)[finding]["fixed_by_me"]
    clock.move(minutes=1)
    take(someone("supervisor"), finding, "verify")
    assert carried(officer) == {}


def test_waiting_is_said_with_its_reason_and_its_beginning(officer, clock):
    finding = see(officer)
    clock.move(minutes=30)
    take(officer, finding, "wait", waiting_for="part", text="a hinge")
    found = carried(officer)[finding]
    assert (found["state"], found["waiting_for"]) == ("waiting", "part")
    assert found["waiting_since"] == "2026-11-21T10:30:00+08:00"


def test_an_assigned_person_reads_that_it_is_theirs(
    officer, someone, phone, mall, make_user
):
    engineer = make_user(mall, "team", team="engineering")
    finding = see(officer, category="equipment")
    give = {"team": "engineering", "person": engineer.id}
    take(someone("supervisor"), finding, "assign", **give)
    mate = someone("team", team="engineering")
    assert carried(phone(engineer))[finding]["assigned_to_me"]
    assert "assigned_to_me" not in carried(mate)[finding]


def test_in_house_teams_see_all_and_contractors_their_own(officer, someone):
    wet, dark = see(officer), see(officer, category="equipment")
    engineer = someone("team", team="engineering")
    cleaner = someone("team", team="cleaning")
    guard = someone("team", team="security")
    own = see(guard, category="equipment", text="Door does not shut")
    assert set(carried(engineer)) == {wet, dark, own}
    assert set(carried(cleaner)) == {wet}
    assert set(carried(guard)) == {own}


def test_a_contractor_hears_of_no_other_contractor(officer, someone):
    see(officer), see(officer, category="security")
    cleaner = someone("team", team="cleaning")
    assert [team["code"] for team in pack(cleaner)["teams"]] == ["cleaning"]
    whole = json.dumps(pack(cleaner)["findings"])
    assert "security" not in whole
    assert len(pack(officer)["teams"]) == 3


def test_another_malls_findings_stay_there(officer, phone, make_user, make_mall):
    see(officer)
    stranger = phone(make_user(make_mall(code="other"), "supervisor"))
    assert pack(stranger)["findings"] == []


@pytest.mark.parametrize(("role", "sees"), [("auditor", 1), ("admin", 0)])
def test_who_reads_the_log_sees_findings(officer, someone, role, sees):
    see(officer)
    assert len(pack(someone(role))["findings"]) == sees


def test_the_steps_are_the_servers_own_table(officer):
    steps = pack(officer)["finding_steps"]
    assert set(steps) == set(rules.STEPS)
    for name, step in rules.STEPS.items():
        assert set(steps[name]["from"]) == step.starts
        assert steps[name]["to"] == step.ends
        assert set(steps[name]["roles"]) == step.roles
        assert ("text" in steps[name]["needs"]) == (name in rules.NEED_TEXT)


@pytest.mark.parametrize("step", rules.STEPS)
@pytest.mark.parametrize("bar", ["fixed_by_me", "opened_by_me"])
def test_the_phone_bars_the_same_second_person(step, bar):
    me, other = 1, 2
    opening = rules.Opening("S3", None, datetime(2026, 11, 21, tzinfo=UTC))
    standing = rules.follow(opening, []).standing
    fixer = me if bar == "fixed_by_me" else other
    doubt = rules.doubt_about(
        step,
        by_id=me,
        role="supervisor",
        team=None,
        standing=replace(standing, fixed_by_id=fixer),
        opened_by_id=me if bar == "opened_by_me" else other,
    )
    assert (doubt == "second_person") == (packs.NOT_BY.get(step) == bar)


def test_each_category_comes_with_a_severity_and_its_team(officer):
    found = {one["code"]: one for one in pack(officer)["categories"]}
    assert tuple(found) == rules.CATEGORIES
    assert found["hygiene"] == {"code": "hygiene", "severity": "S3", "team": "cleaning"}
    assert found["staff"]["team"] is None
    assert {one["severity"] for one in found.values()} <= set(rules.LIMITS)


def test_a_long_text_is_cut_on_the_phone(officer):
    finding = see(officer, text="长" * 4000)
    assert len(carried(officer)[finding]["text"]) == packs.CHARACTERS


def test_the_most_urgent_three_hundred_come_and_stay_small(officer, mall, clock):
    entry = handed_in(officer, officer.note())
    title = {"en": "Fire exits free and unlocked", "zh-Hans": "安全出口畅通未上锁" * 2,
             "zh-Hant": "安全出口暢通未上鎖" * 2}  # fmt: skip
    open_many(mall, entry, title, clock.now, packs.MOST + 20)
    found = pack(officer)["findings"]
    assert [one["item"] for one in found] == [f"X{n:03}" for n in range(packs.MOST)]
    text = json.dumps(found, separators=(",", ":")).encode()
    assert len(gzip.compress(text, 6)) < 60_000


def open_many(mall, entry, title, now, count):
    spot = places.named_spots(mall.id, ["L1-A"])["L1-A"]
    common = {
        "entry_id": UUID(entry), "checklist": "opening", "severity": "S3",
        "triggers": ("SEC",), "category": "security", "title": title, "photos": (),
        "place_id": spot.place_id, "zone_id": spot.zone_id, "unit_id": None,
        "business_day": now.date(), "opened_by_id": db.session.scalar(
            db.select(Membership.user_id)
        ),
    }  # fmt: skip
    problems = [
        Problem(
            item=f"X{n:03}",
            text=f"Pallet number {n} in front of the exit, nobody of the shop is there",
            opened_at=now + timedelta(seconds=n),
            **common,
        )
        for n in range(count)
    ]
    open_all(mall, problems)
    db.session.commit()
