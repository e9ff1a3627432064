"""Countersignatures: asked for by the checklist, given by the other party, shown."""

from collections import namedtuple
from uuid import UUID

import pytest
import sqlalchemy as sa

from mallops.checklists.library import FOLDER, read_file
from mallops.db import db
from mallops.ledger.models import Entry
from mallops.ledger.rebuild import rebuild
from mallops.signatures.models import Countersignature
from tests.daylog.conftest import TOKEN
from tests.support import builders

LIST = "/malls/demo/countersign/"
LOG = "/malls/demo/log/2026-11-21"
OF_DAY = f"{LOG}/uncountersigned"

People = namedtuple("People", "officer supervisor manager guard cleaner auditor")


@pytest.fixture
def people(mall, make_user):
    return People(
        make_user(mall, "officer", username="officer"),
        make_user(mall, "supervisor", username="supervisor"),
        make_user(mall, "manager", username="manager"),
        make_user(mall, "team", username="guard", team="security"),
        make_user(mall, "team", username="cleaner", team="cleaning"),
        make_user(mall, "auditor", username="auditor"),
    )


@pytest.fixture
def walk(people, phone):
    """Walk a round and hand it in; the entry's id."""

    def walk(checklist="fire_patrol", by="officer", **given):
        own = phone(getattr(people, by))
        entry = own.inspection(body={"checklist": checklist}, **given)
        (result,) = own.hand_in(entry)
        assert result["status"] == "accepted", result
        return entry["id"]

    return walk


@pytest.fixture
def send(people, phone):
    """Countersign on a phone; the result."""

    def send(entry_id, by="supervisor", **body):
        own = phone(getattr(people, by))
        said = {"entry": entry_id, **body}
        (result,) = own.hand_in(own.seal(said, kind="countersignature"))
        return result

    return send


def sign(client, entry_id, note=""):
    token = TOKEN.search(client.get("/me/").text)[1]
    form = {"csrf_token": token, "note": note}
    return client.post(f"{LIST}{entry_id}", data=form)


def held_because(result):
    return db.session.get_one(Entry, UUID(result["id"])).held_because


def signatures():
    db.session.rollback()
    return db.session.scalars(sa.select(Countersignature)).all()


def test_the_library_says_who_countersigns():
    by = {
        path.stem: read_file(path).countersigned_by
        for path in FOLDER.glob("*.toml")
        if read_file(path).countersigned_by
    }
    assert by == {
        "fire_patrol": ["supervisor"],
        "closing": ["supervisor", "security"],
    }


def test_a_supervisor_looks_at_a_patrol_and_signs_it(people, walk, signed_in, clock):
    entry_id = walk()
    clock.move(minutes=30)
    browser = signed_in(people.supervisor)
    listed = browser.get(LIST).text
    assert entry_id in listed
    assert "waits for a supervisor or manager, 30 minutes so far" in listed
    shown = browser.get(f"{LIST}{entry_id}").text
    assert "Exits and escape routes free, not locked" in shown
    assert "Countersign" in shown
    assert sign(browser, entry_id, "walked with him").location == LIST
    (row,) = signatures()
    assert (str(row.inspection_id), row.by_id) == (entry_id, people.supervisor.id)
    assert (row.party, row.note) == ("supervisor", "walked with him")
    assert "Nothing waits for your countersignature." in browser.get(LIST).text


def test_the_entry_shows_both_signatures_with_their_times(
    people, walk, signed_in, clock
):
    entry_id = walk()
    clock.move(minutes=30)
    browser = signed_in(people.supervisor)
    entry_page = f"/malls/demo/entries/{entry_id}"
    before = browser.get(entry_page).text
    assert "It still wants the countersignature of a supervisor or manager." in before
    assert f'action="{LIST}{entry_id}"' in before
    sign(browser, entry_id, "walked with him")
    page = browser.get(entry_page).text
    said = page[page.index('id="signatures-title"') : page.index('id="proof-title"')]
    for words in ("Officer", "10:00", "Supervisor", "10:30", "walked with him"):
        assert words in said
    assert "still wants" not in page
    assert f'action="{LIST}' not in page
    row = signatures()[0]
    own_page = browser.get(f"/malls/demo/entries/{row.entry_id}").text
    assert f"/entries/{entry_id}" in own_page


def test_the_day_says_which_inspections_want_one(people, walk, signed_in, clock):
    entry_id = walk()
    walk("hygiene")
    auditor = signed_in(people.auditor)
    page = auditor.get(LOG).text
    assert "1 inspection wants a countersignature" in page
    assert f'hx-get="{OF_DAY}" hx-trigger="toggle once"' in page
    fragment = auditor.get(OF_DAY).text
    assert fragment.count("handovers__one") == 1
    assert entry_id in fragment
    assert "older than 24 hours" not in fragment
    assert "<html" not in fragment
    clock.move(hours=25)
    auditor = signed_in(people.auditor)
    assert "older than 24 hours" in auditor.get(OF_DAY).text
    assert "older than 24 hours" in signed_in(people.manager).get(LIST).text
    sign(signed_in(people.manager), entry_id)
    assert "wants a countersignature" not in auditor.get(LOG).text
    assert "handovers__one" not in auditor.get(OF_DAY).text


def test_without_javascript_a_link_opens_the_list(people, walk, signed_in):
    entry_id = walk()
    auditor = signed_in(people.auditor)
    link = f"{LOG}?rounds=uncountersigned"
    assert f'href="{link}#uncountersigned"' in auditor.get(LOG).text
    opened = auditor.get(link).text
    assert f"/entries/{entry_id}#countersign" in opened
    assert 'id="uncountersigned" open>' in opened
    assert "toggle once" not in opened
    assert auditor.get("/malls/demo/log/9999-12-31/uncountersigned").status_code == 404


def test_a_clear_out_is_signed_by_the_other_side(people, walk, signed_in):
    ours, theirs = walk("closing"), walk("closing", by="guard")
    guard, supervisor = signed_in(people.guard), signed_in(people.supervisor)
    assert ours in guard.get(LIST).text
    assert theirs not in guard.get(LIST).text
    assert theirs in supervisor.get(LIST).text
    assert ours not in supervisor.get(LIST).text
    assert sign(supervisor, ours).status_code == 404
    assert sign(guard, ours).status_code == 302
    assert sign(supervisor, theirs).status_code == 302
    assert {row.party for row in signatures()} == {"supervisor", "security"}


def test_a_team_sees_only_what_it_is_asked_to_sign(people, phone, walk, signed_in):
    own, data = phone(people.officer), builders.jpeg()
    own.put_photo(data)
    picture = builders.sha256(data)
    failed = {"C04": {"value": "fail", "note": "one left", "photos": [picture]}}
    entry = own.inspection(failed, body={"checklist": "closing"}, photos=[picture])
    own.hand_in(entry)
    guard, cleaner = signed_in(people.guard), signed_in(people.cleaner)
    address = f"{LIST}{entry['id']}/photos/{picture}"
    assert address in guard.get(f"{LIST}{entry['id']}").text
    assert guard.get(address).mimetype == "image/jpeg"
    assert guard.get(f"{LIST}{entry['id']}/photos/{'0' * 64}").status_code == 404
    assert cleaner.get(address).status_code == 404
    assert cleaner.get(f"{LIST}{entry['id']}").status_code == 404
    assert guard.get(f"{LIST}{walk()}").status_code == 404
    assert entry["id"] not in cleaner.get(LIST).text


def test_nobody_signs_their_own_round_or_twice(people, walk, signed_in):
    own = walk(by="supervisor")
    browser = signed_in(people.supervisor)
    assert own not in browser.get(LIST).text
    assert sign(browser, own).status_code == 404
    manager = signed_in(people.manager)
    assert sign(manager, own).status_code == 302
    again = sign(manager, own, "once more")
    assert again.status_code == 422
    assert "It waits for no countersignature (any more)." in again.text
    assert "once more" in again.text
    assert len(signatures()) == 1


def test_a_note_too_long_comes_back(people, walk, signed_in):
    entry_id = walk()
    answer = sign(signed_in(people.supervisor), entry_id, "x" * 1001)
    assert answer.status_code == 422
    assert "Keep the note within 1000 characters." in answer.text
    assert "x" * 1001 in answer.text
    assert not signatures()


@pytest.mark.parametrize(
    ("by", "walked_by", "why"),
    [
        ("supervisor", "officer", None),
        ("supervisor", "supervisor", "second_person"),
        ("guard", "officer", "other_party"),
        ("officer", "supervisor", "role_lacks_right"),
    ],
)
def test_a_phone_countersigns_by_the_same_rules(walk, send, by, walked_by, why):
    result = send(walk(by=walked_by), by=by)
    assert result["status"] == ("held" if why else "accepted")
    assert held_because(result) == why
    assert len(signatures()) == (0 if why else 1)


def test_an_inspection_nobody_knows_is_held(people, phone, send, walk):
    own = phone(people.officer)
    note = own.note("not an inspection")
    own.hand_in(note)
    for stranger in (note["id"], "00000000-0000-4000-8000-000000000000"):
        assert held_because(send(stranger)) == "unknown_inspection"
    assert send(walk(), note="x" * 1001)["status"] == "rejected"


def test_both_may_come_in_one_batch(people, phone):
    own = phone(people.officer)
    walked = own.inspection(body={"checklist": "fire_patrol"})
    colleague = phone(people.supervisor)
    signed = colleague.seal({"entry": walked["id"]}, kind="countersignature")
    assert [r["status"] for r in own.hand_in(walked, signed)] == ["accepted"] * 2
    assert len(signatures()) == 1


def test_an_aborted_round_wants_no_second_signature(people, phone, signed_in):
    own = phone(people.officer)
    own.hand_in(own.inspection(body={"checklist": "fire_patrol", "aborted": "alarm"}))
    page = signed_in(people.supervisor).get(LIST).text
    assert "Nothing waits for your countersignature." in page


def test_a_rebuild_comes_to_the_same_signatures(walk, send):
    send(walk(), note="seen")
    send(walk("closing"), by="guard")
    send(walk("closing"))  # held
    before = {(r.entry_id, r.inspection_id, r.party, r.note) for r in signatures()}
    rebuild()
    db.session.commit()
    after = {(r.entry_id, r.inspection_id, r.party, r.note) for r in signatures()}
    assert after == before
    assert len(before) == 2


def test_a_phone_is_told_how_many_wait_for_its_person(walk, people, signed_in, send):
    walk()
    entry_id = walk()

    def told(who):
        pack = signed_in(getattr(people, who)).get("/floor/pack").json
        return pack["to_countersign"]

    waiting = {"supervisor": 2, "guard": 0, "officer": None, "cleaner": None}
    assert {who: told(who) for who in waiting} == waiting
    send(entry_id)
    assert told("supervisor") == 1


def test_a_contractor_is_led_to_no_finding_but_its_own(
    mall, make_user, phone, signed_in
):
    builders.make_team(mall, "security", contractor=True)
    guard = make_user(mall, "team", username="guard", team="security")
    own = phone(make_user(mall, "officer", username="officer"))
    failed = dict.fromkeys(("C13", "C14"), {"value": "fail", "note": "seen"})
    own.hand_in(walked := own.inspection(failed, body={"checklist": "closing"}))
    page = signed_in(guard).get(f"{LIST}{walked['id']}").text
    assert f"/findings/{walked['id']}.C13" in page  # security's
    assert f"/findings/{walked['id']}.C14" not in page  # engineering's
