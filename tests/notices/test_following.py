"""After the issue: brought to the shop, replied to, rectified, taken back."""

import io
import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.ledger.models import LogLine
from mallops.ledger.rebuild import rebuild
from mallops.notices.models import Notice, NoticeStep, Penalty
from tests.notices.conftest import (
    NOTICES,
    count_entries,
    get_notice,
    last_entry,
    post,
    statuses,
    take_step,
)
from tests.support import builders


def path(notice, rest=""):
    return f"{NOTICES}{notice.id}{rest}"


def photo(phone, colour=(9, 9, 9)):
    data = builders.jpeg(colour)
    assert phone.put_photo(data).status_code in {200, 201}
    return builders.sha256(data)


# -- From the phone -----------------------------------------------------------------


def test_the_shop_signs_on_the_phone(own, supervisor, issued, delivery, clock):
    notice, drawn = issued(), photo(own)
    clock.move(minutes=20)
    sealed = delivery(notice, signature=drawn)
    assert statuses(own.hand_in(sealed)) == ["accepted"]
    now = get_notice(notice.id)
    assert (now.state, now.signer_name) == ("delivered", "陈店长")
    assert now.served_at == clock.now
    page = supervisor.get(path(notice)).text
    assert "Signed for" in page
    assert f"/malls/demo/photos/{drawn}/thumb" in page
    log = supervisor.get("/malls/demo/log/2026-11-21").text
    assert "Notice 2026-0001 signed for by 陈店长" in log
    assert drawn in supervisor.get(f"/malls/demo/entries/{sealed['id']}").text


def test_a_refusal_to_sign_is_shown_with_its_photo(own, supervisor, issued, delivery):
    notice, seen = issued(), photo(own)
    sealed = delivery(notice, "refused", photos=[seen], note="Threw it away")
    assert statuses(own.hand_in(sealed)) == ["accepted"]
    assert get_notice(notice.id).state == "refused"
    page = supervisor.get(path(notice)).text
    assert "Refused to sign" in page
    assert "Threw it away" in page
    line = db.session.get(LogLine, last_entry().id)
    assert line.problem


@pytest.mark.parametrize("outcome", ["signed", "refused"])
def test_a_delivery_without_a_picture_is_flagged(own, issued, delivery, outcome):
    (result,) = own.hand_in(delivery(issued(), outcome))
    assert result["status"] == "accepted"
    assert result["receipt"]["flags"] == ["no_proof"]


def test_nobody_reached_stays_to_be_delivered(own, issued, delivery):
    notice = issued()
    (result,) = own.hand_in(delivery(notice, "not_reached"))
    assert result["receipt"]["flags"] == []
    assert get_notice(notice.id).state == "not_reached"
    assert [one["number"] for one in own.get("/floor/pack").json["notices"]] == [
        notice.number
    ]


def test_deliveries_count_by_their_own_times(
    own, issued, delivery, people, phone, clock
):
    notice, other = issued(), phone(people.supervisor)
    clock.move(minutes=5)
    refused = delivery(notice, "refused")
    clock.move(minutes=5)
    other.hand_in(delivery(notice, phone=other))
    own.hand_in(refused)
    now = get_notice(notice.id)
    assert (now.state, now.contradicted) == ("delivered", False)


def test_a_contradiction_stays_visible(own, supervisor, issued, delivery, clock):
    notice = issued()
    for outcome in ("signed", "refused"):
        clock.move(minutes=5)
        own.hand_in(delivery(notice, outcome))
    assert get_notice(notice.id).contradicted
    page = supervisor.get(path(notice)).text
    assert "Two steps cannot both be true." in page
    assert "Does not count" in page


def test_a_delivery_after_the_withdrawal_is_not_lost(
    own, manager, issued, delivery, clock
):
    notice = issued()
    post(manager, path(notice, "/withdrawal"), {"reason": "Wrong shop"})
    clock.move(minutes=5)
    assert statuses(own.hand_in(delivery(notice))) == ["accepted"]
    now = get_notice(notice.id)
    assert (now.state, now.contradicted) == ("withdrawn", True)
    assert db.session.query(NoticeStep).count() == 2


def test_a_delivery_by_who_may_not_is_held_and_can_be_accepted(
    people, phone, supervisor, issued, delivery
):
    notice, cleaner = issued(), phone(people.cleaner)
    sealed = delivery(notice, phone=cleaner)
    assert statuses(cleaner.hand_in(sealed)) == ["held"]
    assert get_notice(notice.id).state == "issued"
    answer = post(
        supervisor,
        f"/malls/demo/held/{sealed['id']}/decision",
        {"verdict": "accept", "reason": "I sent her"},
    )
    assert answer.status_code == 302
    assert get_notice(notice.id).state == "delivered"


def test_a_delivery_of_an_unknown_notice_is_held(own, issued, delivery, make_mall):
    notice = issued()
    notice.id = "00000000-0000-4000-8000-000000000000"
    db.session.expunge(notice)
    assert statuses(own.hand_in(delivery(notice))) == ["held"]
    assert last_entry().held_because == "unknown_notice"


@pytest.mark.parametrize(
    "body",
    [
        {"outcome": "lost"},
        {"notice": "12"},
        {"signature": "not a hash"},
        {"extra": 1},
        {"signer_name": "x" * 201},
    ],
)
def test_what_is_no_delivery_is_refused_and_kept_aside(own, issued, delivery, body):
    given = {**json.loads(delivery(issued())["body"]), **body}
    assert statuses(own.hand_in(own.seal(given, kind="notice_delivery"))) == [
        "rejected"
    ]


# -- At the desk --------------------------------------------------------------------


def test_a_delivery_on_paper_is_noted_at_the_desk(people, signed_in, issued):
    notice = issued()
    form = {"outcome": "signed", "signer_name": "Ms Chen", "note": "On paper"}
    answer = post(signed_in(people.officer), path(notice, "/deliveries"), form)
    assert answer.status_code == 302
    assert get_notice(notice.id).signer_name == "Ms Chen"
    assert last_entry().flags == []


def test_the_signed_paper_comes_along_as_a_photo(supervisor, issued):
    notice, paper = issued(), builders.jpeg((7, 7, 7))
    form = {"outcome": "signed", "signer_name": "Ms Chen"}
    files = {"photos": (io.BytesIO(paper), "paper.jpg")}
    assert (
        post(supervisor, path(notice, "/deliveries"), form | files).status_code == 302
    )
    assert last_entry().photos == [builders.sha256(paper)]
    page = supervisor.get(path(notice)).text
    assert f"/malls/demo/photos/{builders.sha256(paper)}/thumb" in page


def test_a_file_that_is_no_photo_is_told_and_the_rest_kept(supervisor, issued):
    form = {"outcome": "signed", "signer_name": "Ms Chen", "note": "typed with care"}
    files = {"photos": (io.BytesIO(b"no picture"), "paper.jpg")}
    answer = post(supervisor, path(issued(), "/deliveries"), form | files)
    assert answer.status_code == 422
    assert "A file is no whole photo." in answer.text
    assert "typed with care" in answer.text
    assert count_entries(kind="notice_delivery") == 0


def test_a_step_at_the_desk_comes_after_what_was_seen(
    own, manager, issued, delivery, clock
):
    """A phone's clock may be ahead by less than is corrected."""
    notice = issued()
    ahead = delivery(notice)
    ahead["recorded_at"] = (clock.now + timedelta(minutes=1)).isoformat()
    assert statuses(own.hand_in(ahead)) == ["accepted"]
    post(manager, path(notice, "/withdrawal"), {"reason": "Wrong shop"})
    now = get_notice(notice.id)
    assert (now.state, now.contradicted) == ("withdrawn", False)


def test_who_signed_must_be_named_and_the_note_is_kept(supervisor, issued):
    form = {"outcome": "signed", "note": "typed with care"}
    answer = post(supervisor, path(issued(), "/deliveries"), form)
    assert answer.status_code == 422
    assert "Who signed for it? Enter the name." in answer.text
    assert "typed with care" in answer.text
    assert count_entries(kind="notice_delivery") == 0


def test_what_was_signed_for_is_not_delivered_again(supervisor, issued):
    notice = issued()
    form = {"outcome": "signed", "signer_name": "Chen"}
    post(supervisor, path(notice, "/deliveries"), form)
    answer = post(supervisor, path(notice, "/deliveries"), {**form, "note": "again?"})
    assert answer.status_code == 422
    assert "Meanwhile the notice stands differently." in answer.text
    assert "again?" in answer.text


def test_replies_and_appeals_are_kept_with_the_notice(supervisor, issued):
    notice = issued()
    form = {"reply": "The racks are not ours", "by_whom": "Chen", "appeal": "y"}
    assert post(supervisor, path(notice, "/replies"), form).status_code == 302
    assert get_notice(notice.id).replies == 1
    page = supervisor.get(path(notice)).text
    assert "Appeal" in page
    assert "The racks are not ours" in page
    log = supervisor.get("/malls/demo/log/2026-11-21").text
    assert "Appeal against notice 2026-0001 by Chen: The racks are not ours" in log


def test_an_empty_reply_changes_nothing(supervisor, issued):
    answer = post(supervisor, path(issued(), "/replies"), {"by_whom": "Mr Li"})
    assert answer.status_code == 422
    assert "Say what the tenant says." in answer.text
    assert "Mr Li" in answer.text


def test_who_issued_it_does_not_withdraw_it(supervisor, manager, issued):
    notice = issued()
    assert "someone else must withdraw it" in supervisor.get(path(notice)).text
    form = {"reason": "I was wrong"}
    answer = post(supervisor, path(notice, "/withdrawal"), form)
    assert answer.status_code == 422
    assert "This step takes a second person." in answer.text
    assert "I was wrong" in answer.text
    assert post(manager, path(notice, "/withdrawal"), form).status_code == 302
    assert get_notice(notice.id).state == "withdrawn"


def test_nothing_is_withdrawn_twice_or_without_a_reason(manager, issued):
    notice = issued()
    answer = post(manager, path(notice, "/withdrawal"), {"reason": " "})
    assert (answer.status_code, "Give a reason" in answer.text) == (422, True)
    post(manager, path(notice, "/withdrawal"), {"reason": "Wrong shop"})
    answer = post(manager, path(notice, "/withdrawal"), {"reason": "Once more"})
    assert (answer.status_code, "Once more" in answer.text) == (422, True)
    assert count_entries(kind="notice_withdrawal") == 1


def test_a_withdrawn_notice_makes_room_for_another(manager, issued):
    notice = issued()
    post(manager, path(notice, "/withdrawal"), {"reason": "Wrong clause"})
    assert issued(notice.finding_id).number == "2026-0002"


def test_a_notice_is_rectified_once_its_finding_is_verified(
    own, phone, people, supervisor, issued, clock
):
    notice = issued()
    for who, step in ((own, "fix"), (phone(people.supervisor), "verify")):
        clock.move(minutes=30)
        take_step(who, notice.finding_id, step)
    page = supervisor.get(path(notice)).text
    assert "Rectified: the finding is verified" in page
    assert f"/notices/{notice.id}" in supervisor.get(f"{NOTICES}?state=rectified").text
    assert own.get("/floor/pack").json["notices"] == []


# -- Derived ------------------------------------------------------------------------


def derived():
    found = {}
    for model in (Notice, NoticeStep, Penalty):
        columns = [
            c for c in model.__table__.columns if c is not NoticeStep.__table__.c.id
        ]
        rows = db.session.execute(sa.select(*columns)).all()
        found[model] = sorted(map(repr, rows))
    return found


def test_a_rebuild_comes_to_the_same_notices(
    own, supervisor, manager, people, phone, issued, delivery, clock
):
    notices = [issued(level=level) for level in ("verbal", "written", "written")]
    clock.move(minutes=5)
    cleaner = phone(people.cleaner)
    held = delivery(notices[2], phone=cleaner)
    cleaner.hand_in(held)
    own.hand_in(delivery(notices[0]), delivery(notices[1], "refused"))
    clock.move(minutes=5)
    own.hand_in(delivery(notices[0], "refused"))
    post(supervisor, path(notices[1], "/replies"), {"reply": "No", "by_whom": "Li"})
    post(manager, path(notices[1], "/withdrawal"), {"reason": "Wrong shop"})
    form = {"penalty_text": "Third time", "amount": "500"}
    first = post(supervisor, path(notices[0], "/penalties"), form).location
    second = post(supervisor, path(notices[2], "/penalties"), form).location
    for address, verdict in ((first, "approved"), (second, "declined")):
        decided = post(
            manager, f"{address}/decision", {"verdict": verdict, "reason": "So be it"}
        )
        assert decided.status_code == 302
    decision = {"verdict": "accept", "reason": "seen"}
    post(manager, f"/malls/demo/held/{held['id']}/decision", decision)
    db.session.rollback()
    before = derived()
    assert all(before.values())
    for _twice in range(2):
        rebuild()
        db.session.commit()
        db.session.expire_all()
        assert derived() == before
