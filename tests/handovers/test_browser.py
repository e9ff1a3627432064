"""The pages of handovers in a browser: axe, width, policy, and paper."""

import re
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from mallops import create_app
from mallops.config import read_settings
from mallops.db import db
from mallops.handovers import actions, queries, rules
from mallops.handovers.assets import set_assets
from mallops.handovers.snapshot import snapshot
from mallops.people.queries import find_membership
from mallops.places.content import AssetRow
from mallops.places.rules import business_day
from mallops.shifts.queries import beside, find_shift
from tests.conftest import Clock, OwnContext
from tests.handovers.conftest import Hand, finding
from tests.support import axe, builders
from tests.support.gunicorn import Server
from tests.support.objects import permit_and_watch
from tests.support.phone import Phone

pytestmark = pytest.mark.browser

LOOKS = {
    "phone": {"viewport": {"width": 360, "height": 640}, "locale": "zh-CN"},
    "desk": {
        "viewport": {"width": 1280, "height": 800},
        "locale": "en",
        "color_scheme": "dark",
    },
}
PAGES = [
    "handovers/", "handovers/{open}", "handovers/{signed}",
    "handovers/{signed}?again=1", "handovers/{signed}/print", "handovers/{refused}",
    "instructions/", "log/", "permits/", "permits/new", "permits/{permit}", "watches/",
]  # fmt: skip
ALWAYS = {"starts_at": time(5), "ends_at": time(5)}  # whenever the test runs


@pytest.fixture(scope="module")
def served(tmp_path_factory, sqlite_template):
    """A server with one handover to sign, one to accept and one that was refused."""
    folder = tmp_path_factory.mktemp("handovers")
    (folder / "mallops.db").write_bytes(Path(sqlite_template).read_bytes())
    clock = Clock(datetime.now(UTC))
    app = create_app(read_settings({"MALLOPS_DATA": str(folder)}), clock=clock)
    plain, app.wsgi_app = app.wsgi_app, OwnContext(app)
    with app.app_context():
        ids = populate(app, clock)
        db.session.remove()
        db.engine.dispose()
    app.wsgi_app = plain
    with Server(folder) as server:
        server.ids = ids
        yield server


def populate(app, clock):
    mall = builders.make_mall(clock.now, code="demo")
    day = business_day(clock.now, mall.time_zone, mall.day_starts_at)
    head = builders.make_user(mall, "manager", clock.now, username="manager")
    lead = builders.make_user(mall, "supervisor", clock.now, username="supervisor")
    for code in ("early", "late", "night"):
        builders.make_pattern(mall, code, **ALWAYS)
    set_assets(mall.id, [AssetRow(code="keys", en="Bunches of keys", expected=12)])
    member = find_membership(head, mall.id, clock.now)
    said = {"text": "周日一楼不收货", "team": None, "until": None}
    actions.instruct(mall, said, member, clock.now)
    db.session.commit()
    own = Phone(app, builders.make_user(mall, "officer", clock.now), clock)
    permit = permit_and_watch(mall, "L1-001", lead, clock.now)["permit_id"]
    late = own.note("late")
    own.hand_in(finding(own), finding(own, "商户投诉", category="complaint"))
    going = Hand(Phone(app, lead, clock))
    ids = {code: f"{code}.{day:%Y%m%d}" for code in ("early", "late", "night")}
    for code in ("early", "late"):
        sign(going, mall, ids[code], clock)
    refusing = Hand(
        Phone(app, builders.make_user(mall, "supervisor", clock.now), clock)
    )
    shown = {"shift": {"id": ids["late"]}, **shot(mall, ids["late"], clock)}
    clock.move(seconds=1)
    refusing.hand_in(refusing.refuse(shown))
    own.hand_in(late)
    return {
        "signed": ids["early"],
        "refused": ids["late"],
        "open": ids["night"],
        "permit": permit,
    }


def shot(mall, shift_id, clock):
    shift = find_shift(mall, shift_id)
    _known, since = queries.stories_and_windows(mall, [shift])
    taken = snapshot(mall, beside(mall, shift), since[shift_id], clock.now)
    return {"snapshot": taken, "digest": rules.digest(taken), "lines": []}


def sign(going, mall, shift_id, clock):
    shown = {"shift": {"id": shift_id}, **shot(mall, shift_id, clock)}
    (result,) = going.hand_in(going.sign(shown, remarks="Lift 3 is noisy"))
    assert result["status"] == "accepted"


@pytest.fixture(scope="module")
def browsers(chromium, served):
    """``browsers(look)``: a manager's browser for each look, made once."""
    contexts = {}

    def browser(look):
        if look not in contexts:
            contexts[look] = chromium.new_context(**LOOKS[look])
            contexts[look].set_default_timeout(30_000)
            page = contexts[look].new_page()
            page.goto(f"{served.url}/sign-in")
            page.fill("[name=username]", "manager")
            page.fill("[name=password]", builders.PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url(lambda address: "sign-in" not in address)
            page.close()
        return contexts[look]

    yield browser
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_fits_and_keeps_the_policy(browsers, served, look, path):
    page = browsers(look).new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{served.url}/malls/demo/{path.format(**served.ids)}")
    for summary in page.locator("main summary").all():
        summary.click()
    for reserved in page.locator("#accept [value=reserved]").all():
        reserved.check()
    assert axe.violations(page) == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= LOOKS[look]["viewport"]["width"]
    assert complaints == []
    page.close()


def test_on_paper_it_is_one_or_two_pages(browsers, served):
    page = browsers("desk").new_page()
    page.goto(f"{served.url}/malls/demo/handovers/{served.ids['signed']}/print")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", paper)) in (1, 2)
    page.close()
