"""The database: engine settings, names of constraints, UTC moments, Model base."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, cast

import sqlalchemy as sa
from flask import Flask, g, has_app_context, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, mapped_column

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# What a phone sends may take minutes to arrive; these views call start_writing() then.
LATE_WRITERS = ("/sync/batch", "/sync/photos/")
LATE_FORMS = ("/steps",)  # forms with photos, by how their address ends
LOCK_SECONDS = 5


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:

    class Model(Base):
        """What every table inherits from (the alias spares each model an ignore)."""

        __abstract__ = True

        def __init__(self, **columns: Any) -> None: ...

else:
    Model = db.Model


class UtcMoment(sa.TypeDecorator[datetime]):
    """A point in time, stored in UTC; refuses a datetime without an offset."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs an offset: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value


Moment = Annotated[datetime, mapped_column(UtcMoment)]
# One text in each language the product speaks: {"en": …, "zh-Hans": …, "zh-Hant": …}
Words = Annotated[dict[str, str], mapped_column(sa.JSON)]
BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def init_app(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def prepare_engine(engine: Engine) -> None:
    """Make commits durable and transactions explicit on SQLite.

    Python's sqlite3 opens transactions by itself and too late: a read that later
    writes would fail with "database is locked" instead of waiting. So its own
    transactions are switched off, and an unsafe request takes the write lock first.
    """
    if engine.dialect.name != "sqlite":
        return
    sa.event.listen(engine, "connect", _set_pragmas)
    sa.event.listen(engine, "begin", _begin)


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {LOCK_SECONDS * 1000}",
        "cache_size = -16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def insert_rows(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows as they are; making an object of each would take three times as long."""
    table = cast(sa.Table, model.__table__)
    db.session.execute(sa.insert(table), list(rows))


def insert_or(model: type[Model]) -> Any:
    """An INSERT that can say ``on_conflict_…``, in the words of this engine."""
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    insert: Any = sqlite.insert if is_sqlite else postgresql.insert
    return insert(model)


def will_write() -> None:
    """Say at the start of a command that it writes, so that it waits its turn."""
    g.will_write = True


def start_writing() -> None:
    """End what was read so far; the next statement takes the write lock.

    For views that first wait for something slow: nobody else can write meanwhile.
    """
    db.session.rollback()
    will_write()


def _begin(connection: sa.Connection) -> None:
    if may_write():
        _take_write_lock(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _take_write_lock(connection: sa.Connection) -> None:
    """Wait for the write lock, asking every few milliseconds.

    SQLite itself asks ever more seldom, up to ten times a second. Against somebody
    who writes batch after batch that is never at the right moment.
    """
    give_up_at = monotonic() + LOCK_SECONDS
    _set_patience(connection, 3)
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            except OperationalError:
                if monotonic() > give_up_at:
                    raise
    finally:
        _set_patience(connection, LOCK_SECONDS * 1000)


def _set_patience(connection: sa.Connection, milliseconds: int) -> None:
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {milliseconds}")


def may_write() -> bool:
    """Whether what runs now takes the write lock with its first statement."""
    if has_app_context() and "will_write" in g:
        return True
    if not has_request_context() or _writes_late(request.path):
        return False
    # Asking who is signed in notes that the phone was in contact (docs/sync.md).
    return request.method not in SAFE_METHODS or request.path == "/sync/session"


def _writes_late(path: str) -> bool:
    return path.startswith(LATE_WRITERS) or path.endswith(LATE_FORMS)
