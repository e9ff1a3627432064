"""Make the README's pictures: the demo at ten past four, its day half over.

    python tools/screenshots.py

A demo in a temporary folder, on a clock of its own: its people hand in the day's rounds
through the sync protocol; then a browser on the same clock walks a round and reads the
day. Nothing is drawn or pasted afterwards.
"""

import io
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

from flask_migrate import upgrade
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from camera import picture  # noqa: E402 -- beside this file

from mallops import create_app  # noqa: E402
from mallops.checklists.definition import Item  # noqa: E402
from mallops.checklists.library import shipped  # noqa: E402
from mallops.config import read_settings  # noqa: E402
from mallops.db import db  # noqa: E402
from mallops.demo import actions as demo  # noqa: E402
from mallops.people.queries import find_user  # noqa: E402
from mallops.places.queries import find_mall  # noqa: E402
from mallops.places.rules import moment_on  # noqa: E402
from mallops.rounds.queries import RoundOnDay, rounds_of_day  # noqa: E402
from tests.conftest import OwnContext  # noqa: E402
from tests.support.browser import find_chromium, launch_args  # noqa: E402
from tests.support.builders import sha256  # noqa: E402
from tests.support.phone import Phone  # noqa: E402

IMAGES = ROOT / "docs" / "images"
PASSWORD = "lantern river at four"  # noqa: S105 -- of a demo that is thrown away
ZONE = "Asia/Shanghai"
DAY_STARTS_AT = time(5)
SEEN_AT = "16:12"  # what the clock says in all
WALKED = "L1-A"  # its rounds are left to the browser
WALKERS = {"supervisor": "supervisor", "cleaning": "cleaner", "engineering": "engineer"}
WEST = ("B1", "L1", "EXT")  # floors of the first officer
LEFT_OUT, TOO_LATE = 0.03, 0.03  # shares of the rounds
SECONDS_A_TICK = 12
SWITCHED_ON_AT = "09:45"  # the demo's public lighting

# What was found where and when; True: put right on the spot.
FOUND = {
    "opening.L1-A.0900": ("O08", "Pallet in front of exit 3, moved to the dock", True),
    "equipment.L2-A.0945": ("E12", "Escalator 4: handrail lags", False),
    "restroom-check.L3-WC2.1200": ("H04", "Second basin drips, bucket under it", False),
    "fire-patrol.B1-A.1400": ("R05", "Fire door at the cold store wedged open", True),
    "patrol.L4-A.1100": ("H13", "Soup on the floor at the tray return, mopped", True),
    "patrol.EXT-A.1600": ("H19", "Drain at the dock blocked with leaves", False),
}
# What became of it: when, by whom, of what was found above, which step.
FOLLOWED = (
    ("10:20", "engineer", "equipment.L2-A.0945", {"step": "start"}),
    (
        "11:30",
        "engineer",
        "equipment.L2-A.0945",
        {"step": "wait", "waiting_for": "part", "text": "Belt comes at five"},
    ),
    (
        "12:40",
        "supervisor",
        "restroom-check.L3-WC2.1200",
        {"step": "assign", "team": "engineering"},
    ),
    ("15:40", "engineer", "restroom-check.L3-WC2.1200", {"step": "fix"}),
)
# Seen without a checklist: when, by whom, what.
SEEN = (
    (
        "15:52",
        "officer",
        {
            "category": "security", "severity": "S2", "place": "B1-A",
            "text": "Roller door at the cold store does not close",
        },
    ),
    (
        "14:05",
        "officer2",
        {
            "category": "complaint", "severity": "S3", "unit": "L1-012",
            "text": "Tenant: water drips from the ceiling on the till",
        },
    ),
)  # fmt: skip
NOTES = (
    ("11:43", "officer", "L1-B", "Visitor felt faint, water. Left well at 11:55"),
    ("13:20", "officer2", "L4-A", "Cinema queue reaches the escalator, barriers set"),
    ("16:11", "supervisor", "EXT-A", "Coach with 40 guests in bay 2 until 17:00"),
)


class Clock:
    """Stands where the story is, then runs from there."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def set(self, moment: datetime) -> None:
        self.ahead = moment - datetime.now(UTC)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def __call__(self) -> datetime:
        return self.now


# -- The day that was ---------------------------------------------------------------


class Story:
    """The demo's people and their phones, on one day."""

    def __init__(self, folder: str) -> None:
        self.day = datetime.now(ZoneInfo(ZONE)).date()
        self.clock = Clock()
        self.app = create_app(read_settings({"MALLOPS_DATA": folder}), clock=self.clock)
        self.lists = {checklist.code: checklist for checklist in shipped()}
        self.random = random.Random(7)  # noqa: S311 -- the same day every time
        self.phones: dict[str, Phone] = {}
        self.inspections: dict[str, str] = {}  # entry ids by the keys of FOUND

    def at(self, clock_time: str) -> datetime:
        return moment_on(self.day, clock_time, ZONE, DAY_STARTS_AT)

    def tell(self) -> None:
        plain, self.app.wsgi_app = self.app.wsgi_app, OwnContext(self.app)
        self.clock.set(self.at("06:00"))
        with self.app.app_context():
            upgrade()
            demo.load(db.session, self.clock.now, PASSWORD)
            db.session.commit()
            for finished_at, hand_in in sorted(self._work(), key=lambda one: one[0]):
                self.clock.set(finished_at)
                hand_in()
            db.session.remove()
        self.app.wsgi_app = plain  # type: ignore[method-assign]
        self.clock.set(self.at(SEEN_AT))

    def _work(self) -> Iterator[tuple[datetime, Any]]:
        for clock_time, *said in NOTES:
            yield self.at(clock_time), partial(self._note, *said)
        for clock_time, name, body in SEEN:
            yield self.at(clock_time), partial(self._record, name, "finding", body)
        for clock_time, name, key, step in FOLLOWED:
            yield self.at(clock_time), partial(self._follow, name, key, step)
        for one in rounds_of_day(find_mall("demo"), self.day, self.clock.now):
            finished_at = self._finish(one)
            ahead = one.spot.code == WALKED and one.round.closes_at > self.at(SEEN_AT)
            if not ahead and finished_at and finished_at < self.at(SEEN_AT):
                yield finished_at, partial(self._inspect, one, finished_at)

    def _finish(self, one: RoundOnDay) -> datetime | None:
        """When a round was over; none for one that nobody walked."""
        if self._key(one) in FOUND:
            return one.round.starts_at + timedelta(minutes=11, seconds=30)
        luck = self.random.random()
        if luck < LEFT_OUT:
            return None
        if luck < LEFT_OUT + TOO_LATE:
            return one.round.closes_at + timedelta(minutes=6)
        begun = one.round.starts_at + timedelta(minutes=self.random.randint(0, 8))
        return begun + timedelta(seconds=self._length(one) * self.random.uniform(1, 2))

    def _length(self, one: RoundOnDay) -> int:
        items = list(self.lists[one.checklist].items(one.spot.kind))
        return SECONDS_A_TICK * len(items)

    def _key(self, one: RoundOnDay) -> str:
        return one.id.replace(f"{self.day:%Y%m%d}.", "")

    def _phone(self, name: str) -> Phone:
        if name not in self.phones:
            self.phones[name] = Phone(self.app, find_user(name), self.clock)
        return self.phones[name]

    def _walker(self, one: RoundOnDay) -> str:
        doer = one.round.team or one.round.role or ""
        first = one.spot.floor in WEST
        return WALKERS.get(doer) or ("officer" if first else "officer2")

    def _note(self, name: str, place: str, text: str) -> None:
        phone = self._phone(name)
        phone.hand_in(phone.seal({"text": text, "place": place, "photos": []}))

    def _record(self, name: str, kind: str, body: dict[str, Any]) -> None:
        phone = self._phone(name)
        sealed = phone.seal(body, kind=kind, photos=body.get("photos", []))
        [result] = phone.hand_in(sealed)
        if result["status"] != "accepted":
            raise RuntimeError(f"{body}: {result}")

    def _follow(self, name: str, key: str, step: dict[str, Any]) -> None:
        body = {"finding": f"{self.inspections[key]}.{FOUND[key][0]}", **step}
        if step["step"] == "fix":  # shown before, so it is shown after
            photo = picture(f"{key}, put right")
            self._phone(name).put_photo(photo)
            body["photos"] = [sha256(photo)]
        self._record(name, "finding_update", body)

    def _inspect(self, one: RoundOnDay, finished_at: datetime) -> None:
        phone = self._phone(self._walker(one))
        answers, photos = self._answers(one, finished_at)
        for photo in photos:
            phone.put_photo(photo)
        started_at = finished_at - timedelta(seconds=self._length(one))
        body = {
            "checklist": one.checklist,
            "place": one.spot.code,
            "round": one.id,
            "started_at": started_at.isoformat(),
            "finished_at": finished_at.isoformat(),
        }
        hashes = [sha256(photo) for photo in photos]
        sealed = phone.inspection(answers, body=body, photos=hashes)
        self.inspections[self._key(one)] = sealed["id"]
        [result] = phone.hand_in(sealed)
        doubts = set(result["receipt"]["flags"]) - {"late"}
        if result["status"] != "accepted" or doubts:
            raise RuntimeError(f"{one.id}: {result}")

    def _answers(
        self, one: RoundOnDay, finished_at: datetime
    ) -> tuple[dict[str, Any], list[bytes]]:
        at = finished_at.astimezone(ZoneInfo(ZONE)).strftime("%H:%M")
        items = list(self.lists[one.checklist].items(one.spot.kind))
        answers = {item.code: well(item, at) for item in items}
        key = self._key(one)
        if key in FOUND:
            code, note, fixed = FOUND[key]
            answers[code] = {"value": "fail", "note": note, "fixed_on_spot": fixed}
        shown = {item.code for item in items if must_show(item, answers[item.code])}
        photo = picture(key)
        for code in shown:
            answers[code]["photos"] = [sha256(photo)]
        return answers, [photo] if shown else []


def must_show(item: Item, answer: dict[str, Any]) -> bool:
    always = item.photo == "always" and answer["value"] not in ("na", 0)
    return always or answer["value"] == "fail"


def well(item: Item, at: str) -> dict[str, Any]:
    """The answer that finds nothing wrong."""
    if item.photo == "always" and item.takes_na:
        return {"value": "na"}
    plain: dict[str, Any] = {
        "pass_fail": "pass",
        "text": "Escape routes and assembly point",
        "signature": "signed",
        "time": at,
        "count": 6 if item.pair else int(item.min or 0),
        "number": ((item.min or 0) + (item.max or 40)) / 2,
        "meter": 48_210,
        "photo": None,
    }
    if item.plan:  # a switching time: as planned, or not yet
        return {"value": "na" if item.takes_na else SWITCHED_ON_AT}
    if item.choices:
        return {"value": next(c.value for c in item.choices if not c.fails)}
    if item.pair:
        return {"value": plain[item.type], "of": plain[item.type]}
    return {"value": plain[item.type]}


# -- What a person sees -------------------------------------------------------------


class Silent(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """A picture needs no log."""


def device(browser: Browser, story: Story, **given: Any) -> BrowserContext:
    context = browser.new_context(locale="en-GB", timezone_id=ZONE, **given)
    context.set_default_timeout(60_000)
    context.clock.install(time=story.clock.now)
    return context


def sign_in(context: BrowserContext, address: str, name: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def walk(page: Page, story: Story) -> None:
    """Half a fire patrol, with one thing found."""
    round_id = f"fire-patrol.{WALKED}.{story.day:%Y%m%d}.1600"
    page.evaluate("address => { location.hash = address }", f"#round/{round_id}")
    for item in ("R01", "R03", "R04"):
        page.locator(f"#item-{item} .segment--pass").click()
    found = page.locator("#item-R02")
    found.locator(".segment--fail").click()
    found.locator("[data-note]").fill("Delivery cages in front of exit 2, guard called")
    found.locator("input[type=file]").first.set_input_files(
        {"name": "exit.jpg", "mimeType": "image/jpeg", "buffer": picture("opening")}
    )
    found.locator("[data-photos] img").first.wait_for()


def shoot(page: Page, name: str) -> None:
    """A picture of what is on screen, as a PNG with few colours."""
    page.evaluate("document.activeElement?.blur()")
    page.wait_for_timeout(1500)
    shown = Image.open(io.BytesIO(page.screenshot()))
    path = IMAGES / f"{name}.png"
    few = shown.convert("RGB").quantize(200, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {shown.size}, {path.stat().st_size // 1000} kB")


def take(browser: Browser, story: Story, address: str) -> None:
    with device(
        browser, story, viewport={"width": 412, "height": 800},
        device_scale_factor=2, is_mobile=True, has_touch=True,
    ) as phone:  # fmt: skip
        page = sign_in(phone, address, "officer")
        page.get_by_text(re.compile("^Ready to walk, ")).first.wait_for()
        phone.set_offline(True)
        walk(page, story)
        page.locator("#item-R02").scroll_into_view_if_needed()
        shoot(page, "round")
    with device(browser, story, viewport={"width": 1280, "height": 1000}) as desk:
        page = sign_in(desk, address, "manager")
        page.goto(f"{address}/malls/demo/log/{story.day}")
        shoot(page, "day")
        page.goto(f"{address}/malls/demo/findings/")
        shoot(page, "findings")


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        story = Story(folder)
        story.tell()
        server = make_server(
            "127.0.0.1", 0, story.app, threaded=True, request_handler=Silent
        )
        Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=launch_args()
        )
        take(browser, story, f"http://127.0.0.1:{server.server_port}")
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
