"""The walk pack: what each person takes along, and nothing of another mall."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest

from mallops.checklists import actions, library
from mallops.checklists.definition import read, to_json
from mallops.db import db
from mallops.people.models import Membership
from tests.support.builders import make_plan

KEYS = {
    "mall", "mall_name", "time_zone", "business_day", "day_ends_at", "server_time",
    "person", "places", "units", "checklists", "rounds", "readings", "plan_times",
    "photo_line", "handover_reading",
}  # fmt: skip


@pytest.fixture
def plans(mall):
    make_plan(mall)
    make_plan(mall, code="clean", checklist="hygiene", places=["L1-WC1"],
              starts=["11:00"], team="cleaning")  # fmt: skip
    make_plan(mall, code="check", checklist="staff", places=["L1-A"],
              starts=["12:00"], role="supervisor")  # fmt: skip
    make_plan(mall, code="lockup", checklist="closing", starts=["00:30"])


def pack(signed_in, user):
    response = signed_in(user).get("/floor/pack")
    assert response.status_code == 200
    return response.json


@pytest.fixture
def officers(signed_in, make_user, mall, plans):
    return pack(signed_in, make_user(mall))


def test_a_pack_has_the_keys_scripts_rely_on(officers):
    assert set(officers) >= KEYS
    assert set(officers["places"][0]) >= {"code", "kind", "floor", "name"}
    assert set(officers["units"][0]) >= {"no", "floor", "zone", "tenant", "state"}
    lists = {c["code"]: c for c in officers["checklists"]}
    assert len(lists) == 12
    assert set(lists["opening"]) >= {"code", "version", "items", "form", "title"}
    for item in lists["opening"]["items"]:
        assert set(item) >= {"code", "type", "required", "photo"}
    for round_ in officers["rounds"]:
        assert set(round_) >= {
            "id", "checklist", "version", "place", "opens_at", "late_after", "due_at",
            "closes_at", "state", "walked",
        }  # fmt: skip


def test_a_pack_says_where_and_when_it_was_made(officers):
    assert officers["mall"] == "demo"
    assert officers["business_day"] == "2026-11-21"
    assert officers["server_time"] == "2026-11-21T10:00:00+08:00"
    assert officers["day_ends_at"] == "2026-11-22T05:00:00+08:00"
    assert officers["plan_times"] == {"public_lighting_on": "09:45"}
    assert officers["person"]["role"] == "officer"


def test_every_moment_carries_its_offset(officers):
    for round_ in officers["rounds"]:
        for name in ("starts_at", "opens_at", "late_after", "due_at", "closes_at"):
            assert datetime.fromisoformat(round_[name]).utcoffset() == timedelta(
                hours=8
            )


def ids(pack_):
    return [round_["id"].split(".")[0] for round_ in pack_["rounds"]]


@pytest.mark.parametrize(
    ("role", "team", "walks"),
    [
        ("officer", None, ["opening", "lockup"]),
        ("team", "cleaning", ["clean"]),
        ("team", "engineering", []),
        ("supervisor", None, ["check"]),
        ("manager", None, []),
        ("auditor", None, []),
        ("admin", None, []),
    ],
)
def test_everybody_takes_along_their_own_rounds(
    signed_in, make_user, mall, plans, role, team, walks
):
    assert ids(pack(signed_in, make_user(mall, role, team=team))) == walks


def test_in_the_evening_the_next_morning_is_in_the_pack(
    signed_in, make_user, mall, plans, clock
):
    clock.move(hours=12)  # 22:00
    found = pack(signed_in, make_user(mall))["rounds"]
    assert [r["id"] for r in found] == [
        "opening.L1-A.20261121.0900",
        "lockup.L1-A.20261121.0030",
        "opening.L1-A.20261122.0900",
    ]


def test_after_midnight_it_is_still_yesterday(signed_in, make_user, mall, clock):
    clock.now = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)  # 01:00 on the 22nd
    assert pack(signed_in, make_user(mall))["business_day"] == "2026-11-21"


def walk_opening(phone, clock, user, started, finished):
    """Started and finished so many minutes ago; it had to begin by 09:10."""
    own = phone(user)
    body = {
        "round": "opening.L1-A.20261121.0900",
        "started_at": (clock.now - timedelta(minutes=started)).isoformat(),
        "finished_at": (clock.now - timedelta(minutes=finished)).isoformat(),
    }
    own.hand_in(own.inspection(body=body))


@pytest.mark.parametrize(("started", "state"), [(55, "done"), (40, "late")])
def test_a_round_that_was_walked_says_so_to_colleagues(
    signed_in, make_user, mall, plans, phone, clock, started, state
):
    walk_opening(phone, clock, make_user(mall), started, finished=10)
    (opening, lockup) = pack(signed_in, make_user(mall))["rounds"]
    assert (opening["state"], opening["walked"]) == (state, True)
    assert (lockup["state"], lockup["walked"]) == ("due", False)


def test_a_late_round_that_nobody_walked_is_not_called_walked(officers):
    opening = officers["rounds"][0]
    assert (opening["state"], opening["walked"]) == ("late", False)


def test_the_last_reading_of_each_meter_is_in_the_pack(
    signed_in, make_user, mall, phone, clock
):
    user = make_user(mall)
    own = phone(user)
    body = {"checklist": "vacant_unit", "place": "L1-001"}
    own.hand_in(own.inspection({"V04": {"value": 120.5}}, body=body))
    clock.move(minutes=5)
    own.hand_in(own.inspection({"V04": {"value": 130}}, body=body))
    (reading,) = pack(signed_in, user)["readings"]
    assert (reading["spot"], reading["meter"]) == ("L1-001", "electricity")
    assert reading["value"] == 130


def test_nothing_of_another_mall_is_in_the_pack(
    signed_in, make_user, mall, make_mall, plans, phone, clock
):
    other = make_mall(code="other")
    make_plan(other, code="theirs")
    other.name = {"en": "Theirs", "zh-Hans": "T", "zh-Hant": "T"}
    db.session.commit()
    theirs = phone(make_user(other))
    body = {"checklist": "vacant_unit", "place": "L1-001"}
    theirs.hand_in(theirs.inspection({"V04": {"value": 999}}, body=body))
    ours = pack(signed_in, make_user(mall))
    text = json.dumps(ours)
    assert "theirs" not in text.lower()
    assert "999" not in text
    assert "/other/" not in text
    assert pack(signed_in, make_user(other))["mall"] == "other"


def test_a_retired_version_is_not_in_the_pack(signed_in, make_user, mall, clock):
    opening = library.read_file(library.FOLDER / "opening.toml")
    changed = {**to_json(opening), "template": "TPL-NEW"}
    actions.publish(mall.id, read(changed, "opening.toml"), clock.now)
    make_plan(mall)
    found = pack(signed_in, make_user(mall))
    (version,) = [c for c in found["checklists"] if c["code"] == "opening"]
    assert version["version"] == 2
    assert version["form"] == "/floor/forms/demo/opening/2"
    assert found["rounds"][0]["version"] == 2


def test_each_list_can_be_fetched_as_a_form_in_each_language(
    signed_in, make_user, mall
):
    user = make_user(mall)
    client = signed_in(user)
    for checklist in client.get("/floor/pack").json["checklists"]:
        for language in ("en", "zh-Hans", "zh-Hant"):
            response = client.get(f"{checklist['form']}/{language}")
            assert response.status_code == 200
            assert user.name not in response.text


def test_a_tenant_is_named_as_on_this_day(signed_in, make_user, mall, clock):
    found = {unit["no"]: unit for unit in pack(signed_in, make_user(mall))["units"]}
    assert found["L1-001"]["tenant"]["en"] == "Shop 1"
    assert found["L1-001"]["zone"] == "L1-A"
    clock.now = datetime(2024, 6, 1, tzinfo=UTC)  # before anybody moved in
    before = {unit["no"]: unit for unit in pack(signed_in, make_user(mall))["units"]}
    assert before["L1-001"]["tenant"] is None


def test_the_pack_is_small(officers):
    """Twelve lists, three units: what a phone fetches before it goes down."""
    assert len(gzip.compress(json.dumps(officers).encode())) < 15_000


def test_who_has_no_mall_has_no_pack(signed_in, make_user, mall):
    user = make_user(mall)
    db.session.query(Membership).delete()
    db.session.commit()
    assert signed_in(user).get("/floor/pack").status_code == 403
