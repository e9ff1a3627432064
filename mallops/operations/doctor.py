"""Looks at settings and surroundings and says what is well, what is not, and why."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask_migrate import Migrate

from mallops.config import LOOPBACK, Settings
from mallops.db import db
from mallops.factors import queries as factors
from mallops.ledger import storage
from mallops.ledger.models import Entry
from mallops.operations import health, queries, rules
from mallops.operations.actions import BACKUP, WORKER

State = Literal["ok", "warn", "bad"]
SMTP_SECONDS = 5


@dataclass(frozen=True)
class Line:
    """One thing that was looked at."""

    name: str
    state: State
    text: str


def examine(settings: Settings, migrate: Migrate, now: datetime) -> Iterator[Line]:
    """Everything, in the order in which one would mend it."""
    yield from _settings(settings)
    yield _secret(settings)
    yield from _database(settings, migrate, now)
    yield _photos()
    yield _disk(settings)
    yield from _backups(settings, now)
    yield _mail(settings)


def _settings(settings: Settings) -> Iterator[Line]:
    if settings.origin:
        yield Line("address", "ok", settings.origin)
    elif settings.bind in {*LOOPBACK, "::1"}:
        yield Line("address", "ok", "this machine only (MALLOPS_ORIGIN is not set)")
    else:
        text = f"listens on {settings.bind}, but without MALLOPS_ORIGIN nobody gets in"
        yield Line("address", "warn", text)
    if settings.https and not settings.proxies:
        text = "MALLOPS_PROXIES is 0: the proxy's address is taken for everybody's"
        yield Line("proxy", "warn", text)
    mode = settings.data.stat().st_mode
    if mode & 0o007:
        text = f"everybody on this machine may look into {settings.data}: chmod o= it"
        yield Line("data folder", "warn", text)
    else:
        yield Line("data folder", "ok", str(settings.data))


def _secret(settings: Settings) -> Line:
    where = "MALLOPS_SECRET_KEYS" if settings.keys_given else "secret_key"
    return Line("signing keys", "ok", f"{len(settings.secret_keys)}, from {where}")


def _database(settings: Settings, migrate: Migrate, now: datetime) -> Iterator[Line]:
    try:
        revision = _revision()
    except sa.exc.SQLAlchemyError as error:
        db.session.rollback()
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        yield Line("database", "bad", f"cannot be read: {reason}")
        return
    head = ScriptDirectory(migrate.directory).get_current_head()
    if revision != head:
        text = f"is at {revision or 'nothing'}, not {head}: run mallops migrate"
        yield Line("database", "bad", text)
        return
    yield Line("database", "ok", f"{db.engine.dialect.name}, at {head}")
    yield _clock(now)
    yield _second_factors()
    yield _worker(settings, now)


def _revision() -> str | None:
    if not sa.inspect(db.session.connection()).has_table("alembic_version"):
        return None
    found = db.session.execute(sa.text("SELECT version_num FROM alembic_version"))
    return found.scalar()


def _clock(now: datetime) -> Line:
    newest = db.session.scalar(sa.select(sa.func.max(Entry.received_at)))
    if health.clock_is_sane(now, newest):
        return Line("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC")
    text = f"{now:%Y-%m-%d %H:%M} UTC is before the newest entry came in"
    return Line("clock", "bad", text)


def _second_factors() -> Line:
    count, lost = factors.count_sealed()
    if not lost:
        return Line("second factors", "ok", f"{count} can be opened")
    text = f"{lost} of {count} were sealed with a key that is gone: docs/security.md"
    return Line("second factors", "warn", text)


def _worker(settings: Settings, now: datetime) -> Line:
    age = queries.age_of(WORKER, now)
    state = rules.worker_state(age)
    if age is None:
        text = "never ran: nobody is told of findings, no backups: run mallops worker"
        return Line("worker", "warn", text)
    text = f"last seen {_in_words(age)} ago"
    return Line("worker", "ok" if state == "ok" else "bad", text)


def _photos() -> Line:
    if storage.store().is_writable():
        return Line("photos", "ok", "can be kept")
    return Line("photos", "bad", "cannot be kept: no room, or no right to write")


def _disk(settings: Settings) -> Line:
    free = health.free_bytes(settings.data)
    states: dict[str, State] = {"ok": "ok", "low": "warn", "failing": "bad"}
    text = f"{free / 1e9:.1f} GB free in the data folder"
    return Line("disk", states[rules.disk_state(free)], text)


def _backups(settings: Settings, now: datetime) -> Iterator[Line]:
    try:
        age = queries.age_of(BACKUP, now)
    except sa.exc.SQLAlchemyError:
        return
    if age is None:
        yield Line("backups", "warn", "none was made yet: mallops backup --to FOLDER")
    elif age > rules.BACKUP_OLD_AFTER:
        yield Line("backups", "bad", f"the last one is {_in_words(age)} old")
    else:
        yield Line("backups", "ok", f"the last one is {_in_words(age)} old")
    folder = settings.backups
    if folder is None:
        yield Line("daily backups", "warn", "MALLOPS_BACKUPS is not set")
    elif folder.exists() and folder.stat().st_dev == settings.data.stat().st_dev:
        text = f"{folder} is on the same disk as the data"
        yield Line("daily backups", "warn", text)


def _mail(settings: Settings) -> Line:
    if settings.smtp is None:
        return Line("e-mail", "ok", "none is sent (MALLOPS_SMTP is not set)")
    host, port = settings.smtp.host, settings.smtp.port
    kind = smtplib.SMTP_SSL if settings.smtp.tls else smtplib.SMTP
    try:
        with kind(host, port, timeout=SMTP_SECONDS) as post:
            post.noop()
    except (OSError, smtplib.SMTPException) as error:
        return Line("e-mail", "bad", f"{host} cannot be reached: {error}")
    return Line("e-mail", "ok", f"{host} answers")


def _in_words(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"
