"""A real server with a mall of 220 shops, and phones of who walks there."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from mallops import create_app
from mallops.config import read_settings
from mallops.db import db
from mallops.places.models import Place, Tenancy, Tenant, TradingHours, Unit
from tests.floor.phone import FloorPhone
from tests.support import builders
from tests.support.gunicorn import Server

PEOPLE = ("officer", "colleague", "supervisor", "cleaner")
UPSTAIRS = 200  # shops on L2, in one zone


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def doors_server(sqlite_template, tmp_path_factory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("doors")
    shutil.copy(sqlite_template, folder / "mallops.db")
    app = create_app(read_settings({"MALLOPS_DATA": str(folder)}), TESTING=True)
    with app.app_context():
        _populate(datetime.now(UTC))
        db.session.remove()
        db.engine.dispose()
    with Server(folder, {"WEB_CONCURRENCY": "1"}) as server:
        yield server


def _populate(now: datetime) -> None:
    """Open from 10:00 to 22:00; two shops of B1 are being fitted out."""
    mall = builders.make_mall(now, "demo")
    builders.make_team(mall, "cleaning", contractor=True)
    roles = {"officer": "officer", "colleague": "officer", "cleaner": "team"}
    for name in PEOPLE:
        team = "cleaning" if name == "cleaner" else None
        role = roles.get(name, name)
        builders.make_user(mall, role, now, username=name, team=team)
    for weekday in range(7):
        db.session.add(
            TradingHours(
                mall_id=mall.id, weekday=weekday,
                opens_at=time(10), closes_at=time(22),
            )
        )  # fmt: skip
    _make_floor(mall, "L2", UPSTAIRS)
    _make_floor(mall, "B1", 8)
    _make_floor(mall, "L3", 8)
    for no in ("B1-007", "B1-008"):
        db.session.query(Unit).filter_by(no=no).one().state = "fitout"
    builders.make_plan(
        mall,
        code="patrol",
        checklist="fire_patrol",
        starts=[f"{hour:02}:00" for hour in range(24)],
        duration_minutes=60,
    )
    db.session.commit()


def _make_floor(mall, floor: str, count: int) -> None:
    zone = Place(
        mall_id=mall.id, code=f"{floor}-A", kind="zone", floor=floor, walk_order=100,
        name=builders.words(f"Level {floor} A"),
    )  # fmt: skip
    db.session.add(zone)
    db.session.flush()
    for number in range(1, count + 1):
        no = f"{floor}-{number:03}"
        name = builders.words(f"Shop {no}")
        tenant = Tenant(mall_id=mall.id, name=name, trade_category="fashion")
        unit = Unit(
            mall_id=mall.id, no=no, kind="shop", state="trading", floor=floor,
            zone_id=zone.id, walk_order=1000 + number,
        )  # fmt: skip
        db.session.add_all([tenant, unit])
        db.session.flush()
        held = Tenancy(unit_id=unit.id, tenant_id=tenant.id, starts_on=date(2025, 1, 1))
        db.session.add(held)


@pytest.fixture(scope="session")
def states(doors_server, chromium) -> dict[str, dict]:
    """Cookies of each person, who signed in once for all their phones."""
    return {name: _signed_in(doors_server, chromium, name) for name in PEOPLE}


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


class DoorsPhone(FloorPhone):
    """A phone whose owner walks the shop doors."""

    def offline(self, is_off: bool = True) -> None:
        self.context.set_offline(is_off)

    def walk(self, floor: str, event: str = "opening") -> None:
        self.go("doors")
        self.page.wait_for_selector("#doors-list [data-no]")
        self.page.click(f"#doors-event label:has([value={event}])")
        self.wait_until(
            f"document.querySelector('#doors-event [value={event}]').checked"
        )
        self.page.select_option("#doors-floor", floor)
        self.page.wait_for_selector(f"#doors-list [data-no^='{floor}-']")

    def row(self, no: str):
        return self.page.locator(f"#doors-list [data-no='{no}']")

    def tap(self, no: str) -> None:
        self.row(no).locator("[data-tap]").click()

    def says(self, no: str) -> str:
        """Its words; a row that is not in sight is not drawn and has none."""
        self.row(no).scroll_into_view_if_needed()
        self.wait_for(lambda: self.row(no).inner_text())
        return self.row(no).inner_text()

    def kept(self, *kinds: str) -> list[dict]:
        """All sealed entries of the phone, in the order they were sealed."""
        all_ = "[...await m.unsent(), ...await m.storedByServer()]"
        found = {one["id"]: one for one in self.ask("sync/store", all_)}.values()
        wanted = [one for one in found if one["kind"] in (kinds or ("door",))]
        return [
            {**one, "body": json.loads(one["body"])}
            for one in sorted(wanted, key=lambda one: one["seq"])
        ]

    def wait_kept(self, count: int, *kinds: str) -> list[dict]:
        """As many as that, once they are on the phone."""
        for _ in range(600):
            if len(found := self.kept(*kinds)) >= count:
                break
            self.page.wait_for_timeout(100)
        assert len(found) == count
        return found

    def sync(self) -> None:
        self.offline(False)
        self.ask("sync/triggers", "m.sendNow()")
        self.wait_until("document.querySelector('#chip').dataset.look === 'done'", 120)
        self.fetch()

    def fetch(self) -> dict:
        """The walk pack, anew."""
        assert self.ask("sync/pack", "(await m.fetchPack()).kind") == "answer"
        self.page.evaluate("dispatchEvent(new CustomEvent('mallops:pack'))")
        return self.ask("sync/pack", "m.pack()")


@pytest.fixture
def make_phone(doors_server, chromium, states) -> Iterator:
    """``make_phone("officer", width=…, color_scheme=…, locale=…)``, ready to walk."""
    phones: list[DoorsPhone] = []

    def make(who="officer", *, width=360, height=640, **given) -> DoorsPhone:
        context = chromium.new_context(
            base_url=doors_server.url,
            viewport={"width": width, "height": height},
            storage_state=states[who],
            has_touch=True,
            is_mobile=True,
            **given,
        )
        phones.append(DoorsPhone(context))
        phones[-1].get_ready()
        return phones[-1]

    yield make
    for phone in phones:
        phone.context.close()
        assert phone.errors == []


@pytest.fixture
def officer(make_phone) -> DoorsPhone:
    return make_phone("officer")
