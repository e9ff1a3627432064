"""Handovers at the desk: looked at, signed, accepted, refused, decided on, printed."""

import re

import pytest

from mallops.db import db
from mallops.handovers.assets import set_assets
from mallops.handovers.models import Handover
from mallops.places.content import AssetRow
from tests.handovers.conftest import EARLY, finding

PAGE = f"/malls/demo/handovers/{EARLY}"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SEEN = re.compile(r'name="seen" value="([^"]+)"')
SAW = re.compile(r'name="saw" value="([^"]+)"')
DIGEST = re.compile(r'name="digest" value="([^"]+)"')
SIGNED = re.compile(r'<article class="handover" id="signed">.*?</article>', re.DOTALL)


class Desk:
    """Somebody at a desk, on the page of the early shift's handover."""

    def __init__(self, client):
        self.client = client

    def look(self, path=PAGE, status=200):
        response = self.client.get(path)
        assert response.status_code == status, response.text
        return response.text

    def send(self, step, **given):
        fields = {"csrf_token": TOKEN.search(self.look())[1], **given}
        return self.client.post(f"{PAGE}/{step}", data=fields)

    def sign(self, page=None, **given):
        seen = SEEN.search(page or self.look())[1]
        return self.send("signature", seen=seen, choice="now", **given)

    def accept(self, page=None, **given):
        digest = DIGEST.search(page or self.look())[1]
        return self.send("acceptance", digest=digest, **given)

    def refuse(self, **given):
        digest = DIGEST.search(self.look())[1]
        return self.send("refusal", digest=digest, **given)


@pytest.fixture
def going_desk(people, signed_in):
    return Desk(signed_in(people.going))


@pytest.fixture
def coming_desk(people, signed_in):
    return Desk(signed_in(people.coming))


@pytest.fixture
def manager(people, signed_in):
    return Desk(signed_in(people.manager))


def test_signed_at_the_desk_and_accepted_line_by_line(
    going_desk, coming_desk, own, clock
):
    own.hand_in(found := finding(own))
    clock.move(hours=5)
    assert "Pallet in front of exit 3" in going_desk.look()
    assert going_desk.sign(remarks="Lift 3 is noisy", silence="1").status_code == 302
    assert "Signed, not accepted yet" in coming_desk.look()
    key = f"finding:{found['id']}"
    half = coming_desk.accept(**{key: "reserved", "text:1": "accepted"})
    assert half.status_code == 422
    assert "Say what you reserve." in half.text
    done = {key: "reserved", f"{key}.note": "not seen yet", "text:1": "accepted"}
    assert coming_desk.accept(**done).status_code == 302
    assert "Accepted with reservations" in going_desk.look()
    listed = going_desk.look("/malls/demo/handovers/")
    assert "accepted by Coming" in listed


def test_the_signed_part_stays_byte_for_byte_when_older_entries_arrive(
    going_desk, own, clock
):
    """A52: the addendum is listed apart, until a leader takes note of it."""
    own.hand_in(own.note("in time"))
    late = [own.note("one"), own.note("two"), finding(own)]
    clock.move(hours=5)
    going_desk.sign(silence="1")
    before = SIGNED.search(going_desk.look())[0]
    own.hand_in(*late)
    page = going_desk.look()
    assert SIGNED.search(page)[0] == before
    assert "Addendum: 3 late entries" in page
    day = going_desk.look("/malls/demo/log/2026-11-21")
    assert "3 late entries, 0 acknowledged" in day
    noted = re.findall(r'name="entry" value="([^"]+)"', page)
    assert going_desk.send("addendum", entry=noted[:2]).status_code == 302
    day = going_desk.look("/malls/demo/log/2026-11-21")
    assert "3 late entries, 2 acknowledged" in day
    going_desk.send("addendum", entry=noted)
    assert 'name="entry"' not in going_desk.look()
    again = going_desk.send("addendum", entry=noted)
    assert again.status_code == 422
    assert SIGNED.search(going_desk.look())[0] == before


def test_what_came_in_meanwhile_is_shown_and_either_may_be_signed(
    going_desk, own, clock
):
    clock.move(hours=5)
    page = going_desk.look()
    own.hand_in(finding(own))
    asked = going_desk.sign(page, remarks="typed", silence="1")
    assert asked.status_code == 422
    assert "New since you looked: 1 entry." in asked.text
    assert "Pallet in front of exit 3" in asked.text
    assert ">typed</textarea>" in asked.text
    saw = SAW.search(asked.text)[1]
    fields = {"seen": SEEN.search(asked.text)[1], "saw": saw, "silence": "1"}
    assert going_desk.send("signature", choice="saw", **fields).status_code == 302
    (signed,) = db.session.query(Handover).all()
    assert signed.lines == []
    again = going_desk.look(f"{PAGE}?again=1")
    assert "More is known now than was signed." in again
    assert going_desk.sign(again, silence="1").status_code == 302
    assert len(db.session.query(Handover).all()) == 2


def test_a_snapshot_that_was_tampered_with_is_not_signed(going_desk):
    seen = SEEN.search(going_desk.look())[1]
    answer = going_desk.send("signature", seen="x" + seen, choice="now")
    assert answer.status_code == 422
    assert "The page was too old." in answer.text


def test_counts_and_silence_are_asked_for_and_nothing_typed_is_lost(
    going_desk, mall, own, clock
):
    set_assets(mall.id, [AssetRow(code="keys", en="Bunch of keys", expected=12)])
    db.session.commit()
    clock.move(hours=5)
    asked = going_desk.sign(**{"asset:keys": "11", "remarks": "typed"})
    assert asked.status_code == 422
    assert "Count it; where the number differs, say why." in asked.text
    assert "Confirm that you know who was not heard of." in asked.text
    assert 'value="11"' in asked.text
    assert ">typed</textarea>" in asked.text
    said = {"asset:keys": "11", "asset:keys.note": "one at the desk", "silence": "1"}
    assert going_desk.sign(**said).status_code == 302
    assert "counted: 11 (one at the desk)" in going_desk.look().replace("\n", "")


def test_refused_at_night_the_manager_decides_in_the_morning(
    going_desk, coming_desk, manager, clock
):
    clock.move(hours=5)
    going_desk.sign(silence="1")
    assert coming_desk.refuse(reason=" ").status_code == 422
    assert coming_desk.refuse(reason="the float is short").status_code == 302
    page = manager.look()
    assert "the float is short" in page
    assert manager.send("decision", ruling="").status_code == 422
    said = {"verdict": "stands", "ruling": "counted with both"}
    assert manager.send("decision", **said).status_code == 302
    assert "Stands by the manager" in manager.look()
    assert manager.send("decision", **said).status_code == 422


def test_who_refused_may_accept_later_without_the_manager(
    going_desk, coming_desk, clock
):
    clock.move(hours=5)
    going_desk.sign(silence="1")
    coming_desk.refuse(reason="no")
    assert coming_desk.accept().status_code == 302
    assert "Accepted" in going_desk.look()


def test_nobody_accepts_what_they_signed_and_nobody_signs_what_is_closed(
    going_desk, coming_desk, clock
):
    clock.move(hours=5)
    page = going_desk.look()
    going_desk.sign(page, silence="1")
    assert 'id="accept"' not in going_desk.look()
    digest = DIGEST.search(coming_desk.look())[1]
    mine = going_desk.send("acceptance", digest=digest)
    assert mine.status_code == 422
    assert "somebody else must accept it" in mine.text
    coming_desk.accept()
    late = going_desk.send("signature", seen=SEEN.search(page)[1], silence="1")
    assert late.status_code == 422
    assert "It stands." in late.text


def test_an_instruction_is_handed_over_until_the_next_shift_takes_note(
    manager, going_desk, coming_desk, clock
):
    token = TOKEN.search(manager.look("/malls/demo/instructions/"))[1]
    fields = {"csrf_token": token, "text": "No deliveries through L1 on Sunday"}
    path = "/malls/demo/instructions/"
    assert manager.client.post(path, data={**fields, "text": ""}).status_code == 422
    assert manager.client.post(path, data=fields).status_code == 302
    clock.move(hours=5)
    going_desk.sign(silence="1")
    page = coming_desk.look()
    assert "No deliveries through L1 on Sunday" in page
    key = re.search(r'name="(instruction:[^".]+)"', page)[1]
    assert coming_desk.accept(**{key: "accepted"}).status_code == 302
    assert "acknowledged by Coming" in manager.look(path)
    late = manager.look("/malls/demo/handovers/late.20261121")
    assert "No deliveries through L1 on Sunday" not in late


def test_it_prints_with_both_signatures(going_desk, clock):
    clock.move(hours=5)
    going_desk.sign(silence="1")
    printed = going_desk.look(f"{PAGE}/print")
    assert "Going" in printed
    assert "Incoming" in printed


def test_what_was_refused_prints_as_refused_with_all_that_was_said(
    going_desk, coming_desk, manager, clock
):
    clock.move(hours=5)
    going_desk.sign(silence="1")
    coming_desk.refuse(reason="the float is short")
    manager.send("decision", verdict="stands", ruling="counted with both")
    printed = going_desk.look(f"{PAGE}/print")
    for text in ("Refused by", "the float is short", "counted with both"):
        assert text in printed


def test_the_page_says_how_far_it_reaches_and_the_list_how_early_it_was_signed(
    going_desk, clock
):
    clock.move(hours=5)  # 15:00, the shift ends at 15:30
    assert "Recorded since 2026-11-21 08:30." in going_desk.look()
    going_desk.sign(silence="1")
    page = going_desk.look()
    assert "Covers work until" in page
    assert "2026-11-21 15:00:00" in page
    listed = going_desk.look("/malls/demo/handovers/")
    assert "30 min before the shift" in listed


@pytest.mark.parametrize(
    ("who", "step", "status"),
    [
        ("auditor", "signature", 403),
        ("officer2", "signature", 403),
        ("officer", "acceptance", 403),
        ("coming", "decision", 403),
        ("officer", "addendum", 403),
        ("cleaner", "signature", 403),
    ],
)
def test_who_may_not_is_told_so(people, signed_in, who, step, status):
    client = signed_in(getattr(people, who))
    token = TOKEN.search(client.get("/me/").text)[1]
    answer = client.post(f"{PAGE}/{step}", data={"csrf_token": token})
    assert answer.status_code == status


def test_people_of_another_mall_find_nothing(make_mall, make_user, signed_in, people):
    stranger = signed_in(make_user(make_mall(code="other"), "manager"))
    for path in ("", f"/{EARLY}", f"/{EARLY}/print"):
        assert stranger.get(f"/malls/demo/handovers{path or '/'}").status_code == 404
    own = stranger.get(f"/malls/other/handovers/{EARLY}")
    assert own.status_code == 404  # there is no such shift


@pytest.mark.parametrize("shift", ["early.20991301", "x", "early.20261121x"])
def test_what_is_no_shift_is_not_found(going_desk, shift):
    going_desk.look(f"/malls/demo/handovers/{shift}", status=404)
