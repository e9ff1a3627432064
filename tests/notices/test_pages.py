"""The pages of notices: lists, the paper in the tenant's language, who sees what."""

import re
from uuid import UUID

import pytest

from mallops.db import db
from mallops.findings.models import Finding
from mallops.notices import queries, rules
from mallops.notices.queries import Filters
from mallops.people.models import User
from tests.notices.conftest import NOTICES, PENALTIES, post, take_step
from tests.support import builders

LISTED = re.compile(r'<a href="/malls/demo/notices/([0-9a-f-]{36})">')
OLDER = re.compile(r'class="button" href="/malls/demo/notices/(\?after=[0-9a-f-]+)">')


def listed(client, query=""):
    page = client.get(f"{NOTICES}{query}")
    assert page.status_code == 200
    return page.text


def test_the_list_can_be_narrowed(supervisor, issued, violation, own, delivery, clock):
    first = issued(violation("L1-001"))
    second = issued(violation("L1-002"), hours=2)
    own.hand_in(delivery(first))
    clock.move(hours=3)
    for query, shown in {
        "?state=delivered": {first},
        "?state=issued": {second},
        "?unit=l1-002": {second},
        "?overdue=1": {second},
        "?overdue=1&state=delivered": set(),
        "?state=draft": set(),
        "": {first, second},
    }.items():
        page = listed(supervisor, query)
        assert {one for one in (first, second) if str(one.id) in page} == shown, query


@pytest.mark.parametrize("query", ["?state=lost", "?unit=nowhere", "?unit=%00"])
def test_a_filter_that_names_nothing_is_told(supervisor, query):
    page = supervisor.get(f"{NOTICES}{query}")
    assert page.status_code == 400
    assert 'role="alert"' in page.text


def test_a_long_list_goes_on_page_by_page(
    supervisor, issued, violation, monkeypatch, mall
):
    ids = [issued().id for _number in range(5)]
    monkeypatch.setattr(queries, "PAGE", 2)
    seen, query = [], ""
    for _page in range(3):
        page = listed(supervisor, query)
        seen += [UUID(one) for one in LISTED.findall(page)]
        query = next(iter(OLDER.findall(page)), None)
    assert query is None
    assert sorted(seen) == sorted(ids)
    assert len(seen) == 5
    assert listed(supervisor, "?after=rubbish")


def test_the_database_reckons_states_as_the_rules_do(
    issued, own, delivery, manager, clock, mall
):
    notices = [issued(level="verbal", rectify_by=""), issued(hours=2), issued(hours=5)]
    post(manager, f"{NOTICES}{notices[2].id}/withdrawal", {"reason": "Wrong"})
    own.hand_in(delivery(notices[1], "refused"))
    clock.move(hours=3)
    for state in ("open", "fixed", "verified", "void"):
        db.session.query(Finding).update({"state": state})
        db.session.commit()
        every, _more = queries.page(mall.id, Filters(), clock.now)
        for shown in rules.SHOWN_STATES:
            found, _more = queries.page(mall.id, Filters(state=shown), clock.now)
            wanted = [
                n for n in every
                if rules.shown_state(n.state, n.rectify_by, state) == shown
            ]  # fmt: skip
            assert found == wanted, (state, shown)
        overdue, _more = queries.page(mall.id, Filters(overdue=True), clock.now)
        assert overdue == [
            n
            for n in every
            if rules.is_overdue(n.state, n.rectify_by, state, clock.now)
        ]


def is_overdue(notice, finding_state, now):
    return rules.is_overdue(notice.state, notice.rectify_by, finding_state, now)


def test_the_counts_agree_with_the_lists(supervisor, issued, violation, clock, mall):
    violation()
    issued(hours=2)
    clock.move(hours=3)
    counts = queries.counts(mall.id, clock.now)
    assert (counts.drafts, counts.to_deliver, counts.overdue) == (1, 1, 1)


# -- The paper ----------------------------------------------------------------------

PAPER = {
    "en": ("Rectification notice", "To be rectified by", "Mall demo", "Shop 1"),
    "zh-Hans": ("整改通知单", "整改期限", "Mall demo 简", "Shop 1 简"),
    "zh-Hant": ("改善通知單", "改善期限", "Mall demo 繁", "Shop 1 繁"),
}


@pytest.mark.parametrize("reader", PAPER)
@pytest.mark.parametrize("language", PAPER)
def test_the_paper_speaks_the_tenants_language(
    supervisor, people, issued, language, reader
):
    db.session.get(User, people.supervisor.id).language = reader
    db.session.commit()
    notice = issued(language=language)
    page = supervisor.get(f"{NOTICES}{notice.id}/print").text
    assert f'<html lang="{language}"' in page
    assert f'lang="{reader}"' in page
    for word in (*PAPER[language], "2026-0001", "L1-001", "租赁合同第 8.2 条"):
        assert word in page, word
    for other in PAPER.keys() - {language}:
        assert PAPER[other][0] not in page


def test_the_paper_shows_photos_and_the_signature(own, supervisor, violation, issued,
                                                  delivery):  # fmt: skip
    seen, drawn = (builders.jpeg(colour) for colour in ((1, 2, 3), (250, 250, 250)))
    for data in (seen, drawn):
        own.put_photo(data)
    notice = issued(violation(photos=[builders.sha256(seen)]))
    own.hand_in(delivery(notice, signature=builders.sha256(drawn)))
    page = supervisor.get(f"{NOTICES}{notice.id}/print").text
    for data in (seen, drawn):
        assert f"/malls/demo/photos/{builders.sha256(data)}" in page
    assert "陈店长" in page


def test_the_paper_says_what_became_of_it(own, manager, issued, delivery):
    notice = issued(language="en")
    own.hand_in(delivery(notice, "refused"))
    assert "Refused to sign" in manager.get(f"{NOTICES}{notice.id}/print").text
    post(manager, f"{NOTICES}{notice.id}/withdrawal", {"reason": "Wrong shop"})
    assert "Withdrawn on" in manager.get(f"{NOTICES}{notice.id}/print").text


def test_a_rectified_notice_is_ticked_on_paper(own, phone, people, manager, issued,
                                               clock):  # fmt: skip
    notice = issued(language="en")
    assert "☑" not in manager.get(f"{NOTICES}{notice.id}/print").text
    for who, step in ((own, "fix"), (phone(people.supervisor), "verify")):
        clock.move(minutes=5)
        take_step(who, notice.finding_id, step)
    page = manager.get(f"{NOTICES}{notice.id}/print").text
    assert "☑" in page
    assert "Supervisor" in page


def test_a_warning_asks_for_nothing_to_be_put_right(supervisor, issued, violation):
    finding = violation(fixed_on_spot=True)
    notice = issued(finding, rectify_by="", language="en")
    page = supervisor.get(f"{NOTICES}{notice.id}/print").text
    assert "Written warning" in page
    assert "To be rectified by" not in page


def test_text_in_a_notice_stays_text(supervisor, issued):
    notice = issued(what="<script>alert(1)</script>")
    for path in ("", "/print"):
        page = supervisor.get(f"{NOTICES}{notice.id}{path}").text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


# -- Who sees what ------------------------------------------------------------------


def test_a_contractor_sees_no_notice_and_no_penalty(people, signed_in, phone, issued):
    notice, cleaner = issued(), signed_in(people.cleaner)
    for path in (
        NOTICES,
        PENALTIES,
        f"{NOTICES}{notice.id}",
        f"{NOTICES}{notice.id}/print",
        f"{NOTICES}new/{notice.finding_id}",
        f"/malls/demo/entries/{notice.id}",
    ):
        assert cleaner.get(path).status_code == 403, path
    pack = phone(people.cleaner).get("/floor/pack")
    assert "notices" not in pack.json
    assert notice.number not in pack.text
    assert "8.2" not in pack.text


def test_a_contractors_finding_says_nothing_of_its_notice(
    people, signed_in, phone, issued
):
    notice, lead = issued(), phone(people.supervisor)
    take_step(lead, notice.finding_id, "assign", team="cleaning")
    page = signed_in(people.cleaner).get(f"/malls/demo/findings/{notice.finding_id}")
    assert page.status_code == 200
    pack = phone(people.cleaner).get("/floor/pack").text
    assert notice.finding_id in pack
    for shown in (page.text, pack):
        for word in (notice.number, notice.what, notice.clause, str(notice.id)):
            assert word not in shown, word


def test_the_auditor_reads_and_changes_nothing(people, signed_in, issued):
    notice, auditor = issued(), signed_in(people.auditor)
    page = auditor.get(f"{NOTICES}{notice.id}")
    assert page.status_code == 200
    assert "<form" not in page.text.split("<main")[1]
    assert "notices" not in auditor.get("/floor/pack").json
    for action in ("deliveries", "replies", "withdrawal", "penalties"):
        assert post(auditor, f"{NOTICES}{notice.id}/{action}").status_code == 403


def test_an_officer_delivers_and_proposes_but_does_not_issue(
    people, signed_in, issued, violation, draft
):
    notice, officer = issued(), signed_in(people.officer)
    assert post(officer, f"{NOTICES}new/{violation()}", draft()).status_code == 403
    for action in ("replies", "withdrawal"):
        assert post(officer, f"{NOTICES}{notice.id}/{action}").status_code == 403
    page = officer.get(f"{NOTICES}{notice.id}").text
    assert f"{notice.id}/deliveries" in page
    assert f"{notice.id}/penalties" in page
    assert f"{notice.id}/withdrawal" not in page


def test_a_notice_of_another_mall_is_not_there(issued, make_mall, make_user, signed_in):
    notice = issued()
    other = make_mall(code="other")
    stranger = signed_in(make_user(other, "manager"))
    assert stranger.get(f"{NOTICES}{notice.id}").status_code == 404
    assert stranger.get(f"/malls/other/notices/{notice.id}").status_code == 404
    address = f"/malls/other/notices/new/{notice.finding_id}"
    assert stranger.get(address).status_code == 404


# -- The walk pack ------------------------------------------------------------------


def test_the_phone_carries_what_is_to_be_delivered(own, issued, delivery):
    notice = issued()
    assert own.get("/floor/pack").json["notices"] == [
        {
            "id": str(notice.id),
            "number": "2026-0001",
            "level": "written",
            "unit": "L1-001",
            "floor": "L1",
            "tenant": builders.words("Shop 1"),
            "what": "店铺越线摆放货架",
            "clause": "租赁合同第 8.2 条",
            "rectify_by": "2026-11-22T16:00:00+08:00",
            "language": "zh-Hans",
            "finding": notice.finding_id,
            "issued_at": "2026-11-21T10:00:00+08:00",
            "state": "issued",
        }
    ]
    own.hand_in(delivery(notice))
    assert own.get("/floor/pack").json["notices"] == []
