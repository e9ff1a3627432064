"""What the simulator asks of those who run the real server: accounts, copies, facts.

Phones reach the server over HTTP, as always; this stands beside it, on its database.
"""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from mallops.checklists.models import Inspection
from mallops.db import db
from mallops.doors.models import DoorSighting
from mallops.findings.models import Finding, FindingUpdate
from mallops.ledger import erasing, heads, queries, rebuild, storage
from mallops.ledger.models import Entry, LedgerHead, LogLine, Photo
from mallops.people.models import User, UserSession
from mallops.places.models import Mall
from mallops.privacy import actions, journal
from mallops.privacy.actions import Cause
from tests.support import builders
from tests.support.derived import derived

Copy = dict[str, list[dict]]
SHOWN = {  # by kind of entry: where the pages find what it says
    "note": LogLine,
    "inspection": Inspection,
    "door": DoorSighting,
    "finding": Finding,
    "finding_update": FindingUpdate,
}


def now() -> datetime:
    return datetime.now(UTC)


class Operator:
    """Answers by the names of its methods; within an app context."""

    def __init__(self, app) -> None:
        self.app = app
        self.malls = {
            code: builders.make_mall(now(), code) for code in ("demo", "other")
        }
        self.codes = {mall.id: code for code, mall in self.malls.items()}
        at = {"Ann": "demo", "Bo": "demo", "Cy": "other", "Di": "demo"}
        self.users = [
            builders.make_user(
                self.malls[code], "officer", now(), username=name.lower()
            )
            for name, code in at.items()
        ]
        self.people = [
            {"id": str(user.id), "name": user.name, "mall": code}
            for user, code in zip(self.users, at.values(), strict=True)
        ]
        self.sessions: dict[str, int] = {}
        self.copies = [self._copy()]

    def start_over(self) -> list[dict]:
        """As in the beginning; who is there."""
        del self.copies[1:]
        self._journal().unlink(missing_ok=True)
        self.restore(0)
        return self.people

    def sign_in(self, user_id: str) -> str:
        user = db.session.get_one(User, int(user_id))
        client = builders.sign_in(self.app.test_client(), user, now())
        cookie = client.get_cookie("mallops").value
        newest = sa.select(sa.func.max(UserSession.id))
        self.sessions[cookie] = db.session.scalar(newest)
        db.session.commit()
        return cookie

    def end_session(self, cookie: str) -> None:
        mine = UserSession.id == self.sessions[cookie]
        db.session.execute(sa.update(UserSession).where(mine).values(ended_at=now()))
        db.session.commit()

    def back_up(self, publish: bool) -> int:
        """Keep a copy; its number. publish: phones are told."""
        if publish:
            for head in db.session.scalars(sa.select(LedgerHead)).all():
                heads.backed_up(head.mall_id, head.ledger_seq)
            db.session.commit()
        self.copies.append(self._copy())
        return len(self.copies) - 1

    def restore(self, number: int) -> None:
        """The database as it was then, and a new life, as `mallops restore` does."""
        with db.engine.begin() as connection:
            _without_foreign_keys(connection)
            for table in db.metadata.tables.values():
                before = self.copies[number][table.name]
                if _rows(connection, table) != before:
                    connection.execute(sa.delete(table))
                    if before:
                        connection.execute(sa.insert(table), before)
            heads.begin_new_life(connection, now())
        db.session.remove()
        self._erase_again()

    def _journal(self) -> Path:
        return self.app.config["SETTINGS"].data / journal.FILE

    def _erase_again(self) -> None:
        """As `mallops migrate` does, which comes after a restore."""
        gone = journal.erase_again(now())
        db.session.commit()
        self._gone(*gone)

    def _gone(self, *by_mall: tuple[int, list[str]]) -> None:
        for mall_id, photos in by_mall:
            erasing.delete_files(mall_id, photos)
        journal.update()
        db.session.remove()

    def erase(self, entry_id: str) -> list[str]:
        """Take out the words and photos of an entry, as `mallops erase` does."""
        entry = db.session.get_one(Entry, UUID(entry_id))
        mall = db.session.get_one(Mall, entry.mall_id)
        heads.locked(mall.id)
        cause = Cause("asked", "asked", int(self.people[0]["id"]), now(), {})
        photos = actions.erase(mall, [entry.id], [], cause)
        db.session.commit()
        self._gone((mall.id, photos))
        return photos

    def facts(self) -> dict:
        rows = db.session.scalars(sa.select(Entry).order_by(Entry.ledger_seq)).all()
        broken = [queries.first_break(mall_id) for mall_id in self.codes]
        reasons = [found.reason for found in broken if found] + self._differences()
        facts = {
            "epoch": queries.current_epoch(),
            "rows": [self._fact(row) for row in rows],
            "photos": {code: self._photos(code) for code in self.malls},
            "applied": [str(id_) for kind in SHOWN for id_ in self._shown(kind)],
            "broken": next(iter(reasons), None),
        }
        db.session.remove()
        return facts

    def count(self) -> dict:
        """Of the first mall: its rows, its phone's highest number, the chain."""
        mall_id = next(id_ for id_, code in self.codes.items() if code == "demo")
        of_mall = sa.select(sa.func.count(), sa.func.max(Entry.install_seq))
        rows, highest = db.session.execute(of_mall.filter_by(mall_id=mall_id)).one()
        broken = queries.first_break(mall_id)
        return {"rows": rows, "highest": highest, "broken": broken}

    def _shown(self, kind: str) -> list[UUID]:
        """The entries of a kind that pages show; of the log those that count."""
        table = SHOWN[kind]
        ids = sa.select(Entry.id).join(table, table.entry_id == Entry.id)
        if table is LogLine:
            ids = ids.where(LogLine.state != "held")
        return list(db.session.scalars(ids.where(Entry.kind == kind)))

    def _differences(self) -> list[str]:
        """The tables of which a rebuild would make something else."""
        before = derived()
        rebuild.rebuild()
        db.session.expire_all()
        after = derived()
        db.session.rollback()
        return [name for name, rows in before.items() if after[name] != rows]

    def _fact(self, row: Entry) -> dict:
        author = row.recorded_by_id
        return {
            "id": str(row.id),
            "kind": row.kind,
            "status": row.status,
            "mall": self.codes[row.mall_id],
            "seq": row.ledger_seq,
            "body": row.body,
            "sha256": row.sha256,
            "photos": row.photos,
            "recordedBy": str(author) if author else None,
            "install": str(row.install_id) if row.install_id else None,
            "installSeq": row.install_seq,
            "flags": row.flags,
        }

    def _photos(self, code: str) -> list[str]:
        """Those that are in the database and on the disk."""
        mall_id = next(id_ for id_, other in self.codes.items() if other == code)
        named = db.session.scalars(sa.select(Photo.sha256).filter_by(mall_id=mall_id))
        return [one for one in named if storage.store().get(mall_id, one)]

    def _copy(self) -> Copy:
        db.session.remove()
        with db.engine.connect() as connection:
            tables = db.metadata.tables.values()
            return {table.name: _rows(connection, table) for table in tables}


def _rows(connection: sa.Connection, table: sa.Table) -> list[dict]:
    found = connection.execute(sa.select(table).order_by(*table.primary_key))
    return [dict(row) for row in found.mappings()]


def _without_foreign_keys(connection: sa.Connection) -> None:
    """Tables come one after the other, whichever refers to which."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    else:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
