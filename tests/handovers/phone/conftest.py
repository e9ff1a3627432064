"""A real server at the end of a shift, and the phones of who goes and who comes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mallops import create_app
from mallops.config import read_settings
from mallops.db import db
from mallops.handovers.models import Asset
from mallops.places.rules import business_day
from mallops.shifts.models import ShiftPattern
from tests.conftest import Clock, OwnContext
from tests.floor.phone import FloorPhone
from tests.support import builders
from tests.support.gunicorn import Server
from tests.support.phone import Phone

PEOPLE = {
    "going": "supervisor",
    "leaving": "officer",
    "coming": "supervisor",
    "arriving": "officer",
}
FOUND = ("消防通道被货板堵塞", "扶梯梳齿板松动")


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def shift_server(sqlite_template, tmp_path_factory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("handovers")
    (folder / "mallops.db").write_bytes(Path(sqlite_template).read_bytes())
    clock = Clock(datetime.now(UTC))
    app = create_app(read_settings({"MALLOPS_DATA": str(folder)}), clock=clock)
    plain, app.wsgi_app = app.wsgi_app, OwnContext(app)
    with app.app_context():
        _populate(app, clock)
        db.session.remove()
        db.engine.dispose()
    app.wsgi_app = plain
    with Server(folder, {"WEB_CONCURRENCY": "1"}) as server:
        yield server


def _populate(app, clock) -> None:
    """Half an hour before the change: two problems, keys to count, a round at noon."""
    now = clock.now
    mall = builders.make_mall(now, "demo")
    mall.settings = {**mall.settings, "handover_reading": "lock"}
    users = {
        n: builders.make_user(mall, role, now, username=n) for n, role in PEOPLE.items()
    }
    change = now + timedelta(minutes=30)
    early = _shift(mall, "early", change - timedelta(hours=5), change)
    late = _shift(mall, "late", change, change + timedelta(hours=5))
    for pattern, begins, names in (
        (early, change - timedelta(hours=5), ("going", "leaving")),
        (late, change, ("coming", "arriving")),
    ):
        day = business_day(begins, mall.time_zone, mall.day_starts_at)
        for name in names:
            lead = {"is_lead": PEOPLE[name] == "supervisor"}
            builders.make_duty(pattern, day, users[name], now, **lead)
    db.session.add(
        Asset(mall_id=mall.id, code="keys", name=builders.words("Keys"), expected=12)
    )
    db.session.commit()
    own = Phone(app, users["leaving"], clock)
    for severity, text in zip(("S1", "S3"), FOUND, strict=True):
        body = {"category": "fire_safety", "severity": severity, "place": "L1-A"}
        found = own.seal({**body, "text": text, "photos": []}, kind="finding")
        own.hand_in(found)
    own.hand_in(own.note("三号电梯有异响"))
    builders.make_permit(mall, change, change + timedelta(hours=1), title="冷柜")


def _shift(mall, code, begins, ends) -> ShiftPattern:
    zone = ZoneInfo(mall.time_zone)
    local = [
        one.astimezone(zone).time().replace(microsecond=0) for one in (begins, ends)
    ]
    return builders.make_pattern(mall, code, starts_at=local[0], ends_at=local[1])


class ShiftPhone(FloorPhone):
    """A phone in the hands of who signs, accepts, or only reads."""

    def offline(self, is_off: bool = True) -> None:
        self.context.set_offline(is_off)

    def sync(self) -> None:
        """Where there is signal again: all is handed in, and the news fetched."""
        self.offline(False)
        self.ask("sync/triggers", "m.sendNow()")
        self.wait_until("document.querySelector('#chip').dataset.look === 'done'")
        self.ask("sync/pack", "(await m.fetchPack()).kind")
        self.page.evaluate("dispatchEvent(new CustomEvent('mallops:pack'))")

    def called(self) -> str:
        return self.page.wait_for_selector(
            "#handover-card:not([hidden]) p"
        ).inner_text()

    def read(self, side: str) -> None:
        self.go(f"handover/{side}")
        self.page.wait_for_selector("#handover-found:not([hidden])")

    def line(self, text: str):
        return self.page.locator(".handover__line", has_text=text)

    def field(self, name: str):
        return self.page.locator(f"#handover-form [data-field={name}]")

    def kept(self, field: str, value: str) -> None:
        """Wait until the draft holds it: a page closed before that loses the letter."""
        self.wait_for(lambda: any(one.get(field) == value for one in self.drafts()))

    def said(self) -> str:
        return self.page.locator("#handover-found").inner_text()


@pytest.fixture
def make_phone(shift_server, chromium) -> Iterator:
    """``make_phone("going")``, signed in and ready; of 360 by 640, in zh-Hans."""
    phones: list[ShiftPhone] = []

    def make(who, **given) -> ShiftPhone:
        look = {"viewport": {"width": 360, "height": 640}, "locale": "zh-CN"}
        context = chromium.new_context(
            base_url=shift_server.url,
            has_touch=True,
            is_mobile=True,
            **{**look, **given},
        )
        context.set_default_timeout(60_000)
        phone = ShiftPhone(context)
        phone.page.goto("/sign-in?next=/floor/")
        phone.page.fill("[name=username]", who)
        phone.page.fill("[name=password]", builders.PASSWORD)
        phone.page.press("[name=password]", "Enter")
        phone.page.wait_for_selector("#ready[data-look=done]")
        phones.append(phone)
        return phone

    yield make
    for phone in phones:
        phone.context.close()
        assert phone.errors == []
