"""How long the server takes for the list of findings, among a hundred thousand."""

import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mallops.db import db, insert_rows, start_writing
from mallops.findings import queries, rules
from mallops.findings.models import Finding
from mallops.ledger.models import Entry
from mallops.places import queries as places
from tests.bench.figures import Figure, median, percentile
from tests.bench.site import ENGINES, MALL, Site, close, database, furnish, open_site
from tests.bench.site import user as person
from tests.support.phone import Phone

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
BUDGET_MS = 50
FINDINGS = 100_000
OPEN = 2_000  # of them; then all, which is more than any mall will ever have
DAYS = 1500
AT_ONCE = 2_000
REQUESTS = 100
FILTERS = ("zone=L1-A", "unit=L1-003", "category=hygiene", "severity=S1", "q=belt")
STATES = ("open", "assigned", "in_progress", "waiting", "rejected", "fixed")
LIST = f"/malls/{MALL}/findings/"


def figures() -> Iterator[Figure]:
    for engine in ENGINES:
        with (
            tempfile.TemporaryDirectory() as folder,
            database(engine, Path(folder)) as url,
        ):
            site = open_site(url, Path(folder), clock=lambda: NOW)
            furnish(site, NOW)
            _fill(site)
            yield from _figures(engine, site)
            close(site)


def _figures(engine: str, site: Site) -> Iterator[Figure]:
    reader = Reader(site, "supervisor")
    name = f"{engine}: open findings among {FINDINGS:,}"
    yield _p95(name, reader, "", BUDGET_MS)
    yield _p95(f"{engine}: … the second page", reader, reader.next_page(), BUDGET_MS)
    for tab in ("overdue", "mine", "closed"):
        yield _p95(f"{engine}: … {tab}", reader, f"?tab={tab}", BUDGET_MS)
    yield _p95(f"{engine}: … filtered and searched", reader, FILTERS, BUDGET_MS)
    yield _p95(f"{engine}: … closed ones searched", reader, "?tab=closed&q=belt", None)
    yield _p95(f"{engine}: … the part that refreshes", reader, "rows", BUDGET_MS)
    yield _p95(f"{engine}: … for a contractor", Reader(site, "cleaner"), "", BUDGET_MS)
    _open_all(site)
    yield _p95(f"{engine}: … all of them open", reader, "", None)


class Reader:
    """Somebody who reads the list, in this process: no network in the figures."""

    def __init__(self, site: Site, name: str) -> None:
        self.client = site.app.test_client(use_cookies=False)
        self.headers = {"Cookie": site.cookie(name, NOW)}

    def milliseconds(self, tail: str) -> float:
        began = time.perf_counter()
        answer = self.client.get(LIST + tail, headers=self.headers)
        size = len(answer.data)
        taken = (time.perf_counter() - began) * 1000
        if answer.status_code != 200 or size < 100:
            raise RuntimeError(f"{answer.status_code} {tail}")
        return taken

    def next_page(self) -> str:
        page = self.client.get(LIST, headers=self.headers).text
        address = page.partition('rel="next" href="')[2].partition("#")[0]
        return address.removeprefix(LIST).replace("&amp;", "&")


def _p95(
    name: str, reader: Reader, tails: str | Sequence[str], budget: float | None
) -> Figure:
    several = [tails] if isinstance(tails, str) else [f"?{tail}" for tail in tails]
    for tail in several:
        reader.milliseconds(tail)
    times = range(REQUESTS // len(several))
    taken = [reader.milliseconds(tail) for tail in several for _ in times]
    note = f"half of {len(taken)} within {median(taken):.0f} ms"
    p95 = percentile(taken, 95)
    return Figure(f"{name}, p95", p95, "ms", at_most=budget, note=note)


# -- A hundred thousand findings ------------------------------------------------------


def _fill(site: Site) -> None:
    """Copies of one that was handed in, of all sorts, at all places and times."""
    chance = random.Random(7)
    with site.app.app_context():
        phone = Phone(site.app, person("officer"), _Now())
        body = {"place": "L1-A", "category": "other", "severity": "S3", "text": "First"}
        phone.hand_in(phone.seal(body, kind="finding"))
        start_writing()
        mall = places.find_mall(MALL)
        assert mall
        entry_id = db.session.scalars(sa.select(Entry.id).filter_by(kind="finding"))
        common = {"mall_id": mall.id, "entry_id": entry_id.one()}
        spots = list(places.spots(mall.id).values())
        teams = [None, *sorted(queries.team_codes(mall.id))]
        people = [person(name).id for name in ("officer", "officer2", "supervisor")]
        for start in range(0, FINDINGS, AT_ONCE):
            rows = [
                _row(n, common, chance, spots, teams, people)
                for n in range(start, start + AT_ONCE)
            ]
            insert_rows(Finding, rows)
        db.session.commit()
        _look(site)


def _look(site: Site) -> None:
    """Let the database count what it holds, as it does by itself at night."""
    command = "VACUUM ANALYZE" if db.engine.dialect.name != "sqlite" else "ANALYZE"
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as one:
        one.execute(sa.text(command))


class _Now:
    now = NOW


def _row(
    number: int, common: dict[str, Any], chance: random.Random, spots: list[Any],
    teams: list[Any], people: list[int],
) -> dict[str, Any]:  # fmt: skip
    is_open = number < OPEN
    days = chance.random() * (3 if is_open else DAYS)
    at, spot = NOW - timedelta(days=days), chance.choice(spots)
    severity = chance.choices(list(rules.LIMITS), (1, 3, 8, 4))[0]
    state = chance.choice(STATES) if is_open else "verified"
    limits, team = rules.LIMITS[severity], chance.choice(teams)
    done = at + timedelta(hours=1)
    return {
        **common,
        "id": f"00000000-0000-4000-8000-{chance.getrandbits(48):012x}.F{number}",
        "number": f"{number}-F{number}",
        "category": chance.choice(rules.CATEGORIES),
        "triggers": ["SUP"],
        "title": {"en": f"Item {number % 300}", "zh-Hans": "检查项", "zh-Hant": "檢查"},
        "text": chance.choice(("Belt worn", "Water on the floor", "灯不亮")) * 3,
        "details": {},
        "photos": [],
        "place_id": spot.place_id,
        "zone_id": spot.zone_id,
        "unit_id": spot.unit_id,
        "business_day": at.date(),
        "opened_at": at,
        "opened_by_id": chance.choice(people),
        "fixed_on_spot": False,
        "first_severity": severity,
        "first_team": team,
        "severity": severity,
        "state": state,
        "team": team,
        "acknowledge_by": at + timedelta(minutes=limits.acknowledge),
        "fix_by": at + timedelta(minutes=limits.fix),
        "acknowledged_at": None if state == "open" else at,
        "waiting_since": at if state == "waiting" else None,
        "waiting_for": "part" if state == "waiting" else None,
        "fixed_at": done if state in ("fixed", "verified") else None,
        "closed_at": None if is_open else done,
        "contradicted": False,
        "seen_again": 0,
        "last_step_at": at,
    }


def _open_all(site: Site) -> None:
    with site.app.app_context():
        start_writing()
        db.session.execute(
            sa.update(Finding)
            .where(Finding.closed_at.is_not(None))
            .values(state="open", closed_at=None, fixed_at=None)
        )
        db.session.commit()
        _look(site)
