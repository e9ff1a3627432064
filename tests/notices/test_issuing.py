"""From a draft to a notice: who issues it, what it says, when the re-check is due."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.findings.models import Finding, FindingUpdate
from mallops.ledger.models import Entry
from mallops.notices.models import Notice
from mallops.places.models import Tenancy, Tenant
from tests.notices.conftest import (
    NOTICES,
    count_entries,
    last_entry,
    post,
    take_step,
)
from tests.support import builders


def new(finding):
    return f"{NOTICES}new/{finding}"


def test_a_violation_at_a_shop_is_a_draft_by_itself(supervisor, violation, people):
    finding = violation()
    page = supervisor.get(NOTICES).text
    assert new(finding) in page
    assert "L1-001 Shop 1" in page
    assert "Racks in front of the shop" in page
    assert "Officer" in page


def test_what_calls_for_no_notice_is_no_draft(supervisor, violation):
    finding = violation(category="hygiene")
    assert new(finding) not in supervisor.get(NOTICES).text


def test_a_draft_goes_with_its_finding(
    own, supervisor, violation, phone, people, clock
):
    finding = violation()
    take_step(own, finding, "fix")
    assert new(finding) in supervisor.get(NOTICES).text
    clock.move(minutes=9)
    take_step(phone(people.supervisor), finding, "verify")
    assert new(finding) not in supervisor.get(NOTICES).text


def test_the_form_starts_with_what_is_known(supervisor, violation, mall):
    finding = violation(text="Music too loud")
    tenant = db.session.scalars(sa.select(Tenant).filter_by(mall_id=mall.id)).first()
    tenant.language = "zh-Hant"
    db.session.commit()
    page = supervisor.get(new(finding)).text
    assert "Music too loud</textarea>" in page
    assert '<option selected value="zh-Hant">' in page
    assert 'value="2026-11-22T10:00"' in page  # the finding's own limit, S3


def test_issuing_is_an_entry_and_shows_in_the_log(supervisor, people, issued):
    notice = issued()
    assert (notice.number, notice.level, notice.state) == (
        "2026-0001", "written", "issued",
    )  # fmt: skip
    assert notice.tenant["en"] == "Shop 1"
    assert notice.issued_by_id == people.supervisor.id
    log = supervisor.get("/malls/demo/log/2026-11-21").text
    assert "Rectification notice 2026-0001 to L1-001 Shop 1: 店铺越线摆放货架" in log
    entry = supervisor.get(f"/malls/demo/entries/{notice.id}").text
    assert "租赁合同第 8.2 条" in entry
    assert f"/malls/demo/notices/{notice.id}" in entry


def test_the_re_check_is_due_at_the_deadline(issued, clock):
    notice = issued(hours=30)
    finding = db.session.get(Finding, notice.finding_id)
    assert notice.rectify_by == clock.now + timedelta(hours=30)
    assert finding.fix_by == notice.rectify_by
    (step,) = db.session.scalars(sa.select(FindingUpdate)).all()
    assert (step.step, step.text) == ("prioritise", "Deadline given to the tenant")


def test_a_deadline_that_is_the_findings_own_is_not_set_again(issued):
    issued(hours=24)
    assert count_entries(kind="finding_update") == 0


def test_numbers_follow_each_other_within_a_mall(issued, violation):
    first, second = issued(), issued()
    assert (first.number, second.number) == ("2026-0001", "2026-0002")


def test_an_issued_notice_is_no_draft_any_more(supervisor, issued):
    notice = issued()
    page = supervisor.get(NOTICES).text
    assert new(notice.finding_id) not in page
    assert "Rectification notice 2026-0001" in page


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rectify_by": ""}, "By when must it be put right?"),
        ({"hours": -1}, "The deadline is in the past."),
        ({"rectify_by": "0001-01-01T00:00"}, "This is not a date with a time."),
        ({"rectify_by": "soon"}, "This is not a date with a time."),
        ({"what": " "}, "Say what was found."),
        ({"clause": "x" * 201}, "Keep it within 200 characters."),
        ({"level": ""}, "Choose: a verbal warning or a written notice."),
        ({"level": "fine"}, "Not a valid choice"),
        ({"language": "xx"}, "Not a valid choice"),
    ],
)
def test_a_draft_that_is_not_complete_keeps_what_was_typed(
    supervisor, violation, draft, given, message
):
    form = draft(**{"what": "Typed for ten minutes", **given})
    answer = post(supervisor, new(violation()), form)
    assert answer.status_code == 422
    assert message in answer.text
    if "what" not in given:
        assert "Typed for ten minutes</textarea>" in answer.text
    assert count_entries(kind="notice_issue") == 0


def test_the_same_notice_is_not_issued_twice(supervisor, issued, draft):
    notice = issued()
    answer = post(supervisor, new(notice.finding_id), draft())
    assert answer.status_code == 422
    assert "There is such a notice on this finding already." in answer.text
    assert count_entries(kind="notice_issue") == 1


def test_a_verbal_warning_may_be_followed_by_a_written_notice(issued, violation):
    finding = violation()
    verbal = issued(finding, level="verbal", rectify_by="")
    written = issued(finding)
    assert [verbal.level, written.level] == ["verbal", "written"]
    assert verbal.rectify_by is None


def test_any_finding_at_a_shop_can_be_made_one_by_hand(issued, violation):
    assert issued(violation(category="hygiene")).state == "issued"


def test_the_way_from_a_finding_to_its_notice(people, signed_in, violation):
    finding = violation(category="hygiene")
    address = f"/malls/demo/findings/{finding}"
    assert new(finding) in signed_in(people.supervisor).get(address).text
    for person in (people.officer, people.auditor):
        assert new(finding) not in signed_in(person).get(address).text


def test_what_is_in_order_again_can_still_be_warned_of(supervisor, issued, violation):
    finding = violation(fixed_on_spot=True)
    page = supervisor.get(new(finding)).text
    assert "it is a warning" in page
    assert 'name="rectify_by"' not in page
    notice = issued(finding, rectify_by="")
    assert (notice.rectify_by, notice.state) == (None, "issued")
    assert "Written warning 2026-0001" in supervisor.get(NOTICES).text


def test_a_void_finding_gets_no_notice(supervisor, violation, draft, phone, people):
    finding = violation()
    take_step(phone(people.supervisor2), finding, "void", text="A mistake")
    answer = post(supervisor, new(finding), draft())
    assert answer.status_code == 422
    assert "The finding was declared void." in answer.text


def test_a_unit_without_a_tenant_gets_no_notice(supervisor, violation, draft):
    finding = violation()
    db.session.execute(sa.delete(Tenancy))
    db.session.commit()
    assert "No tenant" in supervisor.get(new(finding)).text
    answer = post(supervisor, new(finding), draft())
    assert answer.status_code == 422
    assert "On the day of the finding the unit had no tenant." in answer.text


def test_it_goes_to_the_tenant_of_that_day(mall, supervisor, violation, issued, clock):
    finding = violation()
    (tenancy,) = db.session.scalars(
        sa.select(Tenancy).join(Tenant).where(Tenant.name["en"].as_string() == "Shop 1")
    )
    today = clock.now.date()
    tenancy.ends_on = today
    newcomer = Tenant(
        mall_id=mall.id, name=builders.words("Newcomer"), trade_category="beauty"
    )
    db.session.add(newcomer)
    db.session.flush()
    db.session.add(
        Tenancy(
            unit_id=tenancy.unit_id,
            tenant_id=newcomer.id,
            starts_on=today + timedelta(days=1),
        )
    )
    db.session.commit()
    for _half_a_day in range(2):
        clock.move(hours=12)
        assert supervisor.get(NOTICES).status_code == 200
    assert issued(finding).tenant["en"] == "Shop 1"


def test_a_finding_without_a_unit_makes_no_notice(supervisor, own):
    body = {"category": "tenant", "severity": "S3", "place": "L1-A", "text": "Noise"}
    own.hand_in(sealed := own.seal(body, kind="finding"))
    assert supervisor.get(new(sealed["id"])).status_code == 404


def test_nobody_issues_a_notice_from_a_phone(own, violation, issued):
    notice = issued()
    body = last_issue_body()
    (result,) = own.hand_in(own.seal(body, kind="notice_issue"))
    assert result["status"] == "rejected"
    assert notice.number == "2026-0001"


def last_issue_body():
    entry = db.session.scalars(sa.select(Entry).filter_by(kind="notice_issue")).one()
    return json.loads(entry.body)


def test_the_desk_entry_is_sealed_with_all_that_stands_on_the_paper(issued):
    notice = issued()
    assert last_issue_body() == {
        "finding": notice.finding_id,
        "level": "written",
        "number": "2026-0001",
        "unit": "L1-001",
        "tenant": builders.words("Shop 1"),
        "what": "店铺越线摆放货架",
        "clause": "租赁合同第 8.2 条",
        "rectify_by": "2026-11-22T08:00:00+00:00",
        "language": "zh-Hans",
    }
    assert last_entry().kind == "finding_update"
    assert db.session.query(Notice).count() == 1
