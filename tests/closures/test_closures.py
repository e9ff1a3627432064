"""Closures and other hours: asked for, decided on, and what they change."""

import io
from datetime import date, time, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from mallops.closures import rules
from mallops.db import db
from mallops.doors.models import Closure, DoorDay
from mallops.findings.models import Finding, FindingUpdate
from mallops.ledger.models import Entry
from mallops.ledger.rebuild import rebuild
from tests.notices.conftest import post
from tests.support import builders
from tests.support.doors import TODAY, at, look, open_daily, shop, taken

CLOSURES = "/malls/demo/doors/closures/"


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({}, None),
        ({"last_day": TODAY + timedelta(days=365)}, None),
        ({"last_day": TODAY + timedelta(days=366)}, "too_long"),
        ({"last_day": TODAY - timedelta(days=1)}, "ends_before_it_begins"),
        ({"closed": False}, "closed_or_hours"),
        ({"closed": False, "opens_at": time(12)}, None),
        ({"closed": False, "closes_at": time(1)}, None),
        ({"opens_at": time(12)}, "closed_or_hours"),
        ({"closed": False, "opens_at": time(9), "closes_at": time(9)},
         "closed_or_hours"),
        ({"reason": "  "}, "no_reason"),
    ],
)  # fmt: skip
def test_what_nobody_could_decide_on_is_refused(given, fault):
    asked = {
        "first_day": TODAY, "last_day": TODAY, "closed": True,
        "opens_at": None, "closes_at": None, "reason": "stocktaking", **given,
    }  # fmt: skip
    assert rules.fault_of(**asked) == fault


@pytest.fixture
def mall(make_mall):
    return open_daily(make_mall(code="demo"))


@pytest.fixture
def own(phone, make_user, mall):
    return phone(make_user(mall, "officer", username="officer"))


@pytest.fixture
def supervisor(make_user, signed_in, mall):
    return signed_in(make_user(mall, "supervisor"))


def request(phone, unit="L1-001", day=TODAY, **body):
    content = {
        "unit": unit, "first_day": f"{day}", "last_day": f"{day}",
        "reason": "Stocktaking", **body,
    }  # fmt: skip
    return phone.seal(content, kind="closure_request", photos=body.get("photos", []))


def asked(phone, *given, **body):
    sealed = request(phone, *given, **body)
    taken(phone, sealed)
    return UUID(sealed["id"])


def decide(client, closure_id, verdict="approved", reason=""):
    form = {"verdict": verdict, "reason": reason}
    return post(client, f"{CLOSURES}{closure_id}/decision", form)


def get(closure_id):
    db.session.rollback()
    return db.session.get_one(Closure, closure_id)


def test_a_closure_approved_before_the_day_explains_a_closed_door(
    own, supervisor, clock
):
    assert decide(supervisor, asked(own)).status_code == 302
    at(clock, 10, 50)
    taken(own, look(own, "not_open"))
    assert (shop().state, shop().case) == ("approved_closure", None)


def test_a_closure_approved_afterwards_takes_the_case_out(own, supervisor, clock):
    at(clock, 10, 50)
    taken(own, look(own, "not_open"), look(own, "not_open", unit="L1-002"))
    assert shop().case == "not_open"
    closure_id = asked(own)
    assert shop().case == "not_open"  # nobody approved it yet
    decide(supervisor, closure_id, reason="letter of 3 November")
    assert (shop().state, shop().case) == ("approved_closure", None)
    assert shop(unit="L1-002").case == "not_open"
    closure = get(closure_id)
    assert db.session.get_one(Entry, closure.decision_id).kind == "closure_decision"


def test_a_delay_that_was_approved_moves_the_hour(own, supervisor, clock):
    at(clock, 10, 40)
    taken(own, look(own, "not_open"))
    decide(supervisor, asked(own, closed=False, opens_at="11:00"))
    assert (shop().state, shop().case) == ("closed_before", None)
    at(clock, 11, 10)
    taken(own, look(own, "not_open"))
    assert (shop().state, shop().least) == ("not_open", 10)


def missing(own, clock, *, unit="L1-001", hour=11, minute=30):
    """Somebody stands before a closed door so long after the hour that it is S2."""
    at(clock, hour, minute)
    sealed = look(own, "not_open", unit)
    taken(own, sealed)
    return sealed["id"]


def finding(id_):
    db.session.rollback()
    return db.session.get(Finding, id_)


def in_order(model):
    table = model.__table__
    return db.session.execute(sa.select(table).order_by(*table.primary_key)).all()


def steps(id_):
    query = sa.select(FindingUpdate).filter_by(finding_id=id_)
    return db.session.scalars(query.order_by(FindingUpdate.at)).all()


def test_the_finding_about_the_closed_door_is_void_once_a_closure_is_approved(
    own, supervisor, clock
):
    explained, other = missing(own, clock), missing(own, clock, unit="L1-002")
    closure_id = asked(own)
    assert finding(explained).state == "open"
    clock.move(minutes=5)
    answer = decide(supervisor, closure_id)
    assert (finding(explained).state, finding(other).state) == ("void", "open")
    (step,) = steps(explained)
    assert (step.step, step.at, step.counts) == ("void", clock.now, True)
    assert step.text == "Approved afterwards: stays closed, Nov 21, 2026. Stocktaking"
    assert db.session.get_one(Entry, step.entry_id).kind == "finding_update"
    said = "1 finding about the closed door is void now."
    assert said in supervisor.get(answer.location).text
    before = [in_order(model) for model in KEPT]
    rebuild()
    db.session.commit()
    assert [in_order(model) for model in KEPT] == before


KEPT = (Finding, DoorDay, Closure)


@pytest.mark.parametrize(
    ("opens_at", "state"), [("10:31", "void"), ("10:30", "open"), ("12:00", "void")]
)
def test_a_delay_explains_only_what_was_not_long_after_its_hour(
    own, supervisor, clock, opens_at, state
):
    id_ = missing(own, clock)
    decide(supervisor, asked(own, closed=False, opens_at=opens_at))
    assert finding(id_).state == state


def test_a_closure_of_the_whole_mall_explains_all_but_a_shop_with_hours_of_its_own(
    own, supervisor, clock
):
    decide(supervisor, asked(own, "L1-002", closed=False, opens_at="10:15"))
    first, own_hours = missing(own, clock), missing(own, clock, unit="L1-002")
    next_day = asked(own, None, TODAY + timedelta(days=1))
    decide(supervisor, next_day)
    assert finding(first).state == "open"
    decide(supervisor, asked(own, None))
    assert (finding(first).state, finding(own_hours).state) == ("void", "open")


@pytest.mark.parametrize(
    ("step", "state"), [("fix", "fixed"), ("void", "void"), ("start", "void")]
)
def test_what_somebody_has_fixed_is_left_to_who_re_checks(
    own, supervisor, phone, make_user, mall, clock, step, state
):
    id_, lead = missing(own, clock), phone(make_user(mall, "supervisor"))
    clock.move(minutes=1)
    done = {"finding": id_, "step": step, "text": "spoke to them"}
    taken(lead, lead.seal(done, kind="finding_update"))
    decide(supervisor, asked(own))
    assert finding(id_).state == state
    assert len(steps(id_)) == (2 if step == "start" else 1)


def test_a_refusal_leaves_the_finding_open(own, supervisor, clock):
    id_ = missing(own, clock)
    decide(supervisor, asked(own), "refused", "no letter")
    assert finding(id_).state == "open"


def test_who_saw_the_closed_door_cannot_take_the_finding_out_alone(
    own, supervisor, phone, signed_in, make_user, mall, clock
):
    user = make_user(mall, "supervisor")
    id_ = missing(phone(user), clock)
    client = signed_in(user)
    answer = decide(client, asked(own))
    assert (finding(id_).state, shop().state) == ("open", "approved_closure")
    assert "1 finding stays open" in client.get(answer.location).text
    decide(supervisor, asked(own, "L1-002"))
    assert (
        finding(id_).state == "open"
    )  # what is said of another shop is not its reason


def test_a_sighting_that_arrives_after_the_approval_opens_no_finding(
    own, supervisor, clock
):
    at(clock, 11, 30)
    sealed = look(own, "not_open")
    decide(supervisor, asked(own))
    taken(own, sealed)
    assert finding(sealed["id"]) is None


def test_a_refused_one_changes_nothing(own, supervisor, clock):
    at(clock, 10, 50)
    taken(own, look(own, "not_open"))
    closure_id = asked(own)
    assert decide(supervisor, closure_id, "refused").status_code == 422  # no reason
    assert decide(supervisor, closure_id, "refused", "too late").status_code == 302
    assert (shop().case, get(closure_id).state) == ("not_open", "refused")
    again = decide(supervisor, closure_id)
    assert again.status_code == 422
    assert "Somebody decided on it meanwhile." in again.text


def test_the_whole_mall_may_close_and_a_shop_may_open_all_the_same(
    own, supervisor, clock, mall
):
    at(clock, 16, 0)
    early = [
        look(own, "early", unit=no, event="closing") for no in ("L1-001", "L1-002")
    ]
    taken(own, *early)
    assert shop("closing").case == "early"
    own_hours = asked(own, "L1-002", closed=False, closes_at="21:00")
    decide(supervisor, own_hours)
    decide(supervisor, asked(own, None, closed=False, closes_at="15:00"))
    assert shop("closing").case is None
    assert shop("closing", "L1-002").case == "early"


def test_a_unit_that_is_not_there_waits_and_closes_nobody(own, mall):
    (result,) = own.hand_in(request(own, "L9-999"))
    assert result["status"] == "held"
    (result,) = own.hand_in(request(own, last_day="2026-11-01"))
    assert result["status"] == "rejected"
    (result,) = own.hand_in(
        own.seal({"first_day": "2026-11-21"}, kind="closure_request")
    )
    assert result["status"] == "rejected"
    assert db.session.query(Closure).count() == 0


def test_nobody_decides_by_phone(own, mall):
    body = {"closure": str(uuid4()), "verdict": "approved"}
    (result,) = own.hand_in(own.seal(body, kind="closure_decision"))
    assert result["reason"]["code"] == "unknown_kind"


# -- Pages


def form(**given):
    return {
        "unit": "l1-001", "first_day": "2026-11-28", "last_day": "", "what": "closed",
        "reason": "Inventur <b>", **given,
    }  # fmt: skip


def test_a_closure_is_asked_for_and_decided_at_a_desk(
    supervisor, signed_in, make_user, mall
):
    letter = (a_photo(), "letter.jpg")
    answer = post(supervisor, f"{CLOSURES}new", form(photos=letter))
    assert answer.status_code == 302, answer.text
    page = supervisor.get(answer.location).text
    assert "You asked for it, so somebody else must decide." in page
    assert "Inventur &lt;b&gt;" in page
    closure_id = UUID(answer.location.rsplit("/", 1)[1])
    assert len(get(closure_id).photos) == 1
    assert decide(supervisor, closure_id).status_code == 422
    other = signed_in(make_user(mall, "manager"))
    assert decide(other, closure_id, reason="fine").status_code == 302
    assert "Approved" in other.get(answer.location).text
    entry = get(closure_id).decision_id
    said = other.get(f"/malls/demo/entries/{entry}").text
    assert "fine" in said
    assert answer.location in said
    log = other.get("/malls/demo/log/2026-11-21").text
    assert "L1-001, Nov 28, 2026: approved: stays closed. fine" in log


def a_photo():
    return io.BytesIO(builders.jpeg())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"unit": "L9-999"}, "There is no unit with this number here."),
        ({"unit": ""}, "Say which unit, or tick “The whole mall”."),
        ({"unit": "  "}, "Say which unit, or tick “The whole mall”."),
        ({"first_day": "soon"}, "This is not a date."),
        ({"first_day": ""}, "Which day?"),
        ({"last_day": "2026-11-01"}, "The last day is before the first."),
        ({"what": "hours"}, "Either it stays closed, or say when it opens or closes."),
        ({"what": "hours", "opens_at": "noon"}, "This is not a time."),
        ({"what": ""}, "Choose: closed, or other hours."),
        ({"reason": ""}, "Say why the shop stays closed or keeps other hours."),
        ({"photos": "no photo"}, "photo"),
    ],
)
def test_a_form_that_cannot_be_taken_keeps_what_was_typed(supervisor, given, told):
    if "photos" in given:
        given = {"photos": (io.BytesIO(b"text"), "letter.jpg")}
    answer = post(supervisor, f"{CLOSURES}new", form(**given))
    assert answer.status_code == 422
    assert told in answer.text
    if "reason" not in given:
        assert "Inventur &lt;b&gt;" in answer.text
    assert db.session.query(Closure).count() == 0


def test_the_list_is_narrowed_with_and_without_scripts(own, supervisor, mall):
    first, second = asked(own), asked(own, "L1-002", date(2026, 11, 30))
    decide(supervisor, first)
    for query, shown in {
        "": {first, second},
        "?state=asked": {second},
        "?unit=l1-001": {first},
        "?state=refused": set(),
    }.items():
        for path in (CLOSURES, f"{CLOSURES}rows"):
            page = supervisor.get(f"{path}{query}").text
            assert {one for one in (first, second) if str(one) in page} == shown, query
    assert "<html" not in supervisor.get(f"{CLOSURES}rows").text
    wrong = supervisor.get(f"{CLOSURES}?state=lost&unit=nowhere")
    assert wrong.status_code == 400


def test_the_form_opens_with_what_a_link_names(supervisor, mall):
    page = supervisor.get(f"{CLOSURES}new?unit=L1-002&day=2026-11-19").text
    assert "/floor/#doors" in page  # from there the phone's link came
    assert 'value="L1-002"' in page
    assert 'value="2026-11-19"' in page
    assert supervisor.get(f"{CLOSURES}new?day=yesterday").status_code == 200


def test_a_mall_sees_its_own_closures_only(own, make_mall, make_user, signed_in):
    closure_id = asked(own)
    other = make_mall(code="other")
    client = signed_in(make_user(other, "manager"))
    for path in (
        f"{CLOSURES}{closure_id}",
        f"/malls/other/doors/closures/{closure_id}",
    ):
        assert client.get(path).status_code == 404


def test_of_two_decisions_the_first_counts_after_a_rebuild_too(own, supervisor, mall):
    closure_id = asked(own)
    decide(supervisor, closure_id, reason="yes")
    before = db.session.execute(sa.select(Closure.__table__)).all()
    rebuild()
    db.session.commit()
    assert db.session.execute(sa.select(Closure.__table__)).all() == before
