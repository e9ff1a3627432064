"""Reading changes nothing, and nothing written becomes part of a page."""

import json
import re
from html import unescape

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.people.models import ROLES
from tests.support.addresses import address

# -- Reading changes nothing

# Being in contact is what a phone's session call is for (docs/sync.md).
NOTED = {"installs"}


def contents(but=()):
    """Every row of every table but what a contact notes: when, and on which phone."""
    tables = db.metadata.sorted_tables
    sessions = db.metadata.tables["user_sessions"]
    found = {}
    for table in tables:
        contact = (table.c.get("last_seen_at"), sessions.c.install_id)
        columns = [c for c in table.columns if not any(c is one for one in contact)]
        rows = db.session.execute(sa.select(*columns)).all() if columns else []
        found[table.name] = sorted(map(repr, rows))
    db.session.rollback()
    return {name: rows for name, rows in found.items() if name not in but}


def test_reading_changes_nothing(app, signed_in, make_user, mall, phone, clock):
    carrier = phone(make_user(mall))
    carrier.hand_in(carrier.note(), carrier.inspection(), carrier.note(binding=None))
    readers = [signed_in(make_user(mall, role)) for role in ROLES]
    clock.move(hours=2)
    before = contents(NOTED)
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods:
            continue
        path = address(rule) + "?install=" + "0" * 32
        for client in readers:
            assert client.get(path, buffered=True).status_code < 500, rule.rule
    assert contents(NOTED) == before


# -- Text as people write it

NASTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    '<div hx-get="/sign-out" hx-trigger="load">x</div>',
    "' onmouseover='alert(1)",
    "{{7*7}} {% raw %}",
    "%(text)s %s {0}",
    "</textarea></script><b>bold</b>",
    "‮txt.exe עברית عربي",
    "💡👩🏽‍🔧 消防栓 e\u0301",
    "\\u0000 \\x00 &#0; &lt;b&gt;",
    "javascript:alert(1)",
    "a\r\nSet-Cookie: x=1",
    "=HYPERLINK(1)",
]
TAGS = re.compile(r"<(?:script>|img src=x|svg/|div hx-get|b>)|' onmouseover='")


@pytest.fixture
def storied(mall, make_user, phone):
    """A day on which somebody wrote everything nasty wherever one can write."""
    officer = make_user(mall)
    officer.name = NASTY[0]
    db.session.commit()
    own = phone(officer)
    entries = [own.note(text) for text in NASTY]
    entries += [own.note(text, binding=None) for text in NASTY]
    entries += [
        own.inspection({"O08": {"value": "fail", "note": text}}) for text in NASTY
    ]
    entries += [own.inspection(body={"aborted": NASTY[1]})]
    entries += [own.inspection(body={"place": NASTY[0], "checklist": NASTY[1]})]
    for some in (entries[:25], entries[25:]):
        for result in own.hand_in(*some):
            assert result["status"] in {"accepted", "held"}, result
    own.hand_in(own.note(NASTY[0], sha256="0" * 64), own.note(id="<b>x</b>"))
    return [entry["id"] for entry in entries]


def test_nothing_written_becomes_part_of_a_page(storied, signed_in, make_user, mall):
    client = signed_in(make_user(mall, "supervisor"))
    day = "/malls/demo/log/2026-11-21"
    pages = [day, f"{day}/entries", "/malls/demo/held/", "/malls/demo/phones/", "/me/"]
    pages += [f"/malls/demo/entries/{id_}" for id_ in storied]
    pages += [f"{day}?text=<script>alert(1)</script>&kind='><svg/onload=alert(1)>"]
    for path in pages:
        response = client.get(path)
        assert response.status_code in {200, 400}, path
        assert not TAGS.search(response.text), f"{path}: {TAGS.search(response.text)}"
        assert "49 {% raw" not in response.text
    roster = signed_in(make_user(mall, "admin")).get("/malls/demo/people/")
    assert not TAGS.search(roster.text)


def test_what_was_written_is_shown_as_it_was_written(storied, signed_in,
                                                     make_user, mall):  # fmt: skip
    reader = signed_in(make_user(mall, "supervisor"))
    for text, id_ in zip(NASTY, storied, strict=False):
        page = reader.get(f"/malls/demo/entries/{id_}").text
        squeezed = " ".join(unescape(page).split())
        assert " ".join(text.split()) in squeezed, text


def test_nothing_written_breaks_out_of_json(storied, signed_in, make_user, mall):
    user = make_user(mall)
    user.name = "</script><script>alert(1)</script>"
    db.session.commit()
    response = signed_in(user).get("/floor/pack")
    assert response.mimetype == "application/json"
    assert json.loads(response.data)["person"]["name"] == user.name


HUGE = 10**30
ODD_PATHS = [
    "/malls/%00/log/",
    "/malls/demo/log/2026-11-21?text=a%00b&kind=%00&zone=%00&unit=%00&person=%00",
    "/malls/demo/log/2026-11-21/entries?after=%00&have=%00&text=%00",
    "/malls/demo/log/2026-11-21.csv?unit=%00&zone=1&person=99999999999999999999",
    f"/malls/demo/log/2026-11-21?person={HUGE}&zone={HUGE}&unit={HUGE}",
    "/malls/demo/log/0001-01-01",
    "/malls/demo/log/9999-12-31",
    "/malls/demo/log/?day=%00",
    "/malls/demo/photos/%00",
    "/malls/demo/photos/%00/thumb",
    "/floor/forms/demo/%00/1/en",
    f"/floor/forms/demo/opening/{HUGE}/en",
    "/floor/forms/demo/opening/1/%00",
    "/floor/shell/%00",
    "/sign-in?next=%00",
    "/sync/session?install=%00",
    f"/static/{'x' * 300}",
]


@pytest.mark.parametrize("path", ODD_PATHS)
def test_no_address_breaks_a_page(signed_in, make_user, mall, path):
    """Text no database compares, numbers no column holds, days at the end of time."""
    client = signed_in(make_user(mall, "supervisor"))
    assert client.get(path, buffered=True).status_code < 500


def test_numbers_no_column_holds_are_not_there(signed_in, make_user, mall):
    client = signed_in(make_user(mall, "admin"))
    for path in (
        f"/floor/forms/demo/opening/{HUGE}/en",
        f"/floor/forms/demo/x/{2**31}/en",
    ):
        assert client.get(path).status_code == 404


def test_what_carries_a_nul_can_be_read_in_the_log(signed_in, make_user, mall, phone):
    own = phone(make_user(mall))
    sealed = [
        own.note("a\0b"),
        own.inspection({"O01": {"value": "fail", "note": "a\0b"}}),
        own.inspection(body={"aborted": "a\0b"}),
        own.inspection(body={"checklist": "a\0b"}),
        own.inspection(body={"place": "a\0b"}),
        own.inspection(body={"round": "a\0b"}),
    ]
    assert {r["status"] for r in own.hand_in(*sealed)} == {"accepted", "held"}
    client = signed_in(make_user(mall, "supervisor"))
    day = "/malls/demo/log/2026-11-21"
    for path in (day, f"{day}.csv", f"{day}.xlsx", "/malls/demo/held/"):
        assert client.get(path, buffered=True).status_code == 200, path
    for entry in sealed:
        assert client.get(f"/malls/demo/entries/{entry['id']}").status_code == 200
