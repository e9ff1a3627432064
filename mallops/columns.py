"""Types of columns that SQLAlchemy does not bring along."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import mapped_column


class UtcMoment(sa.TypeDecorator[datetime]):
    """A point in time, stored in UTC; refuses a datetime without an offset."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        return None if value is None else in_utc(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """SQLite keeps text without an offset; a list reads thousands of them."""
        return _from_text if dialect.name == "sqlite" else None


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        ValueError: it has no offset (the programmer's mistake).
    """
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs an offset: {moment!r}")
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


Moment = Annotated[datetime, mapped_column(UtcMoment)]
# One text in each language the product speaks: {"en": …, "zh-Hans": …, "zh-Hant": …}
Words = Annotated[dict[str, str], mapped_column(sa.JSON)]
BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
