"""Figures for Prometheus: counted in each process, added up when they are asked for.

The processes of one gunicorn share a folder of small memory-mapped files; that is the
library's own way, needs no lock and no round trip, and outlives a worker that is
replaced. Without that folder (one process, or tests) they are counted in memory.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from mallops.config import Settings
from mallops.db import db
from mallops.ledger.models import Entry, LedgerHead, LogLine
from mallops.operations import health, queries
from mallops.operations.actions import BACKUP, WORKER
from mallops.places.models import Mall

TYPE = CONTENT_TYPE_LATEST
SHARED = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds

registry = CollectorRegistry()
requests = Counter(
    "mallops_requests", "Requests answered.", ["endpoint", "status"], registry=registry
)
seconds = Histogram(
    "mallops_request_seconds",
    "How long answers took.",
    ["endpoint"],
    buckets=BUCKETS,
    registry=registry,
)
entries = Counter(
    "mallops_batch_entries",
    "Entries offered by phones, by what became of them.",
    ["status"],
    registry=registry,
)


def init_app(app: Flask) -> None:
    """Counts nothing unless somebody may ask."""
    if app.config["SETTINGS"].metrics_token:
        app.before_request(_begin)
        app.after_request(_count)


def _begin() -> None:
    g.counted_from = perf_counter()


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    requests.labels(endpoint, response.status_code).inc()
    if "counted_from" in g:
        seconds.labels(endpoint).observe(perf_counter() - g.counted_from)
    for status, count in g.get("batch_statuses", {}).items():
        entries.labels(status).inc(count)
    return response


def exposition(settings: Settings, now: datetime) -> bytes:
    """All figures of all processes of this server, as Prometheus reads them."""
    counted: Any = registry
    if os.environ.get(SHARED):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    asked = CollectorRegistry()
    asked.register(_Asked(settings, now))
    return generate_latest(counted) + generate_latest(asked)


class _Asked:
    """What is the same whichever process is asked: read when it is."""

    def __init__(self, settings: Settings, now: datetime) -> None:
        self.settings, self.now = settings, now

    def collect(self) -> Iterable[GaugeMetricFamily]:
        yield _by_mall("mallops_entries", "Entries in the ledger.", _ENTRIES)
        yield _by_mall("mallops_backed_up", "Entries in a backup.", _BACKED_UP)
        yield _by_mall("mallops_held", "Entries that wait for a supervisor.", _HELD)
        for name in (BACKUP, WORKER):
            age = queries.age_of(name, self.now)
            if age is not None:
                text = f"Seconds since the last sign of life of the {name}."
                value = age.total_seconds()
                yield GaugeMetricFamily(f"mallops_{name}_age_seconds", text, value)
        free = health.free_bytes(self.settings.data)
        yield GaugeMetricFamily("mallops_free_bytes", "Room in the data folder.", free)


_ENTRIES = sa.select(Mall.code, LedgerHead.ledger_seq).join(
    LedgerHead, LedgerHead.mall_id == Mall.id
)
_BACKED_UP = sa.select(Mall.code, LedgerHead.backed_up_through).join(
    LedgerHead, LedgerHead.mall_id == Mall.id
)
# By way of the entries, which have an index of those that came in as held.
_HELD = (
    sa.select(Mall.code, sa.func.count(LogLine.entry_id))
    .outerjoin(Entry, (Entry.mall_id == Mall.id) & (Entry.status == "held"))
    .outerjoin(LogLine, (LogLine.entry_id == Entry.id) & (LogLine.state == "held"))
    .group_by(Mall.code)
)


def _by_mall(name: str, text: str, query: sa.Select[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=["mall"])
    for code, number in db.session.execute(query):
        family.add_metric([code], number)
    return family
