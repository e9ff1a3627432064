"""A person's inbox: their own items, how many are new, and taking note of them."""

import re

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.inbox.models import InboxItem
from mallops.inbox.queries import Line
from mallops.inbox.words import about_words, path_of
from mallops.people.models import Organisation
from tests.inbox.conftest import inbox_of, make_items
from tests.support.builders import make_team

INBOX = "/malls/demo/inbox/"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SHOWN = re.compile(r'id="item-(\d+)"')
COUNT = re.compile(r'desk__count"><span aria-hidden="true">([^<]+)<')


def shown(client, path=INBOX):
    response = client.get(path)
    assert response.status_code == 200
    return [int(number) for number in SHOWN.findall(response.text)]


def count_in(page):
    found = COUNT.search(page)
    return found[1] if found else None


def post(client, path, headers=(), **fields):
    fields["csrf_token"] = TOKEN.search(client.get("/me/").text)[1]
    return client.post(path, data=fields, headers=dict(headers))


def items():
    db.session.rollback()
    return db.session.scalars(sa.select(InboxItem).order_by(InboxItem.id)).all()


@pytest.fixture
def supervisor(people, signed_in):
    return signed_in(people.supervisor)


def test_the_inbox_says_what_is_wrong_where_and_until_when(supervisor, found, escalate):
    found("S1", "Fire exit 3 blocked", unit="L1-002")
    escalate()
    page = supervisor.get(INBOX).text
    for text in ("Newly found", "Fire exit 3 blocked", "L1-002", "2026-11-21 12:00"):
        assert text in page


def test_what_is_told_last_stands_first(supervisor, people, mall, clock):
    for about in ("opened", "fix_50", "fix_80"):
        make_items(people.supervisor, mall, clock.now, about)
        clock.move(minutes=1)
    assert shown(supervisor) == [3, 2, 1]


def test_an_item_leads_to_its_finding(app, supervisor, found, escalate):
    finding = found("S1")
    escalate()
    page = supervisor.get(INBOX).text
    assert f'href="/malls/demo/findings/{finding}"' in page
    assert supervisor.get(f"/malls/demo/findings/{finding}").status_code == 200
    failed = f"{finding}.O08"
    item = InboxItem(subject_kind="finding", subject_id=failed, about="opened")
    with app.test_request_context():
        rule = next(app.url_map.iter_rules("findings.show"))
        _, built = rule.build({"mall": "demo", "finding_id": failed})
    assert path_of("demo", Line(item, None)) == built


def test_the_weekly_list_leads_to_the_list(people, found, escalate, clock):
    found("S4")
    clock.move(days=2)
    escalate()
    (item,) = [one for one in items() if one.about == "weekly_S4_2026-W48"]
    assert path_of("demo", Line(item, None)) == "/malls/demo/findings/?severity=S4"


def test_a_long_inbox_comes_in_pages(supervisor, people, mall, clock):
    for number in range(120):
        finding = f"{number:036}"
        make_items(people.supervisor, mall, clock.now, "opened", subject_id=finding)
        clock.move(seconds=number % 2)  # some at the same moment
    seen, path = [], INBOX
    while path:
        seen += shown(supervisor, path)
        older = re.search(r'href="([^"]+before=\d+)"', supervisor.get(path).text)
        path = older and older[1]
    assert seen == sorted(range(1, 121), reverse=True)


def test_a_page_from_before_somebody_elses_item_is_not_there(
    supervisor, people, mall, clock
):
    make_items(people.manager, mall, clock.now, "opened")
    for rubbish in ("1", "999", "-1", "x", "", "1e3", "²", "9" * 30):
        assert supervisor.get(f"{INBOX}?before={rubbish}").status_code == 404


# -- How many are new


def test_the_header_of_every_page_counts_what_is_new(supervisor, people, mall, clock):
    assert count_in(supervisor.get("/malls/demo/log/2026-11-21").text) is None
    make_items(people.supervisor, mall, clock.now, "opened", "fix_50")
    make_items(people.manager, mall, clock.now, "opened")
    make_items(people.supervisor, mall, clock.now, "fix_80", told_at=None)
    for path in ("/malls/demo/log/2026-11-21", INBOX, "/me/"):
        assert count_in(supervisor.get(path).text) == "2"


def test_more_than_ninety_nine_are_not_counted_out(supervisor, people, mall, clock):
    for number in range(120):
        make_items(
            people.supervisor, mall, clock.now, "opened", subject_id=f"{number:036}"
        )
    assert count_in(supervisor.get(INBOX).text) == "99+"


def test_who_has_no_inbox_sees_no_link_to_one(mall, make_user, signed_in):
    for role in ("auditor", "admin"):
        client = signed_in(make_user(mall, role))
        assert "/inbox/" not in client.get("/me/").text
        assert client.get(INBOX).status_code == 403


# -- Taking note


def test_one_tap_takes_note_without_any_script(supervisor, people, mall, clock):
    make_items(people.supervisor, mall, clock.now, "opened", "fix_50")
    clock.move(minutes=3)
    response = post(supervisor, f"{INBOX}1/acknowledgement")
    assert response.headers["Location"] == INBOX
    noted, other = items()
    assert (noted.acknowledged_at, other.acknowledged_at) == (clock.now, None)
    page = supervisor.get(INBOX).text
    assert count_in(page) == "1"
    assert "Noted at 2026-11-21 10:03" in page


def test_with_htmx_the_item_and_the_count_are_replaced(supervisor, people, mall, clock):
    make_items(people.supervisor, mall, clock.now, "opened", "fix_50")
    page = post(supervisor, f"{INBOX}1/acknowledgement", {"HX-Request": "true"}).text
    assert SHOWN.findall(page) == ["1"]
    assert "<html" not in page
    assert 'hx-swap-oob="true"' in page
    assert count_in(page) == "1"


def test_taking_note_twice_keeps_the_first_moment(supervisor, people, mall, clock):
    make_items(people.supervisor, mall, clock.now, "opened")
    post(supervisor, f"{INBOX}1/acknowledgement")
    first = items()[0].acknowledged_at
    clock.move(minutes=1)
    post(supervisor, f"{INBOX}1/acknowledgement")
    assert items()[0].acknowledged_at == first


def test_all_noted_means_all_that_was_on_screen(supervisor, people, mall, clock):
    make_items(people.supervisor, mall, clock.now, "opened", "fix_50")
    make_items(people.manager, mall, clock.now, "opened")
    clock.move(seconds=30)
    make_items(people.supervisor, mall, clock.now, "fix_80")
    response = post(supervisor, f"{INBOX}acknowledgement", newest="2")
    assert response.status_code == 302
    noted = [item.acknowledged_at is not None for item in items()]
    assert noted == [True, True, False, False]


def test_nobody_takes_note_for_somebody_else(supervisor, people, mall, clock):
    make_items(people.manager, mall, clock.now, "opened")
    make_items(people.supervisor, mall, clock.now, "fix_50", told_at=None)
    for item in (1, 2, 999):
        path = f"{INBOX}{item}/acknowledgement"
        assert post(supervisor, path).status_code == 404
    for newest in ("1", "2", "999", "", "x"):
        path = f"{INBOX}acknowledgement"
        assert post(supervisor, path, newest=newest).status_code == 404
    assert {item.acknowledged_at for item in items()} == {None}


# -- What is not theirs to see


def test_a_finding_given_to_another_team_is_hidden_from_the_contractor(
    people, mall, found, take, escalate, clock, signed_in
):
    make_team(mall, "engineering")
    db.session.execute(
        sa.update(Organisation)
        .where(Organisation.code == "org-cleaning")
        .values(contractor=True)
    )
    db.session.commit()
    finding = found("S3", "Cable hangs from the ceiling")
    escalate()
    assert inbox_of(people.cleaner) == ["assigned"]
    cleaner = signed_in(people.cleaner)
    assert "Cable hangs" in cleaner.get(INBOX).text
    clock.move(minutes=1)
    take("supervisor", finding, "assign", team="engineering")
    page = cleaner.get(INBOX).text
    assert "Cable hangs" not in page
    assert finding not in page
    assert "with somebody else now" in page


def test_words_people_wrote_stay_text(supervisor, found, escalate):
    found("S1", "<script>alert(1)</script> & {{7*7}}")
    escalate()
    page = supervisor.get(INBOX).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{7*7}}" in page


def test_a_page_of_fifty_asks_the_database_no_more_than_a_page_of_two(
    supervisor, found, escalate, clock, people
):
    def asked():
        count = []
        listen = (db.engine, "before_cursor_execute", lambda *_: count.append(1))
        sa.event.listen(*listen)
        assert supervisor.get(INBOX).status_code == 200
        sa.event.remove(*listen)
        return len(count)

    found("S1")
    found("S1")
    escalate()
    few = asked()
    for _ in range(10):
        found("S1")
    escalate()
    assert asked() == few


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ("acknowledge_50", "50 % of the time to acknowledge it has passed"),
        ("fix_80", "80 % of the time to fix it has passed"),
        ("fix_100", "Not fixed in time"),
    ],
)
def test_a_share_of_the_time_is_one_thing(app, about, told):
    with app.test_request_context():
        assert about_words(about) == told
