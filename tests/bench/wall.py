"""How long the server takes for the wall of shops, and to take doors in."""

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mallops.db import db, insert_rows, start_writing
from mallops.doors.models import DoorDay
from mallops.places import queries as places
from mallops.places.models import Mall, Tenancy, Tenant, Unit
from tests.bench import clients
from tests.bench.day import Taken
from tests.bench.entries import walkers
from tests.bench.figures import Figure, median, percentile, spread
from tests.bench.site import (
    ENGINES,
    MALL,
    Site,
    close,
    database,
    demo_site,
    furnish,
    open_site,
)

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)  # 23:00 in the demo
TODAY = date(2026, 11, 21)
DAYS = 365
BUDGET_MS = 50
REQUESTS = 60
BATCH, DOORS, RUNS = 50, 250, 5
# How doors are found, by how often: state, minutes off, what it counts as.
OPENINGS = (
    (90, ("on_time", None, None, None)),
    (4, ("late", 20, 40, "late")),
    (2, ("open", None, 25, None)),
    (1, ("not_open", 45, None, "not_open")),
)
CLOSINGS = (
    (92, ("on_time", None, None, None)),
    (3, ("early", 35, None, "early")),
    (2, ("late_unapproved", 15, 35, None)),
)


def figures() -> Iterator[Figure]:
    for engine in ENGINES:
        with (
            tempfile.TemporaryDirectory() as folder,
            database(engine, Path(folder)) as url,
        ):
            site = open_site(url, Path(folder), clock=lambda: NOW)
            furnish(site, NOW)
            yield from _walls(engine, site, 250)
            yield from _walls(engine, site, 1000)
            close(site)
        with (
            tempfile.TemporaryDirectory() as folder,
            demo_site(engine, Path(folder)) as site,
            site.server() as server,
        ):
            yield _batches(engine, site, server.port)


def _walls(engine: str, site: Site, units: int) -> Iterator[Figure]:
    with site.app.app_context():
        _fill(units)
    reader = Reader(site)
    name = f"{engine}: the wall of {units:,} shops after a year"
    yield _p95(name, reader, "", BUDGET_MS)
    yield _p95(f"{engine}: … today", reader, "", BUDGET_MS, TODAY)
    yield _p95(f"{engine}: … those that were late", reader, "?state=opening-late", 50)
    yield _p95(f"{engine}: … the part that refreshes itself", reader, "/wall", 50)
    yield _p95(f"{engine}: … a day as CSV", reader, ".csv", None)


class Reader:
    """A manager who reads days, in this process: no network in the figures."""

    def __init__(self, site: Site) -> None:
        self.client = site.app.test_client(use_cookies=False)
        self.headers = {"Cookie": site.cookie("manager", NOW)}
        self.random = random.Random(1)

    def read(self, tail: str, day: date | None) -> Taken:
        day = day or TODAY - timedelta(days=self.random.randrange(1, DAYS))
        address = f"/malls/{MALL}/doors/{day.isoformat()}{tail}"
        began, computed = time.perf_counter(), time.process_time()
        answer = self.client.get(address, headers=self.headers)
        size = len(answer.data)
        taken = time.perf_counter() - began, time.process_time() - computed
        if answer.status_code != 200 or size < 100:
            raise RuntimeError(f"{answer.status_code} {address}")
        return Taken(taken[0] * 1000, taken[1] * 1000)


def _p95(
    name: str, reader: Reader, tail: str, budget: float | None, day: date | None = None
) -> Figure:
    for _ in range(5):
        reader.read(tail, day)
    taken = [reader.read(tail, day) for _ in range(REQUESTS)]
    half, computed = (median(column) for column in zip(*taken, strict=True))
    note = f"half of {len(taken)} within {half:.0f} ms, {computed:.0f} ms of it CPU"
    p95 = percentile([one.ms for one in taken], 95)
    return Figure(f"{name}, p95", p95, "ms", at_most=budget, note=note)


# -- A year of doors ------------------------------------------------------------------


def _fill(units: int) -> None:
    """Add shops up to so many, and what is known of each on every day of a year.

    The page reads what is known, not the sightings behind it, so there are none.
    """
    start_writing()
    mall = places.find_mall(MALL)
    assert mall
    known = list(db.session.scalars(sa.select(Unit.id).filter_by(mall_id=mall.id)))
    new = _add_shops(mall, units - len(known))
    chance = random.Random(7)
    for number in range(DAYS):
        day = TODAY - timedelta(days=number)
        insert_rows(DoorDay, [r for id_ in new for r in _rows(mall, id_, day, chance)])
        if not number % 30:
            db.session.commit()
            start_writing()
    db.session.commit()
    command = "VACUUM ANALYZE" if db.engine.dialect.name != "sqlite" else "ANALYZE"
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as one:
        one.execute(sa.text(command))


def _add_shops(mall: Mall, how_many: int) -> list[int]:
    """Ids of the shops without a year of doors: new ones, or all there are."""
    if how_many <= 0:
        return list(db.session.scalars(sa.select(Unit.id).filter_by(mall_id=mall.id)))
    model = db.session.scalars(sa.select(Unit).filter_by(mall_id=mall.id)).first()
    assert model
    ids = []
    for number in range(how_many):
        tenant = Tenant(
            mall_id=mall.id,
            name={"en": f"Shop {number}", "zh-Hans": f"商铺 {number}"},
            trade_category="fashion",
        )
        unit = Unit(
            mall_id=mall.id, no=f"X-{number:04}", kind="shop", state="trading",
            floor=model.floor, zone_id=model.zone_id, walk_order=1000 + number,
        )  # fmt: skip
        db.session.add_all([tenant, unit])
        db.session.flush()
        began = TODAY - timedelta(days=800)
        db.session.add(Tenancy(unit_id=unit.id, tenant_id=tenant.id, starts_on=began))
        ids.append(unit.id)
    db.session.flush()
    return ids


def _rows(
    mall: Mall, unit_id: int, day: date, chance: random.Random
) -> Iterator[dict[str, Any]]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for event, hour, ways in (("opening", 2, OPENINGS), ("closing", 14, CLOSINGS)):
        [(state, least, most, case)] = chance.choices(
            [way for _, way in ways], [weight for weight, _ in ways]
        )
        planned_at = midnight + timedelta(hours=hour)
        yield {
            "unit_id": unit_id, "day": day, "event": event, "mall_id": mall.id,
            "tenant_id": None, "planned_at": planned_at, "state": state,
            "seen_at": planned_at + timedelta(seconds=chance.randrange(900)),
            "least": least, "most": most, "contradicted": chance.random() < 0.01,
            "bulk": chance.random() < 0.1, "case": case,
        }  # fmt: skip


# -- Taking them in -------------------------------------------------------------------


def _batches(engine: str, site: Site, port: int) -> Figure:
    """A round of 250 doors from one phone, in batches of 50."""
    cookie = site.cookie("officer")
    walker = walkers(site)("officer")
    with site.app.app_context():
        numbers = list(db.session.scalars(sa.select(Unit.no).order_by(Unit.id)))[:DOORS]
    rates = []
    for _ in range(RUNS + 1):
        now = datetime.now(UTC)
        entries = [walker.door(no, now) for no in numbers]
        load = [
            clients.batch(walker.batch(entries[at : at + BATCH], now))
            for at in range(0, len(entries), BATCH)
        ]
        began = time.perf_counter()
        clients.send(port, cookie, load)
        rates.append(len(entries) / (time.perf_counter() - began))
    return Figure(
        f"{engine}: {DOORS} doors in batches of {BATCH}",
        median(rates[1:]),
        "entries/s",
        note=spread(rates[1:]),
    )
