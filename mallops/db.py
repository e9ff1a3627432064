"""The database: engine settings, names of constraints, Model base, quick ways in."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple, cast

import sqlalchemy as sa
from flask import Flask, g, has_app_context, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase

from mallops.bulk import insert_of
from mallops.columns import BigId as BigId
from mallops.columns import Moment as Moment
from mallops.columns import Words as Words

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# What a phone sends may take minutes to arrive; these views call start_writing() then.
LATE_WRITERS = ("/sync/batch", "/sync/photos/")
LATE_FORMS = ("/steps",)  # forms with photos, by how their address ends
LOCK_SECONDS = 5

Columns = TypeVarTuple("Columns")
Value = TypeVar("Value")
_next_to_write = Lock()  # held by the thread that waits for SQLite's write lock


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


def fetch(
    statement: sa.Select[*Columns] | sa.CompoundSelect[*Columns], **given: Any
) -> Sequence[sa.Row[*Columns]]:
    """Plain rows of a statement that was built once, when its module was read.

    For what each request of a phone asks: building the statement anew and taking the
    way past the session's objects costs five times as much. Sees what was flushed.
    """
    values = {
        name: padded(v) if isinstance(v, list) else v for name, v in given.items()
    }
    return db.session.connection().execute(statement, values).all()


def padded(values: list[Value]) -> list[Value]:
    """As many as a power of two, the last one repeated; for ``IN (…)``.

    Drivers keep the statements they prepared. A hundred lengths would be as many
    statements, 20 MB of them, of which none is used twice.
    """
    missing = (1 << (len(values) - 1).bit_length()) - len(values) if values else 0
    return values + values[-1:] * missing


def insert_rows(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add plain rows that all name the same columns; no default is filled in."""
    if rows:
        connection, table = db.session.connection(), cast(sa.Table, model.__table__)
        insert = insert_of(connection.dialect.name, table, tuple(rows[0]))
        connection.exec_driver_sql(insert.sql, insert.parameters(rows))


def insert_or(model: type[Model]) -> Any:
    """An INSERT that can say ``on_conflict_…``, in the words of this engine."""
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    insert: Any = sqlite.insert if is_sqlite else postgresql.insert
    return insert(model.__table__)


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
    who writes batch after batch that is never at the right moment. Of the threads of
    a process one asks and the others queue: eight that asked took half a processor.
    """
    driver = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    give_up_at = monotonic() + LOCK_SECONDS
    is_first = _next_to_write.acquire(timeout=LOCK_SECONDS)
    set_patience(driver, 3)
    try:
        while monotonic() < give_up_at:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    break
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # fails in SQLAlchemy's words
    finally:
        set_patience(driver, LOCK_SECONDS * 1000)
        if is_first:
            _next_to_write.release()


def set_patience(driver: sqlite3.Connection, milliseconds: int) -> None:
    """How long SQLite waits for somebody else who writes."""
    driver.execute(f"PRAGMA busy_timeout = {milliseconds}")


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
