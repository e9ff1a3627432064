"""How long the server takes for the handover of a busy shift, draft and signed."""

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mallops.places.queries import find_mall
from mallops.rounds.queries import RoundOnDay, rounds_of_day
from mallops.shifts.queries import find_shift
from tests.bench.figures import Figure, median, percentile
from tests.bench.site import ENGINES, MALL, Site, close, database, furnish, open_site
from tests.bench.site import user as person
from tests.support.phone import Phone

BUDGET_MS = 80
ENTRIES, OPEN, NOTES = 1_000, 60, 40  # of them
REQUESTS = 60
SHIFT = "early.20261121"
PAGE = f"/malls/{MALL}/handovers/{SHIFT}"


class Clock:
    """15:00 in Shanghai, half an hour before the shift ends."""

    now = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def figures() -> Iterator[Figure]:
    for engine in ENGINES:
        with (
            tempfile.TemporaryDirectory() as folder,
            database(engine, Path(folder)) as url,
        ):
            clock = Clock()
            site = open_site(url, Path(folder), clock=clock)
            furnish(site, clock.now)
            yield from _figures(engine, site, clock)
            close(site)


def _figures(engine: str, site: Site, clock: Clock) -> Iterator[Figure]:
    with site.app.app_context():
        phone = _busy(site, clock)
    what = f"{ENTRIES:,} entries, {OPEN} open findings"
    yield _p95(f"{engine}: handover, {what}", site, "supervisor2", PAGE, clock)
    with site.app.app_context():
        _sign(phone)
    yield _p95(f"{engine}: … signed", site, "supervisor2", PAGE, clock)
    yield _p95(f"{engine}: … for a phone", site, "officer2", "/floor/handover", clock)
    listed = f"/malls/{MALL}/handovers/"
    yield _p95(f"{engine}: … the list of a week", site, "supervisor", listed, clock)


def _busy(site: Site, clock: Clock) -> Phone:
    """A shift's work, handed in through the protocol."""
    phone = Phone(site.app, person("officer"), clock)
    at = {"recorded_at": clock.now - timedelta(hours=2)}
    body = {"place": "L1-A", "category": "hygiene", "severity": "S3", "photos": []}
    entries = [
        phone.seal({**body, "text": f"Spill {number}"}, kind="finding", **at)
        for number in range(OPEN)
    ]
    entries += [phone.note(f"Note {number}", **at) for number in range(NOTES)]
    entries += [_walked(phone, one) for one in _rounds(clock)]
    entries += [phone.inspection(**at) for _ in range(ENTRIES - len(entries))]
    for start in range(0, len(entries), 50):
        phone.hand_in(*entries[start : start + 50])
    return phone


def _rounds(clock: Clock) -> list[RoundOnDay]:
    """Those of the shift: all of them are walked, so that only findings are open."""
    mall = find_mall(MALL)
    assert mall
    shift = find_shift(mall, SHIFT)
    assert shift
    every = rounds_of_day(mall, shift.day, clock.now)
    return [one for one in every if shift.runs_at(one.round.starts_at)]


def _walked(phone: Phone, one: RoundOnDay) -> dict[str, Any]:
    at = one.round.starts_at
    body = {
        "checklist": one.checklist,
        "place": one.spot.code,
        "round": one.id,
        "started_at": at.isoformat(),
        "finished_at": (at + timedelta(minutes=5)).isoformat(),
    }
    sealed: dict[str, Any] = phone.inspection(body=body, recorded_at=at)
    return sealed


def _sign(phone: Phone) -> None:
    shown = phone.get("/floor/handover").json["outgoing"]
    body = {"shift": SHIFT, "snapshot": shown["snapshot"], "digest": shown["digest"]}
    (result,) = phone.hand_in(phone.seal(body, kind="handover_sign"))
    if result["status"] != "accepted":
        raise RuntimeError(result)


def _p95(name: str, site: Site, who: str, path: str, clock: Clock) -> Figure:
    client = site.app.test_client(use_cookies=False)
    headers = {"Cookie": site.cookie(who, clock.now)}

    def milliseconds() -> float:
        began = time.perf_counter()
        answer = client.get(path, headers=headers)
        size = len(answer.data)
        if answer.status_code != 200 or size < 100:
            raise RuntimeError(f"{answer.status_code} {path}")
        return (time.perf_counter() - began) * 1000

    milliseconds()
    taken = [milliseconds() for _ in range(REQUESTS)]
    note = f"half of {len(taken)} within {median(taken):.0f} ms"
    p95 = percentile(taken, 95)
    return Figure(f"{name}, p95", p95, "ms", at_most=BUDGET_MS, note=note)
