"""When a backup is due, what it is called and which ones stay (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

UNFINISHED = ".unfinished-"
_NAME = re.compile(r"mallops-\d{8}T\d{6}Z")
_WRITTEN = "mallops-%Y%m%dT%H%M%SZ"


def name_of(moment: datetime) -> str:
    """What a backup begun at this moment is called; names sort by time."""
    return moment.astimezone(UTC).strftime(_WRITTEN)


def is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def begun_at(name: str) -> datetime:
    """When the backup of this name was begun.

    Raises:
        ValueError: no name of a backup.
    """
    return datetime.strptime(name, _WRITTEN).replace(tzinfo=UTC)


def outdated(names: Iterable[str], keep: int) -> list[str]:
    """The oldest ones beyond those to keep, of which there is at least one."""
    return sorted(names)[: -max(keep, 1)]


def is_due(now: datetime, hour: int, newest: datetime | None) -> bool:
    """Whether none was begun since the hour (UTC) came last.

    After a day away one is made at once, not one for each day.
    """
    since = now.astimezone(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)
    if since > now:
        since -= timedelta(days=1)
    return newest is None or newest < since
