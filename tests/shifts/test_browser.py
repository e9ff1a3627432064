"""The roster in a browser: axe, width and policy, and changing it with one thumb."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mallops import create_app
from mallops.config import read_settings
from mallops.db import db
from mallops.places.rules import business_day
from mallops.shifts.pages import week_of
from tests.support import axe, builders
from tests.support.gunicorn import Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory, sqlite_template):
    """A server with an early shift that was rostered last week."""
    folder = tmp_path_factory.mktemp("shifts")
    (folder / "mallops.db").write_bytes(Path(sqlite_template).read_bytes())
    now = datetime.now(UTC)
    with create_app(read_settings({"MALLOPS_DATA": str(folder)})).app_context():
        mall = builders.make_mall(now, code="demo")
        today = business_day(now, mall.time_zone, mall.day_starts_at)
        lead = builders.make_user(mall, "supervisor", now, username="supervisor")
        builders.make_user(mall, "officer", now, username="an")
        early = builders.make_pattern(mall, "early")
        builders.make_duty(early, today - timedelta(days=7), lead, now, is_lead=True)
        db.session.remove()
        db.engine.dispose()
    with Server(folder) as server:
        server.shift = f"early.{today:%Y%m%d}"
        server.page = f"{server.url}/malls/demo/shifts/{week_of(today)}"
        yield server


@pytest.fixture
def page(chromium, served):
    """A supervisor's phone."""
    context = chromium.new_context(viewport={"width": 360, "height": 640}, locale="en")
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(f"{served.url}/sign-in")
    page.fill("[name=username]", "supervisor")
    page.fill("[name=password]", builders.PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)
    yield page
    context.close()


def test_a_week_is_copied_and_changed_in_place_at_phone_size(page, served):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(served.page)
    page.get_by_role("button", name="Copy last week").click()
    page.get_by_text("1 line copied from last week.").wait_for()
    shift = page.locator(f"[id='shift-{served.shift}']")
    shift.get_by_role("link", name="Change").click()
    shift.get_by_label("Add somebody").select_option(label="An")
    shift.get_by_role("button", name="Add", exact=True).click()
    shift.get_by_role("button", name="Let lead An").click()
    shift.get_by_role("button", name="Let lead Supervisor").wait_for()
    shift.get_by_text("Absent … Supervisor").click()
    shift.get_by_role("button", name="Mark absent").first.click()
    shift.get_by_role("alert").wait_for()
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert complaints == []
    shift.get_by_role("link", name="Close").click()
    shift.get_by_role("link", name="Change").wait_for()
    assert "An leads" in " ".join(shift.inner_text().split())
