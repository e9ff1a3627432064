"""The pages of notices in a browser: axe, width, policy, and one sheet of paper."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mallops import create_app
from mallops.config import read_settings
from mallops.db import db
from mallops.findings import queries as findings
from mallops.notices import actions as notices
from mallops.people.queries import find_membership
from tests.conftest import Clock, OwnContext
from tests.support import axe, builders
from tests.support.gunicorn import Server
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
    "notices/", "notices/?unit=nowhere", "notices/new/{draft}", "notices/{notice}",
    "notices/{notice}/print", "penalties/", "penalties/new", "penalties/{penalty}",
    "entries/{notice}",
]  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory, sqlite_template):
    """A server with a draft, a notice that was signed for, and a penalty."""
    folder = tmp_path_factory.mktemp("notices")
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
    builders.make_user(mall, "manager", clock.now, username="manager")
    lead = builders.make_user(mall, "supervisor", clock.now, username="supervisor")
    member = find_membership(lead, mall.id, clock.now)
    own = Phone(app, builders.make_user(mall, "officer", clock.now), clock)
    seen, drawn = builders.jpeg(size=(640, 480)), builders.jpeg((250, 250, 250))
    photos = [builders.sha256(one) for one in (seen, drawn)]
    for one in (seen, drawn):
        own.put_photo(one)
    about = {"category": "tenant", "severity": "S3", "unit": "L1-001", "text": "Racks"}
    about["photos"] = photos[:1]
    draft, found = (
        own.seal(about, kind="finding", photos=photos[:1]) for _ in range(2)
    )
    own.hand_in(draft, found)
    paper = notices.Draft(
        "written", "货架越线", "8.2", clock.now + timedelta(days=2), "zh-Hans"
    )
    finding = findings.find(mall.id, found["id"])
    notice = str(notices.issue(mall, finding, paper, member, clock.now))
    body = {"notice": notice, "amount": 50000, "currency": "CNY", "text": "Again"}
    penalty = notices.propose(mall, body, member, clock.now)
    db.session.commit()
    delivery = {"notice": notice, "outcome": "signed", "signer_name": "陈美玲"}
    delivery["signature"] = photos[1]
    own.hand_in(own.seal(delivery, kind="notice_delivery", photos=photos[1:]))
    return {"draft": draft["id"], "notice": notice, "penalty": str(penalty)}


@pytest.fixture(scope="module")
def browsers(chromium, served):
    """``browsers(look)``: a manager's browser for each look, made once."""
    contexts = {}

    def browser(look):
        if look not in contexts:
            contexts[look] = chromium.new_context(**LOOKS[look])
            contexts[look].set_default_timeout(60_000)
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
    for summary in page.locator(".notices__actions summary").all():
        summary.click()
    assert axe.violations(page) == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= LOOKS[look]["viewport"]["width"]
    assert [text for text in complaints if "status of 40" not in text] == []
    page.close()


def test_a_notice_is_one_sheet_of_paper_and_the_button_prints_it(browsers, served):
    page = browsers("desk").new_page()
    page.add_init_script("window.print = () => { window.printed = true }")
    page.goto(f"{served.url}/malls/demo/notices/{served.ids['notice']}/print")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", paper)) == 1
    page.emulate_media(media="print")
    assert not page.locator(".paper-bar").is_visible()
    page.emulate_media(media="screen")
    page.locator("[data-print]").click()
    assert page.evaluate("window.printed")
    page.close()
