"""A real server with one small mall, and phones in the hands of four people."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mallops import create_app
from mallops.config import read_settings
from mallops.db import db
from mallops.findings import queries as findings
from mallops.ledger.actions import desk_entry, record
from mallops.notices.actions import Draft, issue
from mallops.people.models import Membership
from tests.floor.phone import FloorPhone
from tests.support import builders
from tests.support.gunicorn import Server

PEOPLE = ("officer", "supervisor", "engineer", "cleaner", "auditor")


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def findings_server(sqlite_template, tmp_path_factory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("findings")
    shutil.copy(sqlite_template, folder / "mallops.db")
    app = create_app(read_settings({"MALLOPS_DATA": str(folder)}), TESTING=True)
    with app.app_context():
        _populate(datetime.now(UTC))
        db.session.remove()
        db.engine.dispose()
    with Server(folder, {"WEB_CONCURRENCY": "1"}) as server:
        yield server


def _populate(now: datetime) -> None:
    """A fire patrol every hour, so that one is due; notices for three shops."""
    mall = builders.make_mall(now, "demo")
    builders.make_team(mall, "engineering")
    builders.make_team(mall, "cleaning", contractor=True)
    teams = {"engineer": "engineering", "cleaner": "cleaning"}
    for name in PEOPLE:
        role = "team" if name in teams else name
        builders.make_user(mall, role, now, username=name, team=teams.get(name))
    builders.make_plan(
        mall,
        code="patrol",
        checklist="fire_patrol",
        starts=[f"{hour:02}:00" for hour in range(24)],
        duration_minutes=60,
    )
    for number in (1, 2, 3):
        _issue_notice(mall, f"L1-00{number}", now)
    db.session.commit()


def _issue_notice(mall, unit: str, now: datetime) -> None:
    members = {m.role: m for m in db.session.query(Membership).all()}
    body = {"category": "tenant", "severity": "S3", "unit": unit, "text": "Racks"}
    entry = desk_entry(mall, "finding", body, members["officer"].user_id, now)
    record(mall, entry)
    draft = Draft(
        level="written",
        what="店铺越线摆放货架",
        clause="8.2",
        rectify_by=now + timedelta(days=1),
        language="zh-Hans",
    )
    finding = findings.find(mall.id, str(entry.id))
    issue(mall, finding, draft, members["supervisor"], now)


@pytest.fixture(scope="session")
def states(findings_server, chromium) -> dict[str, dict]:
    """Cookies of each person, who signed in once for all their phones."""
    return {name: _signed_in(findings_server, chromium, name) for name in PEOPLE}


def _signed_in(server, chromium, name) -> dict:
    context = chromium.new_context(base_url=server.url)
    page = context.new_page()
    page.goto("/sign-in?next=/floor/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", builders.PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/floor/*")
    state = context.storage_state()
    context.close()
    return state


class FindingsPhone(FloorPhone):
    """A phone whose owner reports problems and follows them up."""

    def offline(self, is_off: bool = True) -> None:
        self.context.set_offline(is_off)

    def report(self, category: str, text: str) -> None:
        self.page.click("#report")
        self.page.click(f"[data-category={category}]")
        self.page.fill("#finding-text", text)
        self.save_report()

    def settled_places(self) -> list[str]:
        """The places offered, once the phone has looked them up."""
        rows = self.page.locator("#finding-places li")
        rows.first.wait_for()
        return rows.all_inner_texts()

    def save_report(self) -> None:
        self.page.click("#finding-form .button--primary")
        self.page.wait_for_selector("#reported:not([hidden])")

    def all_sent(self) -> None:
        self.wait_until("document.querySelector('#chip').dataset.look === 'done'")

    def sync(self) -> None:
        """Where there is signal again: all is handed in, and the news fetched."""
        self.offline(False)
        self.ask("sync/triggers", "m.sendNow()")
        self.all_sent()
        self.fetch()

    def fetch(self) -> None:
        """The walk pack, anew."""
        self.ask("sync/pack", "(await m.fetchPack()).kind")
        self.page.evaluate("dispatchEvent(new CustomEvent('mallops:pack'))")

    def rows(self, which: str = "all") -> list[str]:
        self.go("findings")
        self.page.click(f"#findings-lists label:has([value={which}])")
        return self.page.locator("#findings-list li").all_inner_texts()

    def follow(self, text: str) -> None:
        """From the list to one finding."""
        self.go("findings")
        self.page.click("#findings-lists label:has([value=all])")
        self.page.locator("#findings-list a", has_text=text).click()
        self.page.wait_for_selector("#view-follow:not([hidden]) #follow-what")

    def steps(self) -> list[str]:
        return self.page.evaluate(
            "[...document.querySelectorAll('#view-follow [data-step]:not([hidden])')]"
            ".map(one => one.dataset.step)"
        )

    def step(self, name: str) -> None:
        button = self.page.locator(f"#view-follow [data-step={name}]")
        if not button.is_visible():
            self.page.click("#follow-others summary")
        button.click()

    def save_step(self) -> None:
        self.page.click("#step-form .button--primary")
        self.page.wait_for_selector("#follow-saved:not([hidden])")


@pytest.fixture
def make_phone(findings_server, chromium, states) -> Iterator:
    """``make_phone("engineer", width=…, color_scheme=…, locale=…)``, ready to walk."""
    phones: list[FindingsPhone] = []

    def make(who="officer", *, width=360, height=640, **given) -> FindingsPhone:
        context = chromium.new_context(
            base_url=findings_server.url,
            viewport={"width": width, "height": height},
            storage_state=states[who],
            has_touch=True,
            is_mobile=True,
            **given,
        )
        phones.append(FindingsPhone(context))
        phones[-1].get_ready()
        return phones[-1]

    yield make
    for phone in phones:
        phone.context.close()
        assert phone.errors == []


@pytest.fixture
def officer(make_phone) -> FindingsPhone:
    return make_phone("officer")
