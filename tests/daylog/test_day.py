"""The page of a day: order, paging, filters, search, counts, what it costs."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from mallops.daylog import queries
from mallops.db import db
from mallops.ledger import actions as ledger
from mallops.ledger.models import Entry
from tests.daylog.conftest import LOG, shown_in
from tests.support.builders import make_plan

NEXT = 'id="daylog-next"'


def pages_of(client, address):
    """The ids of each page, following the link to the next one."""
    pages = []
    while address:
        response = client.get(address)
        pages.append(shown_in(response))
        address = _link_to_next(response.text)
    return pages


def _link_to_next(text):
    if NEXT not in text:
        return None
    link = text.split(NEXT)[1].split('href="')[1].split('"')[0]
    return link.replace("&amp;", "&").partition("#")[0]


@pytest.mark.parametrize("order", ["oldest", "newest"])
def test_paging_neither_skips_nor_repeats_among_equal_times(
    officers_phone, manager, clock, order
):
    moments = [clock.now - timedelta(minutes=n // 40) for n in range(120)]
    notes = [
        officers_phone.note(f"note {n}", recorded_at=moments[n]) for n in range(120)
    ]
    for start in range(0, 120, 40):
        officers_phone.hand_in(*notes[start : start + 40])
    pages = pages_of(manager, f"{LOG}?order={order}")
    assert [len(page) for page in pages] == [50, 50, 20]
    told = sum(pages, [])
    times = {note["id"]: note["recorded_at"] for note in notes}
    assert set(told) == set(times)
    in_order = [times[id_] for id_ in told]
    assert in_order == sorted(in_order, reverse=order == "newest")


def test_today_shows_the_newest_first_and_says_so(
    officers_phone, manager, signed_in, people, clock
):
    first = officers_phone.note("first", recorded_at=clock.now - timedelta(minutes=5))
    second = officers_phone.note("second")
    officers_phone.hand_in(first, second)
    page = manager.get(LOG)
    assert shown_in(page) == [second["id"], first["id"]]
    assert "Newest first" in page.text
    clock.move(hours=20)
    page = signed_in(people.manager).get(LOG)
    assert shown_in(page) == [first["id"], second["id"]]
    assert "Oldest first" in page.text


def test_an_entry_after_midnight_belongs_to_the_evening_before(
    people, phone, signed_in, clock
):
    clock.move(hours=14, minutes=30)  # 00:30 in Shanghai
    officers_phone, manager = phone(people.officer), signed_in(people.manager)
    note = officers_phone.note("Locked up")
    officers_phone.hand_in(note)
    assert shown_in(manager.get(LOG)) == [note["id"]]
    assert shown_in(manager.get("/malls/demo/log/2026-11-22")) == []


def test_filters_narrow_the_day(officers_phone, phone, people, manager):
    inside = officers_phone.seal({"text": "a", "place": "L1-A", "photos": []})
    at_unit = officers_phone.seal({"text": "b", "place": "L1-002", "photos": []})
    nowhere = officers_phone.note("c")
    held = officers_phone.seal({"text": "d", "place": "XX", "photos": []})
    round_ = officers_phone.inspection({"O08": {"value": "fail", "note": "pallet"}})
    officers_phone.hand_in(inside, at_unit, nowhere, held, round_)
    other = phone(people.officer2)
    by_other = other.note("e")
    other.hand_in(by_other)

    def ids(query):
        return set(shown_in(manager.get(f"{LOG}?{query}")))

    assert ids("kind=inspection") == {round_["id"]}
    assert ids("zone=L1-A") == {inside["id"], at_unit["id"], round_["id"]}
    assert ids("unit=l1-002") == {at_unit["id"]}
    assert ids(f"person={people.officer2.id}") == {by_other["id"]}
    assert ids("held=1") == {held["id"]}
    assert ids("problems=1") == {held["id"], round_["id"]}
    assert ids("q=PALLET") == {round_["id"]}
    assert ids("zone=L1-A&kind=note&unit=L1-002") == {at_unit["id"]}


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("battery at 100 % now", "100 %", True),
        ("battery at 100 now", "%", False),
        ("gate_3 open", "e_3", True),
        ("gate-3 open", "e_3", False),
        ("back\\slash", "k\\s", True),
        ("fire 😀 drill", "😀", True),
        ("مرحبا بالعالم", "بالعالم", True),
        ("Straße GESPERRT", "straße gesperrt", True),
        ("防火门关闭", "火门", True),
        ("it's \"quoted\"", "\"quoted\"", True),
        ("wet floor in zone A", "floor zone", True),
        ("wet floor in zone A", "floor gone", False),
    ],
)  # fmt: skip
def test_search_takes_every_character_as_it_is(
    officers_phone, manager, text, query, found
):
    note = officers_phone.note(text)
    officers_phone.hand_in(note)
    page = manager.get(LOG, query_string={"q": query})
    assert shown_in(page) == ([note["id"]] if found else [])


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("unit=X9", "There is no unit with this number here."),
        ("zone=L9-Z", "There is no such zone here."),
        ("kind=poem", "There is no such kind of entry."),
        ("person=zz", "There is no such person here."),
        ("person=99999999", "There is no such person here."),
        ("after=rubbish", "This page of the list is not there."),
        ("q=" + "x" * 300, "Search for at most 100 characters."),
    ],
)
def test_a_filter_that_names_nothing_is_told(officers_phone, manager, query, message):
    officers_phone.hand_in(officers_phone.note("hidden until the filter is right"))
    page = manager.get(f"{LOG}?{query}")
    assert page.status_code == 400
    assert message in page.text
    assert "hidden until" not in page.text
    for part in (".csv", ".xlsx", "/entries"):
        assert manager.get(f"{LOG}{part}?{query}").status_code == 400


def test_the_day_is_counted(officers_phone, manager, mall, hold):
    make_plan(mall)
    officers_phone.hand_in(officers_phone.note("fine"))
    hold()
    page = manager.get(LOG).text
    assert page.count("<strong>2</strong> in all") == 1
    assert "held=1" in page
    assert "problems=1" in page


LIST = f"{LOG}/rounds/unknown"


@pytest.fixture
def unknown(mall, people, phone, clock):
    """A round that closed at 10:00; the phone is silent since 08:00."""
    make_plan(mall)
    clock.move(hours=-2)
    phone(people.officer)
    clock.move(hours=4)


def test_a_closed_list_of_rounds_is_fetched_when_it_is_opened(unknown, manager):
    page = manager.get(LOG).text
    assert "1 round</summary>" in page
    assert "Opening inspection" not in page
    assert f'hx-get="{LIST}" hx-trigger="toggle once"' in page
    fragment = manager.get(LIST).text
    assert fragment.count("rounds__one") == 1
    assert "Opening inspection" in fragment
    assert "Officer's phone, silent since 08:00" in fragment
    assert "<html" not in fragment


def test_without_javascript_a_link_opens_the_list(unknown, manager):
    page = manager.get(LOG).text
    link = f"{LOG}?rounds=unknown"
    assert f'href="{link}#rounds-unknown"' in page
    opened = manager.get(link).text
    assert 'id="rounds-unknown" class="rounds__group" open>' in opened
    assert manager.get(LIST).text.strip() in opened
    assert "toggle once" not in opened


def test_a_list_holds_the_rounds_that_stand_so_and_no_others(unknown, manager):
    for state in ("missed", "late", "due", "done"):
        answer = manager.get(f"{LOG}/rounds/{state}")
        assert answer.status_code == 200
        assert "rounds__one" not in answer.text


@pytest.mark.parametrize(
    "path", [f"{LOG}/rounds/lost", "/malls/demo/log/9999-12-31/rounds/missed"]
)
def test_a_list_that_cannot_be_is_not_found(manager, path):
    assert manager.get(path).status_code == 404


def test_the_fragment_is_sent_again_only_when_it_changed(officers_phone, manager):
    address = f"{LOG}/entries"
    page = manager.get(LOG).text
    have = page.split("have=")[1].split("&")[0].split('"')[0]
    assert manager.get(f"{address}?have={have}").status_code == 204
    note = officers_phone.note("new")
    officers_phone.hand_in(note)
    fragment = manager.get(f"{address}?have={have}")
    assert shown_in(fragment) == [note["id"]]
    assert "<html" not in fragment.text
    assert 'hx-swap-oob="true"' in fragment.text


def test_only_the_day_that_runs_refreshes_itself(manager):
    assert 'hx-trigger="every 30s"' in manager.get(LOG).text
    assert "hx-trigger" not in manager.get("/malls/demo/log/2026-11-20").text


def test_picking_a_day_keeps_the_filters_and_obeys_nothing_else(manager, mall):
    answer = manager.get(
        "/malls/demo/log/?day=2026-11-20&kind=note&_scheme=javascript&_external=1"
    )
    assert answer.location == "/malls/demo/log/2026-11-20?kind=note"
    assert manager.get("/malls/demo/log/?day=2026-02-31").location == LOG


@pytest.mark.parametrize(
    "day", ["0001-01-01", "9999-12-31", "2026-13-01", "1999-12-31"]
)
def test_a_day_that_cannot_be_is_not_found(manager, day):
    assert manager.get(f"/malls/demo/log/{day}").status_code == 404


def test_the_calendar_marks_days_with_entries(officers_phone, manager):
    officers_phone.hand_in(officers_phone.note())
    page = manager.get("/malls/demo/log/2026-11-02").text
    assert page.count("calendar__day--marked") == 1
    marked = page.split("calendar__day--marked")[1]
    assert 'href="/malls/demo/log/2026-11-21"' in marked[:120]


@pytest.mark.parametrize("address", [LOG, f"{LOG}/entries", f"{LOG}?rounds=unknown"])
def test_the_page_asks_the_database_the_same_number_of_times(
    officers_phone, phone, people, manager, mall, photo, clock, address
):
    def ask():
        with counting() as asked:
            assert manager.get(address).status_code == 200
        return len(asked)

    def hand_in(number):
        officers_phone.hand_in(
            *(
                officers_phone.seal(
                    {"text": "x", "place": "L1-001", "photos": [photo]}, photos=[photo]
                )
                for _ in range(number)
            )
        )

    make_plan(mall)
    hand_in(2)
    clock.move(hours=2)
    few = ask()
    phone(people.officer2)
    make_plan(mall, code="more", places=["L1-A", "L1-B", "L1-001"],
              starts=["09:00", "09:15", "09:30"])  # fmt: skip
    hand_in(45)
    assert ask() == few <= 22


class counting:  # reads as the verb it is
    """The statements that are sent while it is open."""

    def __enter__(self):
        self.asked = []
        sa.event.listen(db.engine, "before_cursor_execute", self._note)
        return self.asked

    def __exit__(self, *_):
        sa.event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, connection, cursor, statement, *_):
        if statement.startswith("SELECT"):
            self.asked.append(statement)


def test_bodies_are_not_read_for_the_list(officers_phone, manager):
    officers_phone.hand_in(officers_phone.note())
    with counting() as asked:
        manager.get(LOG)
    assert not [
        one for one in asked if "entries.body" in one or "log_lines.search" in one
    ]


def test_void_entries_are_no_problems(mall, hold):
    entry = db.session.get_one(Entry, UUID(hold()))
    assert queries.counts(mall, entry.business_day) == queries.Counts(1, 1, 1)
    ledger.settle(mall, ledger.received_again(entry), accept=False)
    assert queries.counts(mall, entry.business_day) == queries.Counts(1, 0, 0)
