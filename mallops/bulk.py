"""How many rows of a table are handed to the database in one go.

A batch of a phone makes hundreds. SQLAlchemy prepares each value by calls of its own,
which takes longer than the database takes to store it: so what has to be known of a
table is worked out once, and its rows go to the driver as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

from mallops.columns import UtcMoment, in_utc

Column = sa.Column[Any]
Converter = Callable[[Any], Any] | None
POSTGRESQL: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's


@dataclass(frozen=True)
class Insert:
    """A statement for rows that all name the same columns."""

    sql: str
    converters: Mapping[str, Converter]  # by column
    in_one_text: bool

    def parameters(self, rows: Sequence[Mapping[str, Any]]) -> Any:
        """The rows as the driver takes them.

        Raises:
            KeyError, ValueError: they name other columns, or a moment has no offset
                (the programmer's mistake).
        """
        if any(len(row) != len(self.converters) for row in rows):
            raise ValueError("rows of one table that name different columns")
        columns = [
            _converted([row[name] for row in rows], convert)
            for name, convert in self.converters.items()
        ]
        values = list(zip(*columns, strict=True))
        if not self.in_one_text:
            return values
        named = [dict(zip(self.converters, row, strict=True)) for row in values]
        return (_json(named),)


@cache
def insert_of(engine: str, table: sa.Table, names: tuple[str, ...]) -> Insert:
    """How rows with these columns go into a table on SQLite or PostgreSQL."""
    columns = [table.c[name] for name in names]
    into = f"INSERT INTO {table.name} ({_listed(names)})"
    if engine == "sqlite":
        marks = ", ".join("?" for _ in names)
        sql = f"{into} VALUES ({marks})"
        return Insert(sql, _converters(columns, FOR_SQLITE), in_one_text=False)
    sql = f"{into} {_from_json(columns)}"
    return Insert(sql, _converters(columns, FOR_JSON), in_one_text=True)


def _from_json(columns: Sequence[Column]) -> str:
    """All rows from one text: a third of what a statement for each would cost."""
    of_json = {column.name for column in columns if isinstance(column.type, sa.JSON)}
    given = ", ".join(f'"{column.name}" {_type_in_json(column)}' for column in columns)
    taken = ", ".join(
        f'"{column.name}"' + ("::json" if column.name in of_json else "")
        for column in columns
    )
    return f"SELECT {taken} FROM json_to_recordset(%s::json) AS given ({given})"  # nosec B608  # noqa: S608 -- our own names


def _type_in_json(column: Column) -> str:
    # JSON within JSON is text, or it could hold no NUL.
    is_json = isinstance(column.type, sa.JSON)
    return "text" if is_json else column.type.compile(dialect=POSTGRESQL)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _converters(
    columns: Sequence[Column], known: Mapping[type, Converter]
) -> dict[str, Converter]:
    return {column.name: known[type(column.type)] for column in columns}


def _converted(column: list[Any], convert: Converter) -> list[Any]:
    if convert is None:
        return column
    return [None if value is None else convert(value) for value in column]


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _moment(value: datetime) -> str:
    return _text(value if value.tzinfo is UTC else in_utc(value))


# The rows of a batch share most of their moments. Only UTC comes here: in a zone with
# summer time two different moments may be equal.
@lru_cache(maxsize=200)
def _text(utc: datetime) -> str:
    return utc.isoformat(" ", "microseconds")[:26]


AS_IT_IS: dict[type, Converter] = dict.fromkeys(
    (sa.Integer, sa.BigInteger, sa.Boolean, sa.String, sa.Text)
)
# SQLite stores text: the same that SQLAlchemy writes.
FOR_SQLITE = AS_IT_IS | {
    UtcMoment: _moment,
    sa.Date: date.isoformat,
    sa.Double: float,  # its own whole numbers have 64 bits
    sa.Uuid: attrgetter("hex"),
    sa.JSON: _json,
}
FOR_JSON = AS_IT_IS | {
    UtcMoment: in_utc,
    sa.Date: None,
    sa.Double: None,
    sa.Uuid: None,
    sa.JSON: _json,
}
