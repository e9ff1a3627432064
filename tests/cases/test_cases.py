"""Steps of the ladder as a supervisor meets them: prepared, decided, taken out."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.doors.models import CaseDecision, Dismissal
from mallops.findings.models import Finding, FindingUpdate
from mallops.findings.words import summarise_finding
from mallops.ledger.models import Entry, LogLine
from mallops.ledger.rebuild import rebuild
from mallops.notices.models import Notice, Penalty
from mallops.places.models import Tenancy, Unit
from tests.notices.conftest import post
from tests.support import builders
from tests.support.derived import derived
from tests.support.doors import at, look, open_daily, shop, taken

CASES = "/malls/demo/doors/cases/"


def nov(number):
    return date(2026, 11, number)


@pytest.fixture
def mall(make_mall):
    return open_daily(make_mall(code="demo"))


@pytest.fixture
def own(phone, make_user, mall):
    return phone(make_user(mall, "officer", username="officer"))


@pytest.fixture
def supervisor(make_user, signed_in, mall):
    return signed_in(make_user(mall, "supervisor"))


@pytest.fixture
def manager(make_user, signed_in, mall):
    return signed_in(make_user(mall, "manager"))


@pytest.fixture
def late(own, clock):
    """``late(3, 9)``: on these days of November a shop opened late."""
    now = clock.now

    def late(*days, unit="L1-001", status="on_time", at_minute=20, **body):
        for number in days:
            at(clock, 10, at_minute, nov(number))
            taken(own, look(own, "not_open", unit, **body))
            if status:
                at(clock, 10, 30, nov(number))
                taken(own, look(own, status, unit))
        clock.now = max(now, clock.now)

    return late


def one(number, unit="L1-001"):
    return f"{CASES}{unit}/{nov(number)}"


def warning(**given):
    return {
        "what": "晚开店", "clause": "6.1", "rectify_by": "", "language": "zh-Hans",
        **given,
    }  # fmt: skip


def dismissal(**given):
    return {
        "event": "opening", "cause": "appeal", "reason": "power cut <b>", **given,
    }  # fmt: skip


def all_of(model):
    db.session.rollback()
    return db.session.scalars(sa.select(model)).all()


def test_a_month_lists_what_waits_shop_by_shop(supervisor, late):
    late(3, 9, 12)
    late(9, unit="L1-002")
    page = supervisor.get(f"{CASES}?month=2026-11").text
    assert page.index("L1-001 Shop 1") < page.index("L1-002 Shop 2")
    assert page.count("To decide: Verbal warning") == 2
    assert page.count("To decide: Rectification notice") == 1
    assert page.count("To decide: Penalty proposal") == 1
    assert "late, between 20 and 30 minutes" in page
    narrowed = supervisor.get(f"{CASES}?month=2026-11&unit=l1-002").text
    assert "L1-001" not in narrowed
    assert "late, between" not in supervisor.get(f"{CASES}?month=2026-10").text


@pytest.mark.parametrize(
    ("days", "told"), [((3,), "verbal warning"), ((3, 9), "written warning")]
)
def test_a_warning_is_called_one_in_the_log_and_nothing_was_fixed(
    supervisor, late, days, told
):
    late(*days)
    answer = post(supervisor, f"{one(days[-1])}/warning", warning())
    assert answer.status_code == 302, answer.text
    [line] = [one_ for one_ in all_of(LogLine) if one_.kind == "finding"]
    assert summarise_finding(line.summary) == (
        f"Shop violation at L1-001: {told}. 晚开店"
    )
    assert not line.problem
    page = supervisor.get(f"/malls/demo/entries/{line.entry_id}").text
    assert told in page
    assert "fixed on the spot" not in page


@pytest.mark.parametrize("query", ["?month=soon", "?month=2026-13", "?unit=nowhere"])
def test_a_filter_that_names_nothing_is_told(supervisor, query):
    answer = supervisor.get(f"{CASES}{query}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_the_first_case_is_warned_verbally_and_then_done(supervisor, late):
    late(3)
    page = supervisor.get(one(3)).text
    assert "11月3日，应于 10:00 开门：晚开，20 至 30 分钟之间" in page
    answer = post(supervisor, f"{one(3)}/warning", warning())
    assert answer.status_code == 302, answer.text
    (notice,), (finding,) = all_of(Notice), all_of(Finding)
    assert (notice.level, notice.rectify_by) == ("verbal", None)
    assert (finding.state, notice.finding_id) == ("fixed_on_spot", finding.id)
    (made,) = all_of(CaseDecision)
    assert (made.step, made.notice_id, made.day) == ("verbal", notice.id, nov(3))
    assert "To decide" not in supervisor.get(f"{CASES}?month=2026-11").text
    assert f"Notice {notice.number}" in supervisor.get(one(3)).text
    again = post(supervisor, f"{one(3)}/warning", warning())
    assert again.status_code == 422
    assert "Meanwhile the case stands differently." in again.text
    said = supervisor.get(f"/malls/demo/entries/{made.entry_id}").text
    assert f"/notices/{notice.id}" in said


def test_the_second_is_a_notice_with_a_deadline_and_the_clause_of_the_last(
    supervisor, late
):
    late(3, 9)
    post(supervisor, f"{one(3)}/warning", warning())
    page = supervisor.get(one(9)).text
    assert 'value="6.1"' in page
    assert "To decide: Rectification notice" in page
    post(supervisor, f"{one(9)}/warning", warning(rectify_by="2026-11-25T10:00"))
    notice = next(one for one in all_of(Notice) if one.level == "written")
    assert notice.finding.state == "open"
    assert notice.finding.fix_by == notice.rectify_by


def test_a_notice_that_was_withdrawn_leaves_its_case_to_be_decided(
    supervisor, manager, late
):
    late(3)
    post(supervisor, f"{one(3)}/warning", warning())
    (notice,) = all_of(Notice)
    path = f"/malls/demo/notices/{notice.id}/withdrawal"
    assert post(manager, path, {"reason": "Wrong shop"}).status_code == 302
    assert "To decide: Verbal warning" in supervisor.get(one(3)).text
    assert post(supervisor, f"{one(3)}/warning", warning()).status_code == 302


def test_the_third_is_a_penalty_for_the_notice_of_the_month(supervisor, late):
    late(3, 9, 12)
    assert "Penalty proposal" in supervisor.get(one(12)).text
    post(supervisor, f"{one(9)}/warning", warning())
    form = {"penalty_clause": "8.2", "amount": "500", "penalty_text": "third time"}
    assert post(supervisor, f"{one(12)}/penalty", form).status_code == 302
    (penalty,), (notice,) = all_of(Penalty), all_of(Notice)
    assert (penalty.notice_id, penalty.amount) == (notice.id, 50000)
    assert {d.penalty_id for d in all_of(CaseDecision)} == {None, penalty.id}
    bad = post(supervisor, f"{one(12)}/penalty", {**form, "amount": "much"})
    assert bad.status_code == 422
    assert "third time" in bad.text


def test_without_a_notice_the_penalty_is_for_the_unit(supervisor, late):
    late(3, 9, 12)
    form = {"penalty_clause": "", "amount": "", "penalty_text": "third time"}
    assert post(supervisor, f"{one(12)}/penalty", form).status_code == 302
    (penalty,) = all_of(Penalty)
    assert (penalty.notice_id, penalty.unit.no) == (None, "L1-001")


def test_three_days_not_open_are_for_the_manager(supervisor, manager, late):
    for number in (3, 4, 5):
        late(number, status=None, at_minute=45)
    assert shop(day=nov(5)).case == "not_open"
    page = supervisor.get(one(5)).text
    assert "a manager decides." in page
    assert post(supervisor, f"{one(5)}/note", {"note": "x"}).status_code == 403
    assert post(manager, f"{one(5)}/note", {"note": ""}).status_code == 422
    told = post(manager, f"{one(5)}/note", {"note": "Leasing calls them"})
    assert told.status_code == 302
    assert "Leasing calls them" in manager.get(one(5)).text
    listed = manager.get(f"{CASES}?month=2026-11").text
    assert "To decide: Penalty proposal" in listed  # a step of its own
    assert "To decide: Manager" not in listed


def test_a_case_that_was_taken_out_no_longer_counts(supervisor, late, own, clock):
    late(3, 9)
    answer = post(supervisor, f"{one(3)}/dismissal", dismissal())
    assert answer.status_code == 302, answer.text
    assert (shop(day=nov(3)).state, shop(day=nov(3)).case) == ("late", None)
    page = supervisor.get(f"{CASES}?month=2026-11").text
    assert "To decide: Verbal warning" in page
    assert "To decide: Rectification notice" not in page
    assert "power cut &lt;b&gt;" in page
    (made,) = all_of(Dismissal)
    said = supervisor.get(f"/malls/demo/entries/{made.entry_id}").text
    assert "appeal is accepted" in said
    again = post(supervisor, f"{one(3)}/dismissal", dismissal())
    assert again.status_code == 422
    now, clock.now = clock.now, datetime(2026, 11, 3, 2, 25, tzinfo=UTC)
    sealed, clock.now = look(own, "not_open"), now
    taken(own, sealed)
    assert shop(day=nov(3)).case is None  # whatever else arrives


def test_the_finding_about_the_closed_door_is_void_once_the_case_is_taken_out(
    own, supervisor, clock
):
    at(clock, 11, 30)
    first, other = look(own, "not_open"), look(own, "not_open", "L1-002")
    taken(own, first, other)
    clock.move(minutes=5)
    path = f"{CASES}L1-001/2026-11-21/dismissal"
    answer = post(supervisor, path, dismissal())
    page = supervisor.get(answer.location).text
    assert "1 finding about the closed door is void now" in page
    assert (finding(first).state, finding(other).state) == ("void", "open")
    (step,) = db.session.scalars(sa.select(FindingUpdate)).all()
    assert step.text.startswith("Taken out as a case. The tenant's appeal is accepted")
    assert db.session.get_one(Entry, step.entry_id).kind == "finding_update"
    taken(own, look(own, "not_open", seen_at="2026-11-21T11:40:00+08:00"))
    assert len(all_of(Finding)) == 2  # what arrives later opens none
    before = derived()
    rebuild()
    assert derived() == before


def finding(sealed):
    db.session.rollback()
    return db.session.get_one(Finding, sealed["id"])


def test_who_alone_saw_it_does_not_take_it_out(
    phone, make_user, signed_in, mall, clock, supervisor
):
    seer = make_user(mall, "supervisor")
    at(clock, 10, 20)
    taken(phone(seer), look(phone(seer), "not_open"))
    path = f"{CASES}L1-001/2026-11-21/dismissal"
    answer = post(signed_in(seer), path, dismissal())
    assert answer.status_code == 422
    assert "Nobody but you saw it" in answer.text
    assert "power cut &lt;b&gt;" in answer.text
    assert post(supervisor, path, dismissal()).status_code == 302


def test_nobody_is_warned_for_what_the_tenant_before_did(supervisor, late, mall):
    late(3)
    unit = db.session.scalar(sa.select(Unit).filter_by(no="L1-001"))
    other = db.session.scalar(sa.select(Tenancy).filter(Tenancy.unit_id != unit.id))
    before = db.session.scalar(sa.select(Tenancy).filter_by(unit_id=unit.id))
    before.ends_on = nov(20)
    db.session.add(
        Tenancy(unit_id=unit.id, tenant_id=other.tenant_id, starts_on=nov(21))
    )
    db.session.commit()
    answer = post(supervisor, f"{one(3)}/warning", warning())
    assert answer.status_code == 422
    assert "no longer in the unit" in answer.text
    assert all_of(Notice) == []


def test_the_photos_of_the_sightings_are_the_evidence(own, supervisor, clock):
    photo = builders.jpeg()
    own.put_photo(photo)
    name = builders.sha256(photo)
    at(clock, 10, 20)
    taken(own, look(own, "not_open", photos=[name]))
    path = f"{CASES}L1-001/2026-11-21"
    assert name in supervisor.get(path).text
    assert post(supervisor, f"{path}/warning", warning()).status_code == 302
    (finding,) = all_of(Finding)
    assert finding.photos == [name]


def test_a_day_nobody_looked_is_no_page(
    supervisor, late, make_mall, make_user, signed_in
):
    late(3)
    for path in (one(4), one(3, "L9-999"), f"{CASES}L1-001/2026-02-30"):
        assert supervisor.get(path).status_code == 404
    other = signed_in(make_user(make_mall(code="other"), "manager"))
    assert other.get(one(3)).status_code == 404
    assert other.get(f"/malls/other/doors/cases/L1-001/{nov(3)}").status_code == 404


def test_an_auditor_reads_and_decides_nothing(signed_in, make_user, mall, late):
    late(3)
    auditor = signed_in(make_user(mall, "auditor"))
    page = auditor.get(one(3))
    assert page.status_code == 200
    assert '<form class="stack' not in page.text
    assert post(auditor, f"{one(3)}/warning", warning()).status_code == 403
