"""An entry's own page, its photos, the phones; nothing of another mall."""

import io
import re

import pytest
from PIL import Image

from mallops.daylog import words
from mallops.db import db
from mallops.people.models import Install
from mallops.people.rights import RIGHTS
from tests.daylog.conftest import LOG
from tests.support import builders


def page_of(client, entry, mall="demo"):
    return client.get(f"/malls/{mall}/entries/{entry['id']}")


def test_an_inspection_shows_every_answer_as_filled(officers_phone, manager, photo):
    answers = {
        "O01": {"value": "pass"},
        "O08": {
            "value": "fail", "note": "pallet in front of exit 3", "photos": [photo],
            "fixed_on_spot": True,
        },
        "O17": {"value": 23.5},
    }  # fmt: skip
    walked = officers_phone.inspection(answers, photos=[photo])
    officers_phone.hand_in(walked)
    page = page_of(manager, walked).text
    for text in (
        "Opening inspection", "pallet in front of exit 3", "fixed on the spot",
        "Severity S1", "23.5 °C", "Not in order", "Not answered", photo,
    ):  # fmt: skip
        assert text in page, text


def test_what_failed_leads_to_its_finding(
    officers_phone, manager, signed_in, people, count_queries
):
    first = officers_phone.inspection({"O08": {"value": "fail", "note": "pallet"}})
    again = officers_phone.inspection(
        {
            "O06": {"value": "fail", "note": "folded"},
            "O08": {"value": "fail", "still_open": f"{first['id']}.O08"},
        }
    )
    officers_phone.hand_in(first, again)
    links = FINDING.findall(page_of(manager, again).text)
    assert links == [f"{again['id']}.O06", f"{first['id']}.O08"]
    counts = []
    for entry in (first, again):  # one question, however much failed
        with count_queries() as statements:
            page_of(manager, entry)
        counts.append(len(statements))
    assert counts[0] == counts[1]


FINDING = re.compile(r'href="/malls/demo/findings/([^"/?]+)"')


def test_an_inspection_of_an_unknown_version_still_shows_its_answers(
    officers_phone, manager
):
    walked = officers_phone.inspection(
        {"O08": {"value": "fail", "note": "pallet"}}, body={"version": 99}
    )
    officers_phone.hand_in(walked)
    page = page_of(manager, walked).text
    assert "O08" in page
    assert "pallet" in page
    assert "never published here" in page
    assert "nothing failed" not in page
    assert "1 answered, not judged" in page


def test_an_aborted_round_says_why(officers_phone, manager):
    walked = officers_phone.inspection(body={"aborted": "Fire alarm"})
    officers_phone.hand_in(walked)
    assert "Fire alarm" in page_of(manager, walked).text


def test_the_page_tells_times_receipt_and_chain(
    people, officers_phone, phone, manager, clock
):
    note = officers_phone.note("Two <b>bold</b> lines")
    clock.move(seconds=95)
    phone(people.officer2).hand_in(note)
    page = page_of(manager, note).text
    for text in (
        "2026-11-21 10:00:00", "2026-11-21 10:01:35", note["sha256"], "Officer2",
        str(officers_phone.install), "number 1", "Ledger number", "Carried in",
        "Two &lt;b&gt;bold&lt;/b&gt; lines", words.flag_meaning("relayed"),
    ):  # fmt: skip
        assert text in page, text


def test_a_lost_photo_is_named_as_lost(officers_phone, manager):
    lost = builders.sha256(b"gone")
    note = officers_phone.seal(
        {"text": "x", "place": None, "photos": [lost]},
        photos=[lost],
        photos_lost=[lost],
    )
    (result,) = officers_phone.hand_in(note)
    assert result["status"] == "accepted", result
    assert "Photo lost" in page_of(manager, note).text
    assert "Photo lost" in manager.get(LOG).text


def test_a_photo_is_only_ever_a_picture(manager, photo):
    for part in ("", "/thumb"):
        answer = manager.get(f"/malls/demo/photos/{photo}{part}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Disposition"].startswith("inline; filename=")
        Image.open(io.BytesIO(answer.data)).load()


@pytest.mark.parametrize(
    "name", ["0" * 64, "short", "..%2f..%2fsecret", "%00", "x" * 500]
)
def test_a_photo_that_is_not_there_is_not_found(manager, name):
    assert manager.get(f"/malls/demo/photos/{name}").status_code == 404
    assert manager.get(f"/malls/demo/photos/{name}/thumb").status_code == 404


def test_nothing_of_another_mall_is_found(
    make_mall, make_user, signed_in, officers_phone, manager, photo, hold
):
    other = make_mall(code="other")
    stranger = signed_in(make_user(other, "manager"))
    note = officers_phone.note("ours")
    officers_phone.hand_in(note)
    held = hold()
    for mall in ("demo", "other"):
        assert page_of(stranger, note, mall).status_code == 404
        assert stranger.get(f"/malls/{mall}/photos/{photo}").status_code == 404
        assert stranger.get(f"/malls/{mall}/photos/{photo}/thumb").status_code == 404
    for address in (LOG, f"{LOG}/entries", f"{LOG}.csv", f"{LOG}.xlsx",
                    "/malls/demo/held/", "/malls/demo/phones/"):  # fmt: skip
        assert stranger.get(address).status_code == 404
    assert "ours" not in stranger.get(LOG.replace("demo", "other")).text
    assert held not in stranger.get("/malls/other/held/").text


def test_teams_do_not_read_the_log(people, signed_in, officers_phone):
    note = officers_phone.note()
    officers_phone.hand_in(note)
    cleaner = signed_in(people.cleaner)
    assert cleaner.get(LOG).status_code == 403
    assert page_of(cleaner, note).status_code == 403


CHIP = "state--wrong"  # what draws "Problem"


def test_a_doubt_is_told_by_its_name_and_not_as_a_problem(
    officers_phone, manager, clock
):
    """Nothing failed: it stands among the problems, because somebody should look."""
    now = clock.now.isoformat()
    walked = officers_phone.inspection(
        {"O02": {"value": "pass"}}, body={"started_at": now, "finished_at": now}
    )
    officers_phone.hand_in(walked)
    day = manager.get(f"{LOG}?problems=1").text
    assert walked["id"] in day
    for page in (day, page_of(manager, walked).text):
        assert "Very fast" in page
        assert CHIP not in page


def test_what_failed_is_a_problem_besides_its_doubts(officers_phone, manager, clock):
    now = clock.now.isoformat()
    walked = officers_phone.inspection(
        {"O02": {"value": "fail", "note": "none"}},
        body={"started_at": now, "finished_at": now},
    )
    officers_phone.hand_in(walked)
    for page in (manager.get(LOG).text, page_of(manager, walked).text):
        assert "Very fast" in page
        assert CHIP in page


def test_phones_are_listed_with_their_missing_numbers(
    people, officers_phone, phone, manager
):
    notes = [officers_phone.note(str(n)) for n in range(6)]
    officers_phone.hand_in(notes[0], notes[4], notes[5])
    phone(people.officer2)
    page = manager.get("/malls/demo/phones/").text
    assert "2–4" in page
    assert page.count("Officer2") == 1


def test_phones_are_listed_by_browser_and_system(officers_phone, manager):
    agent = (
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like "
        "Gecko) Chrome/149.0.0.0 Mobile Safari/537.36"
    )
    db.session.query(Install).update({"user_agent": agent})
    db.session.commit()
    page = manager.get("/malls/demo/phones/").text
    assert "Chrome on Android" in page
    assert "AppleWebKit" not in page


def test_phones_are_listed_with_what_waits_on_them(officers_phone, manager):
    officers_phone.hand_in(officers_phone.note("arrived"))
    said = "seq=4&waiting=2&oldest_s=1800"
    officers_phone.get(f"/sync/session?install={officers_phone.install}&{said}")
    page = manager.get("/malls/demo/phones/").text
    assert "2–4" in page
    assert re.search(r"2 waiting on the phone since [^<]*09:30", page)


def test_signed_out_readers_come_back_to_the_day(client, mall):
    answer = client.get(f"{LOG}?q=a")
    assert answer.status_code == 302
    assert "next=" in answer.location


def test_each_address_of_the_log_is_in_the_table_of_rights(app):
    endpoints = {e for e in app.view_functions if e.startswith("daylog.")}
    assert endpoints <= set(RIGHTS)


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_every_page_opens_in_every_language(manager, officers_phone, hold, language):
    manager.set_cookie("mallops_language", language)
    note = officers_phone.note()
    officers_phone.hand_in(note)
    hold()
    for address in (LOG, "/malls/demo/held/", "/malls/demo/phones/",
                    f"/malls/demo/entries/{note['id']}", "/nowhere"):  # fmt: skip
        assert f'lang="{language}"' in manager.get(address).text
