"""A file that outlives a restore: what was erased, so that it can be erased again.

One line of JSON an erasure, with ids and hashes and nobody's words. It lies in the data
folder and beside the backups; ``mallops migrate`` erases again what a restored backup
brought back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import current_app

from mallops.config import Settings
from mallops.db import db
from mallops.ledger import erasing, queries
from mallops.ledger.erasing import Told
from mallops.ledger.models import Entry, ErasedPhoto
from mallops.people.models import User
from mallops.places.models import Mall
from mallops.privacy import actions, persons
from mallops.privacy.actions import Cause
from mallops.privacy.kinds import NAME

FILE = "erasures.jsonl"
Line = dict[str, Any]


def update() -> None:
    """Write down what is in the ledger and not yet in the files."""
    settings: Settings = current_app.config["SETTINGS"]
    told = list(_told())
    folders = [settings.data, *([settings.backups] if settings.backups else [])]
    for folder in folders:
        if folder.is_dir():
            merge(folder, told)


def merge(folder: Path, lines: Iterable[Line]) -> None:
    """Add the lines that the file in this folder lacks."""
    known = {line["id"] for line in read(folder)}
    new = [line for line in lines if line["id"] not in known]
    if not new:
        return
    handle = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w") as file:
        file.writelines(json.dumps(line) + "\n" for line in new)
        file.flush()
        os.fsync(file.fileno())


def read(folder: Path) -> list[Line]:
    """The erasures written down in a folder; half a last line is none."""
    path = folder / FILE
    if not path.exists():
        return []
    lines = path.read_text().split("\n")[:-1]
    return [json.loads(line) for line in lines if line.endswith("}")]


def _told() -> Iterator[Line]:
    """The erasures of all malls, without the words of who asked for them."""
    rows = sa.select(Mall.code, Entry.id, Entry.recorded_by_id, Entry.body)
    rows = rows.join(Mall, Mall.id == Entry.mall_id).where(Entry.kind == NAME)
    for code, id_, by_id, text in db.session.execute(rows.order_by(Entry.ledger_seq)):
        body = json.loads(text)
        yield {
            "mall": code,
            "id": str(id_),
            "by": by_id,
            "why": body["why"],
            "entries": sorted(body.get("entries", {})),
            "photos": body.get("photos", []),
            "person": body.get("person"),
            "again": body.get("again"),
        }


def erase_again(now: datetime) -> list[tuple[int, list[str]]]:
    """Erase what a restored backup brought back. Flushes.

    Returns:
        By mall the photos whose files are to be deleted once this is committed.
    """
    settings: Settings = current_app.config["SETTINGS"]
    lines = read(settings.data)
    told = list(_told())
    done = {line["id"] for line in told} | {line["again"] for line in told}
    malls = {mall.code: mall for mall in db.session.scalars(sa.select(Mall))}
    gone = []
    for line in lines:
        is_done = line["id"] in done or _is_of_erased_person(line) or _is_buried(line)
        if not is_done and line["mall"] in malls:
            mall = malls[line["mall"]]
            gone.append((mall.id, _again(mall, line, now)))
    return gone


def _is_of_erased_person(line: Line) -> bool:
    user = db.session.get(User, line["person"]) if line["person"] else None
    return user is not None and persons.is_erased(user)


def _is_buried(line: Line) -> bool:
    """Whether nothing of it ever came back: there is nothing to tell of then."""
    ids = {UUID(id_) for id_ in line["entries"]}
    photos = sa.select(ErasedPhoto.sha256).where(ErasedPhoto.sha256.in_(line["photos"]))
    return (
        line["person"] is None
        and not queries.stored(ids)
        and queries.erased(ids) == ids
        and set(db.session.scalars(photos)) == set(line["photos"])
    )


def _again(mall: Mall, line: Line, now: datetime) -> list[str]:
    by_id = line["by"] if db.session.get(User, line["by"]) else None
    if by_id is None:
        by_id = db.session.scalar(sa.select(sa.func.min(User.id))) or 0
    ids = [UUID(id_) for id_ in line["entries"]]
    here = [id_ for id_ in ids if id_ in queries.stored(ids)]
    reason = "erased before the restore of an older backup"
    more = {"again": line["id"]}
    absent = set(ids) - set(here)
    erasing.bury(mall.id, absent, Told(None, now, reason))
    erasing.forget_photos(mall.id, line["photos"], now)
    cause = Cause(line["why"], reason, by_id, now, more)
    if line["person"] is not None:
        user = db.session.get(User, line["person"])
        if user is not None:
            persons.erase(user, Cause("person", reason, by_id, now, more))
        return []
    return sorted({*actions.erase(mall, here, [], cause), *line["photos"]})
