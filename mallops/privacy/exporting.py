"""Everything that is kept by or about a person, as one file to hand over."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from mallops.db import db
from mallops.ledger import storage
from mallops.ledger.models import Entry, LogLine, Photo
from mallops.people.models import User

# Who is told of in a column of these tables is told of elsewhere in the file.
APART = frozenset({"users", "entries", "photos", "log_lines"})
SECRET = frozenset({
    "password_hash", "token_sha256", "sealed", "begins_with", "code_hash",
})  # fmt: skip


def zip_of(user: User) -> bytes:
    """``data.json`` and ``photos/``; what is in them: docs/privacy.md."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(data_of(user), ensure_ascii=False, indent=1, default=_plain)
        archive.writestr("data.json", text)
        for mall_id, sha256 in _photos(user.id):
            data = storage.store().get(mall_id, sha256)
            if data is not None:
                archive.writestr(f"photos/{sha256}.jpg", data)
    return out.getvalue()


def data_of(user: User) -> dict[str, Any]:
    own = sa.or_(Entry.recorded_by_id == user.id, Entry.carried_by_id == user.id)
    lines = sa.select(LogLine.entry_id).where(
        LogLine.search.contains(user.name.lower(), autoescape=True)
    )
    in_body = Entry.body.contains(user.name, autoescape=True)
    users = User.__table__
    return {
        "account": _rows(users, sa.select(users).where(users.c.id == user.id))[0],
        "entries": _entries(own),
        "named_in": _entries(~own & (Entry.id.in_(lines) | in_body)),
        "photos": [sha256 for _, sha256 in _photos(user.id)],
        "elsewhere": dict(_elsewhere(user.id)),
    }


def _entries(which: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    """In the order of arrival."""
    rows = sa.select(Entry.__table__).where(which)
    return _rows(Entry.__table__, rows.order_by(Entry.mall_id, Entry.ledger_seq))


def _photos(user_id: int) -> list[tuple[int, str]]:
    rows = sa.select(Photo.mall_id, Photo.sha256).where(Photo.uploaded_by_id == user_id)
    return [(mall_id, sha256) for mall_id, sha256 in db.session.execute(rows)]


def _elsewhere(user_id: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Rows of all other tables that point to the person: roles, sign-ins, shifts, …"""
    users = User.__table__
    for table in db.metadata.sorted_tables:
        pointing = [
            column
            for column in table.columns
            if any(key.column.table is users for key in column.foreign_keys)
        ]
        if pointing and table.name not in APART:
            about = sa.or_(*(column == user_id for column in pointing))
            rows = _rows(table, sa.select(table).where(about))
            if rows:
                yield table.name, rows


def _rows(table: Any, query: sa.Select[Any]) -> list[dict[str, Any]]:
    rows = db.session.execute(query.order_by(*table.primary_key.columns))
    return [
        {key: value for key, value in row._mapping.items() if key not in SECRET}
        for row in rows
    ]


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return str(value)
