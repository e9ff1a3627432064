"""What an inspection that arrives leaves behind: flags, rows, a line in the log."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from mallops.checklists import actions as checklists
from mallops.checklists.definition import read
from mallops.checklists.models import (
    ChecklistVersion,
    FailedAnswer,
    Inspection,
    MeterReading,
)
from mallops.db import db
from mallops.findings.models import Finding
from mallops.ledger.models import Entry, LogLine
from mallops.rounds.models import RoundCompletion
from tests.support.builders import jpeg, make_plan, sha256

ROUND = "opening.L1-A.20261121.0900"


@pytest.fixture
def own(phone, make_user, mall):
    return phone(make_user(mall))


def only(model):
    (row,) = db.session.scalars(sa.select(model)).all()
    return row


def all_of(model):
    return db.session.scalars(sa.select(model)).all()


def taken(own, sealed):
    (result,) = own.hand_in(sealed)
    assert result["status"] == "accepted", result
    return result["receipt"]["flags"]


def whole(own, but=None, **given):
    """An opening inspection with every answer, walked for half an hour."""
    version = db.session.scalars(
        sa.select(ChecklistVersion).filter_by(code="opening", mall_id=1)
    ).first()
    items = [i for s in version.definition["sections"] for i in s["items"]]
    data = jpeg()
    own.put_photo(data)
    answers = {i["code"]: good_answer(i, sha256(data)) for i in items} | (but or {})
    finished = own.clock.now
    body = {
        "started_at": (finished - timedelta(minutes=30)).isoformat(),
        "finished_at": finished.isoformat(),
        **given.pop("body", {}),
    }
    return own.inspection(answers, body=body, photos=[sha256(data)], **given)


def good_answer(item, photo):
    values = {
        "pass_fail": "pass", "number": 20, "count": 0, "text": "fine", "time": "09:45",
        "meter": 1, "signature": "Li Wei",
    }  # fmt: skip
    value = values.get(item["type"])
    if item["type"] == "choice":
        value = next(c["value"] for c in item["choices"] if not c["fails"])
    return {"value": value, "of": value if item["pair"] else None, "photos": [photo]}


# -- Flags


def test_a_whole_inspection_in_time_is_beyond_doubt(own, mall):
    make_plan(mall, starts=["09:40"])
    body = {"round": "opening.L1-A.20261121.0940"}
    assert taken(own, whole(own, body=body)) == []
    inspection = only(Inspection)
    assert (inspection.answered, inspection.failed, inspection.aborted) == (
        25,
        0,
        False,
    )
    assert not only(LogLine).problem


def test_what_is_required_and_left_out_is_flagged(own):
    assert taken(own, whole(own, but={"O08": {"value": None}})) == ["incomplete"]


def test_a_fail_without_the_photo_it_needs_is_incomplete(own):
    assert "incomplete" in taken(own, whole(own, but={"O04": {"value": "fail"}}))


def test_ticking_without_looking_is_doubted(own):
    now = own.clock.now.isoformat()
    assert taken(own, whole(own, body={"started_at": now})) == ["too_fast"]


def test_breaking_off_is_not_fast(own):
    now = own.clock.now.isoformat()
    aborted = {"started_at": now, "aborted": "fire alarm"}
    assert taken(own, whole(own, body=aborted)) == []
    assert only(LogLine).problem


@pytest.mark.parametrize(
    ("started", "finished", "late"),
    [
        (-1, 10, False), (0, 45, False), (10, 60, False), (10.1, 30, True),
        (0, 60.1, True), (-10, 0, False),
    ],
)  # fmt: skip
def test_late_is_said_of_the_start_or_of_the_end(own, mall, started, finished, late):
    """Planned at 09:00, tolerance 10, 45 minutes, grace 15."""
    make_plan(mall)
    nine = own.clock.now - timedelta(hours=1)
    body = {
        "round": ROUND,
        "started_at": (nine + timedelta(minutes=started)).isoformat(),
        "finished_at": (nine + timedelta(minutes=finished)).isoformat(),
    }
    own.clock.move(hours=8)
    flags = taken(own, own.inspection(body=body))
    assert ("late" in flags) is late
    assert only(RoundCompletion).late is late


def test_work_done_in_time_and_handed_in_after_midnight_is_not_late(own, mall):
    make_plan(mall, starts=["09:40"])
    sealed = whole(own, body={"round": "opening.L1-A.20261121.0940"})
    own.clock.move(hours=15)
    assert taken(own, sealed) == []
    assert str(only(Entry).business_day) == "2026-11-21"


def test_a_phone_whose_clock_is_off_is_not_late_for_that(own, mall, clock):
    make_plan(mall, starts=["09:40"])
    own.clock = type(clock)(clock.now + timedelta(days=3))
    sealed = whole(own, body={"round": "opening.L1-A.20261121.0940"})
    assert taken(own, sealed) == ["clock_skew"]
    assert only(Inspection).finished_at == clock.now


def test_an_older_version_is_accepted_and_flagged(own, mall, clock):
    definition = json.loads(json.dumps(only_opening().definition))
    definition["sections"][0]["items"][0]["severity"] = "S1"
    checklists.publish(mall.id, read(definition, "opening.toml"), clock.now)
    db.session.commit()
    assert taken(own, whole(own)) == ["retired_version"]
    assert "retired_version" not in taken(own, own.inspection(body={"version": 2}))


def only_opening():
    return db.session.scalars(
        sa.select(ChecklistVersion).filter_by(code="opening")
    ).one()


# -- Held


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"checklist": "moonwalk"}, "unknown_version"),
        ({"version": 99}, "unknown_version"),
        ({"version": 0}, "unknown_version"),
        ({"place": "L9-Z"}, "unknown_place"),
        ({"place": ""}, "unknown_place"),
    ],
)
def test_what_cannot_be_judged_waits_for_a_supervisor(own, body, why):
    (result,) = own.hand_in(own.inspection({"O01": {"value": "pass"}}, body=body))
    assert result["status"] == "held"
    assert only(Entry).held_because == why
    assert not all_of(Inspection)
    line = only(LogLine)
    assert (line.state, line.problem) == ("held", True)


def test_a_place_of_another_mall_is_unknown(own, make_mall):
    make_mall(code="other")
    db.session.execute(sa.text("UPDATE places SET code = 'X-1' WHERE mall_id = 2"
                               " AND code = 'L1-A'"))  # fmt: skip
    db.session.commit()
    (result,) = own.hand_in(own.inspection(body={"place": "X-1"}))
    assert result["status"] == "held"


# -- Rows


def test_each_fail_is_a_row_with_what_it_starts(own):
    fail = {"value": "fail", "note": "pallet in front of exit", "fixed_on_spot": True}
    taken(own, whole(own, but={"O01": fail, "O17": {"value": 40}}))
    rows = {row.item: row for row in all_of(FailedAnswer)}
    assert set(rows) == {"O01", "O17"}
    assert (rows["O01"].severity, rows["O01"].triggers) == ("S3", ["SUP"])
    assert (rows["O01"].note, rows["O01"].fixed_on_spot) == (fail["note"], True)
    assert rows["O17"].triggers == ["WO"]
    assert only(Inspection).failed == 2
    line = only(LogLine)
    assert line.problem
    assert fail["note"] in line.search


def test_a_meter_leaves_its_reading(own):
    body = {"checklist": "vacant_unit", "place": "L1-001"}
    answers = {"V04": {"value": 120.5}, "V05": {"value": "no idea"}}
    taken(own, own.inspection(answers, body=body))
    reading = only(MeterReading)
    assert (reading.spot, reading.item, reading.meter) == (
        "L1-001",
        "V04",
        "electricity",
    )
    assert reading.value == 120.5
    assert only(Inspection).unit_id


@pytest.mark.parametrize("value", [2**63, 10**30, -(2**70), 1e308, 0.1 + 0.2])
def test_a_reading_no_meter_can_show_is_stored_all_the_same(own, value):
    body = {"checklist": "vacant_unit", "place": "L1-001"}
    taken(own, own.inspection({"V04": {"value": value}}, body=body))
    assert only(MeterReading).value == float(value)


def test_an_aborted_inspection_completes_no_round(own, mall):
    make_plan(mall)
    flags = taken(own, own.inspection(body={"aborted": "fire alarm", "round": ROUND}))
    assert "incomplete" not in flags
    assert not all_of(RoundCompletion)
    assert only(Inspection).aborted
    line = only(LogLine)
    assert line.problem
    assert "fire alarm" in line.search


@pytest.mark.parametrize(
    "round_id",
    [
        "opening.L1-A.20261121.0901", "opening.L1-B.20261121.0900", "rubbish",
        "opening.L1-A.99999999.0900", "", "....", "opening.L1-A.20261121.0900.x",
        "opening.L1-A.00000000.0900", "x" * 5000,
    ],
)  # fmt: skip
def test_an_invented_round_is_no_round(own, mall, round_id):
    make_plan(mall)
    taken(own, own.inspection(body={"round": round_id}))
    assert only(Inspection).round_id is None
    assert not all_of(RoundCompletion)


@pytest.mark.parametrize(
    "body", [{"checklist": "hygiene"}, {"place": "L1-WC1"}, {"checklist": "closing"}]
)
def test_a_round_counts_only_for_its_own_list_and_place(own, mall, body):
    make_plan(mall)
    taken(own, own.inspection(body={"round": ROUND, **body}))
    assert not all_of(RoundCompletion)


def test_a_round_after_midnight_belongs_to_the_day_before(own, mall):
    make_plan(mall, code="lockup", checklist="closing", starts=["00:30"])
    own.clock.move(hours=14.5)  # 00:30 in Shanghai
    body = {"checklist": "closing", "round": "lockup.L1-A.20261121.0030"}
    taken(own, own.inspection(body=body))
    assert str(only(RoundCompletion).business_day) == "2026-11-21"
    assert str(only(LogLine).business_day) == "2026-11-21"


# -- Shapes


@pytest.mark.parametrize(
    "body",
    [
        {"version": "1"},
        {"version": 1.5},
        {"started_at": "yesterday"},
        {"started_at": "2026-11-21T10:00:00"},
        {"finished_at": None},
        {"answers": []},
        {"answers": {"O01": "pass"}},
        {"answers": {"O01": {"value": ["pass"]}}},
        {"answers": {"O01": {"value": "pass", "severity": "S1"}}},
        {"answers": {"O01": {"value": "pass", "fixed_on_spot": "yes"}}},
        {"answers": {"O01": {"value": "pass", "photos": "x"}}},
        {"aborted": True},
        {"recorded_by": 1},
    ],
    ids=str,
)
def test_a_body_of_another_shape_is_rejected_with_a_reason(own, body):
    (result,) = own.hand_in(own.inspection(body=body))
    assert (result["status"], result["reason"]["code"]) == ("rejected", "unreadable")
    assert not all_of(Entry)


@pytest.mark.parametrize("name", ["checklist", "place", "round", "aborted", "note"])
def test_a_nul_anywhere_holds_nothing_up(own, mall, name):
    """PostgreSQL keeps no NUL; what carries one is answered for good all the same."""
    make_plan(mall)
    answer = {"O01": {"value": "fail", "note": "a\0b"}} if name == "note" else {}
    body = {} if name == "note" else {name: "a\0b"}
    (result,) = own.hand_in(own.inspection(answer, body=body))
    assert result["status"] in {"accepted", "held", "rejected"}, result


@pytest.mark.parametrize("place", ["\0", "L1-A\0"])
def test_a_note_at_a_place_with_a_nul_holds_nothing_up(own, place):
    sealed = own.seal({"text": "a\0b", "place": place, "photos": []})
    (result,) = own.hand_in(sealed)
    assert result["status"] in {"held", "rejected"}, result


@pytest.mark.parametrize("given", [{"mall": "de\0mo"}, {"kind": "no\0te"}])
def test_an_envelope_with_a_nul_holds_nothing_up(own, given):
    (first, second) = own.hand_in(own.note(**given), own.note())
    assert first["status"] == "rejected"
    assert second["status"] == "accepted"


def test_a_measured_fail_says_what_was_measured(own):
    body = {"place": "L1-A"}
    hot = {"O17": {"value": 31.5}, "O24": {"value": "10:20"}, "O01": {"value": "fail"}}
    own.hand_in(own.inspection(hot, body=body))
    titles = {one.item: one.title for one in db.session.scalars(sa.select(Finding))}
    assert titles["O17"]["en"].endswith("trading area: 31.5 °C")
    assert titles["O24"]["zh-Hans"].endswith("（记录时间）：10:20")
    assert ":" not in titles["O01"]["en"]


@pytest.mark.parametrize("days", [-10, -400, 1, 400])
def test_a_time_that_cannot_be_is_flagged_and_the_recording_counts(
    own, mall, clock, days
):
    """Ten days back it would have been walked in time: nobody can say so afterwards."""
    make_plan(mall)
    nine = clock.now - timedelta(hours=1) + timedelta(days=days)
    body = {
        "round": f"opening.L1-A.{nine:%Y%m%d}.0900",
        "started_at": nine.isoformat(),
        "finished_at": (nine + timedelta(minutes=30)).isoformat(),
    }
    flags = taken(own, own.inspection(body=body))
    assert "wrong_time" in flags
    assert only(Inspection).finished_at == clock.now
    assert ("late" in flags) is (days == -10)  # there was such a round then
