"""A real server with one small mall, and phones in the hands of an officer."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mallops import create_app
from mallops.config import read_settings
from mallops.db import db
from tests.floor.phone import FloorPhone
from tests.support import builders
from tests.support.gunicorn import Server


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def floor_server(sqlite_template, tmp_path_factory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("floor")
    shutil.copy(sqlite_template, folder / "mallops.db")
    app = create_app(read_settings({"MALLOPS_DATA": str(folder)}), TESTING=True)
    with app.app_context():
        _populate(datetime.now(UTC))
        db.session.remove()
        db.engine.dispose()
    with Server(folder, {"WEB_CONCURRENCY": "1"}) as server:
        yield server


def _populate(now: datetime) -> None:
    """A fire patrol every hour, so that whenever the tests run one is due."""
    mall = builders.make_mall(now, "demo")
    builders.make_user(mall, "officer", now, username="officer")
    builders.make_plan(
        mall,
        code="patrol",
        checklist="fire_patrol",
        starts=[f"{hour:02}:00" for hour in range(24)],
        duration_minutes=60,
    )


@pytest.fixture(scope="session")
def officers_state(floor_server, chromium) -> dict:
    """Cookies of an officer who signed in once, for all phones."""
    context = chromium.new_context(base_url=floor_server.url)
    page = context.new_page()
    page.goto("/sign-in?next=/floor/")
    page.fill("[name=username]", "officer")
    page.fill("[name=password]", builders.PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/floor/*")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def make_phone(floor_server, chromium, officers_state) -> Iterator:
    """``make_phone(width=…, signed_in=False, color_scheme=…, locale=…)``"""
    phones: list[FloorPhone] = []

    def make(*, width=360, height=640, signed_in=True, **given) -> FloorPhone:
        context = chromium.new_context(
            base_url=floor_server.url,
            viewport={"width": width, "height": height},
            storage_state=officers_state if signed_in else None,
            has_touch=True,
            is_mobile=True,
            **given,
        )
        phones.append(FloorPhone(context))
        return phones[-1]

    yield make
    for phone in phones:
        phone.context.close()
        assert phone.errors == []


@pytest.fixture
def phone(make_phone) -> FloorPhone:
    """An officer's phone, ready to walk."""
    phone = make_phone()
    phone.get_ready()
    return phone
