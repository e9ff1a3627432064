"""What became of each entry of a batch (docs/sync.md, statuses)."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.ledger.models import Entry, LogLine, Quarantined, Tombstone
from mallops.people import actions as people
from mallops.people.models import Membership
from mallops.sync import bindings
from tests.support.builders import jpeg, sha256

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture
def officer(make_user, mall):
    return make_user(mall)


@pytest.fixture
def own(phone, officer):
    return phone(officer)


def entries():
    return db.session.scalars(sa.select(Entry).order_by(Entry.ledger_seq)).all()


def only_entry():
    (entry,) = entries()
    return entry


def test_a_sealed_entry_is_stored_as_it_was_sealed(own, officer, clock):
    sealed = own.note("灯不亮 💡 عطل")
    (result,) = own.hand_in(sealed)
    assert result["status"] == "accepted"
    assert result["receipt"]["sha256"] == sealed["sha256"]
    entry = only_entry()
    assert entry.body == sealed["body"]
    assert entry.recorded_by_id == entry.carried_by_id == officer.id
    assert entry.received_at == clock.now
    assert entry.install_id == own.install


def test_the_answer_names_protocol_nonce_epoch_and_time(own, clock):
    answer = own.batch(own.note(), nonce="n-1").json
    assert answer["protocol"] == "mallops-sync/1"
    assert answer["nonce"] == "n-1"
    assert answer["epoch"] == own.epoch
    assert answer["server_time"] == "2026-11-21T02:00:00.000Z"
    assert answer["backed_up_through"] == 0


def test_the_same_entry_again_is_a_duplicate_with_the_first_receipt(own, clock):
    sealed = own.note()
    (first,) = own.hand_in(sealed)
    clock.move(hours=1)
    (second,) = own.hand_in(sealed)
    assert (first["status"], second["status"]) == ("accepted", "duplicate")
    assert first["receipt"] == second["receipt"]
    only_entry()


def test_an_entry_twice_in_one_batch_is_stored_once(own):
    sealed = own.note()
    first, second = own.hand_in(sealed, sealed)
    assert (first["status"], second["status"]) == ("accepted", "retry")
    only_entry()


def test_numbers_have_no_gaps_over_batches_and_failures(own):
    own.hand_in(own.note(), own.note(sha256="0" * 64), own.note())
    own.hand_in(own.note())
    assert [entry.ledger_seq for entry in entries()] == [1, 2, 3]


def test_other_bytes_under_the_same_id_change_nothing(own):
    sealed = own.note("the truth")
    own.hand_in(sealed)
    forged = own.note("a lie", id=sealed["id"])
    (result,) = own.hand_in(forged)
    assert result["status"] == "conflict"
    assert only_entry().body == sealed["body"]
    kept = db.session.scalars(sa.select(Quarantined)).one()
    assert (kept.code, kept.entry_id) == ("conflict", sealed["id"])
    assert "a lie" in kept.raw


def test_a_changed_body_is_rejected_and_quarantined_once(own):
    sealed = own.note("pass")
    sealed["body"] = sealed["body"].replace("pass", "fail")
    for _ in range(2):
        (result,) = own.hand_in(sealed)
        assert result["status"] == "rejected"
        assert result["reason"]["code"] == "wrong_hash"
    assert not entries()
    assert len(db.session.scalars(sa.select(Quarantined)).all()) == 1


def test_nine_good_entries_are_stored_beside_a_bad_one(own):
    sealed = [own.note(str(number)) for number in range(10)]
    del sealed[4]["kind"]
    results = own.hand_in(*sealed)
    assert [r["status"] for r in results].count("accepted") == 9
    assert results[4]["status"] == "rejected"
    assert [r["id"] for r in results] == [s["id"] for s in sealed]
    assert len(entries()) == 9


@pytest.mark.parametrize(
    "rubbish", [[], "text", 7, None, {}, {"id": 5}, {"id": "x" * 500}], ids=repr
)
def test_rubbish_in_the_place_of_an_entry_is_answered(own, rubbish):
    good = own.note()
    first, second = own.hand_in(rubbish, good)
    assert first["status"] == "rejected"
    assert second["status"] == "accepted"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "telepathy"}, "unknown_kind"),
        ({"kind": "held_decision"}, "unknown_kind"),
        ({"v": 99}, "unknown_kind"),
        ({"mall": "atlantis"}, "unknown_mall"),
    ],
)
def test_what_can_never_be_stored_is_rejected_with_its_reason(own, change, code):
    (result,) = own.hand_in(own.note(**change))
    assert (result["status"], result["reason"]["code"]) == ("rejected", code)
    assert result["reason"]["text"]


@pytest.mark.parametrize(
    "body",
    [
        {"text": 5},
        {"text": "x", "place": None, "photos": [], "author": "me"},
        {"place": None},
        [],
    ],
)
def test_a_body_of_another_shape_is_rejected(own, body):
    (result,) = own.hand_in(own.seal(body))
    assert result["reason"]["code"] == "unreadable"


def test_nothing_of_another_mall_can_be_written_or_learned(
    own, make_mall, make_user, phone
):
    elsewhere = make_mall(code="other")
    theirs = phone(make_user(elsewhere))
    sealed = theirs.note("ours")
    theirs.hand_in(sealed)
    (forged,) = own.hand_in(own.note("not yours", mall="other"))
    assert forged["reason"]["code"] == "unknown_mall"
    (unknown,) = own.hand_in(own.note("x", mall="nowhere"))
    assert forged["reason"] == unknown["reason"]
    assert [entry.mall_id for entry in entries()] == [elsewhere.id]


def test_an_entry_id_taken_in_another_mall_is_a_conflict(
    own, make_mall, make_user, phone
):
    theirs = phone(make_user(make_mall(code="other")))
    sealed = theirs.note("ours")
    theirs.hand_in(sealed)
    (result,) = own.hand_in(own.note("mine", id=sealed["id"]))
    assert result["status"] == "conflict"


def test_an_erased_entry_is_gone_for_good(own, mall, clock):
    sealed = own.note()
    db.session.add(
        Tombstone(
            entry_id=UUID(sealed["id"]),
            mall_id=mall.id,
            erased_at=clock.now,
            reason="asked for",
        )
    )
    db.session.commit()
    answer = own.batch(sealed, verify=[sealed["id"]]).json
    assert answer["results"][0]["status"] == "gone"
    assert answer["missing"] == []
    assert not entries()


def test_verify_names_what_this_server_does_not_have(own):
    sealed, lost = own.note(), str(uuid4())
    own.hand_in(sealed)
    assert own.batch(verify=[sealed["id"], lost]).json["missing"] == [lost]


# -- Photos


def test_an_entry_waits_for_its_photos(own):
    data = jpeg()
    body = {"text": "broken", "place": None, "photos": [sha256(data)]}
    sealed = own.seal(body, photos=[sha256(data)])
    (early,) = own.hand_in(sealed)
    assert (early["status"], early["missing"]) == ("retry", [sha256(data)])
    own.put_photo(data)
    (result,) = own.hand_in(sealed)
    assert result["status"] == "accepted"


def test_a_photo_lost_on_the_phone_does_not_hold_its_entry_for_ever(own):
    lost = "a" * 64
    body = {"text": "broken", "place": None, "photos": [lost]}
    (result,) = own.hand_in(own.seal(body, photos=[lost], photos_lost=[lost]))
    assert result["receipt"]["flags"] == ["photo_lost"]


# -- Authors


def test_a_colleague_carries_an_entry_in_for_its_author(
    own, officer, make_user, mall, phone
):
    sealed = own.note("from the basement")
    carrier = make_user(mall)
    (result,) = phone(carrier).hand_in(sealed)
    assert result["receipt"]["flags"] == ["relayed"]
    entry = only_entry()
    assert (entry.recorded_by_id, entry.carried_by_id) == (officer.id, carrier.id)
    assert entry.install_id == own.install


@pytest.mark.parametrize("binding", [None, "", "forged", "eyJ1IjoxfQ.abc"])
def test_an_entry_without_a_valid_binding_is_held(own, binding):
    (result,) = own.hand_in(own.note(binding=binding))
    assert result["status"] == "held"
    entry = only_entry()
    assert (entry.recorded_by_id, entry.held_because) == (None, "unknown_author")


def test_work_of_a_disabled_account_is_held_not_lost(
    own, officer, make_user, mall, phone, clock
):
    sealed = own.note()
    people.disable(officer, clock.now)
    db.session.commit()
    (result,) = phone(make_user(mall)).hand_in(sealed)
    assert result["status"] == "held"
    assert only_entry().held_because == "account_disabled"


def end_membership(user, at):
    db.session.execute(
        sa.update(Membership).filter_by(user_id=user.id).values(ended_at=at)
    )
    db.session.commit()


def test_work_done_before_the_right_ended_is_accepted_with_a_flag(
    own, officer, make_user, mall, phone, clock
):
    sealed = own.note()
    clock.move(hours=1)
    end_membership(officer, clock.now)
    (result,) = phone(make_user(mall)).hand_in(sealed)
    assert result["status"] == "accepted"
    assert set(result["receipt"]["flags"]) == {"relayed", "right_ended"}


def test_work_done_after_the_right_ended_is_held(
    own, officer, make_user, mall, phone, clock
):
    end_membership(officer, clock.now)
    clock.move(hours=1)
    (result,) = phone(make_user(mall)).hand_in(own.note())
    assert result["status"] == "held"
    assert only_entry().held_because == "right_ended"


def test_a_role_that_may_not_record_is_held(make_user, mall, phone):
    (result,) = (theirs := phone(make_user(mall, "auditor"))).hand_in(theirs.note())
    assert result["status"] == "held"


def test_a_binding_signed_by_an_older_key_still_names_its_author(own, officer, app):
    keys = app.config["SETTINGS"].secret_keys
    old = bindings.issue(keys, officer.id, own.install)
    assert bindings.read(("n" * 40, *keys), old).user_id == officer.id
    assert bindings.read(("n" * 40,), old) is None


# -- Clocks


@pytest.mark.parametrize("off", [timedelta(days=3 * 365), -timedelta(minutes=47)])
def test_a_phone_clock_that_is_off_is_corrected_and_flagged(own, clock, off):
    own.clock = type(clock)(clock.now + off)
    sealed = own.note()
    (result,) = own.hand_in(sealed)
    assert "clock_skew" in result["receipt"]["flags"]
    entry = only_entry()
    assert entry.occurred_at == clock.now
    assert entry.recorded_at == clock.now + off


def test_a_time_from_before_the_clock_was_set_becomes_the_arrival(own, clock):
    (result,) = own.hand_in(own.note(recorded_at=LONG_AGO))
    assert "clock_skew" in result["receipt"]["flags"]
    assert only_entry().occurred_at == clock.now


def test_two_minutes_are_let_be(own, clock):
    own.clock = type(clock)(clock.now + timedelta(minutes=2))
    (result,) = own.hand_in(own.note())
    assert result["receipt"]["flags"] == []


def test_an_entry_of_last_night_belongs_to_the_business_day_before(own, clock):
    half_past_midnight = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    own.hand_in(own.note(recorded_at=half_past_midnight))
    assert str(only_entry().business_day) == "2026-11-20"


# -- The request as a whole


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        {"protocol": "other/1"},
        {"protocol": "mallops-sync/1", "nonce": "n", "entries": []},
    ],
)
def test_a_malformed_request_is_refused_whole(own, content):
    response = own.post("/sync/batch", content)
    assert response.status_code == 400
    assert response.json == {"code": "malformed"}


def test_fifty_one_entries_are_too_many(own):
    assert own.batch(*[own.note() for _ in range(51)]).status_code == 400
    assert not entries()


def test_half_a_megabyte_is_the_limit(own):
    content = json.dumps({"pad": "x" * 600_000}).encode()
    assert own.post("/sync/batch", content).status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"X-MallOps": ""},
    ],
)
def test_a_foreign_page_cannot_send(own, headers):
    assert own.post("/sync/batch", {}, **headers).status_code == 403


def test_without_fetch_metadata_the_origin_must_be_ours(own):
    def send(**headers):
        given = {"X-MallOps": "1", "Content-Type": "application/json", **headers}
        return own.client.post("/sync/batch", data=b"{}", headers=given).status_code

    assert send() == 403
    assert send(Origin="https://evil.example") == 403
    assert send(Origin="http://localhost") == 400


def test_a_form_cannot_be_a_batch(own):
    response = own.post("/sync/batch", b"{}", **{"Content-Type": "text/plain"})
    assert response.status_code == 415


@pytest.mark.parametrize("path", ["/sync/session", "/sync/batch", "/floor/pack"])
def test_signed_out_is_said_in_json_and_never_redirects(client, mall, path):
    method = client.post if path == "/sync/batch" else client.get
    headers = {"Sec-Fetch-Site": "same-origin", "X-MallOps": "1"}
    response = method(path, headers=headers)
    assert response.status_code == 401
    assert response.json == {"code": "signed_out"}


def test_a_held_entry_is_shown_in_the_log_as_held(own):
    own.hand_in(own.note(binding=None))
    assert db.session.scalars(sa.select(LogLine)).one().state == "held"
