"""Where the faults happen: a mall on a real server, and what is stored of it."""

import hashlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path

import msgspec
from flask import Flask

from mallops import create_app
from mallops.checklists import actions as checklists
from mallops.checklists import library
from mallops.config import read_settings
from mallops.db import db
from mallops.handovers import verify as handovers
from mallops.ledger import queries as ledger
from mallops.people.queries import find_user
from mallops.places.queries import find_mall
from mallops.places.rules import business_day
from tests.faults.phone import BrowserPhone
from tests.support import builders
from tests.support.faultproxy import FaultProxy
from tests.support.gunicorn import CHECKOUT, Server


@dataclass
class Stage:
    """One test's world: a mall of its own, with people named after their roles."""

    server: Server
    proxy: FaultProxy
    browser: object
    mall: str
    phones: list[BrowserPhone] = field(default_factory=list)
    signed: dict[str, str] = field(default_factory=dict)  # handovers, as first seen

    @property
    def folder(self) -> Path:
        return Path(self.server.env["MALLOPS_DATA"])

    def phone(self, username: str | None = "officer", **context) -> BrowserPhone:
        made = self.browser.new_context(**context)
        made.set_default_timeout(60_000)  # slow machines have time
        return self.adopt(made, username)

    def adopt(self, context, username: str | None) -> BrowserPhone:
        phone = BrowserPhone(context, self.proxy.url, prefix=f"{self.mall}-")
        self.phones.append(phone)
        if username:
            phone.sign_in(username)
        return phone

    def kill_at(self, point: str, path: str) -> None:
        """Kill the server's process at this point of the next such request."""
        (self.folder / "faults" / point).write_text(path)

    def has_struck(self, point: str) -> bool:
        """Whether the kill asked for at this point came."""
        return not (self.folder / "faults" / point).exists()

    def command(self, *words: str) -> None:
        """Run ``mallops …`` on the server's data, as its operator would."""
        subprocess.run(
            [sys.executable, "-m", "mallops.cli", *words],
            cwd=CHECKOUT,
            env=self.server.env,
            check=True,
        )

    # What the server has

    def sql(self, statement: str, *values) -> list[sqlite3.Row]:
        """Read or change the database behind the server's back."""
        database = sqlite3.connect(self.folder / "mallops.db", timeout=10)
        database.row_factory = sqlite3.Row
        try:
            with database:
                return database.execute(statement, values).fetchall()
        finally:
            database.close()

    def rows(self) -> dict[str, sqlite3.Row]:
        """The stored entries of this mall by id; author and carrier by their role."""
        query = (
            "SELECT entries.*, replace(authors.username, ?, '') AS author,"
            " replace(carriers.username, ?, '') AS carrier FROM entries"
            " JOIN malls ON malls.id = mall_id AND malls.code = ?"
            " LEFT JOIN users authors ON authors.id = recorded_by_id"
            " JOIN users carriers ON carriers.id = carried_by_id"
        )
        prefix = f"{self.mall}-"
        found = self.sql(query, prefix, prefix, self.mall)
        rows = {dashed(row["id"]): row for row in found}
        for entry_id, row in rows.items():
            if row["kind"] == "handover_sign":
                self.signed.setdefault(entry_id, row["body"])
        return rows

    def flags(self, entry_id: str) -> list[str]:
        return json.loads(self.rows()[entry_id]["flags"])

    def photos(self) -> set[str]:
        return {row["sha256"] for row in self._of_mall("photos")}

    def quarantined(self) -> list[sqlite3.Row]:
        return self._of_mall("quarantined")

    def _of_mall(self, table: str) -> list[sqlite3.Row]:
        join = f"SELECT {table}.* FROM {table} JOIN malls ON malls.id = mall_id"
        return self.sql(f"{join} WHERE malls.code = ?", self.mall)

    def photo_files(self) -> list[Path]:
        (mall,) = self.sql("SELECT id FROM malls WHERE code = ?", self.mall)
        folder = self.folder / "photos" / str(mall["id"])
        return [path for path in folder.rglob("*") if path.is_file()]

    def end_sessions(self, username: str = "officer") -> None:
        """As if they had expired."""
        self.sql(
            "UPDATE user_sessions SET ended_at = '2026-01-01 00:00:00' WHERE user_id ="
            " (SELECT id FROM users WHERE username = ?)",
            f"{self.mall}-{username}",
        )

    def end_membership(self, moment: str | None, username: str = "officer") -> None:
        """The person has no right here after this moment; None: has it again."""
        self.sql(
            "UPDATE memberships SET ended_at = ? WHERE user_id ="
            " (SELECT id FROM users WHERE username = ?)",
            moment,
            f"{self.mall}-{username}",
        )

    def roster(self, username: str) -> None:
        """This person leads whatever shift it is now."""
        with app_on(self.folder):
            mall, now = find_mall(self.mall), datetime.now(UTC)
            day = business_day(now, mall.time_zone, mall.day_starts_at)
            user = find_user(f"{self.mall}-{username}")
            for code, begins, ends in (("early", 5, 17), ("late", 17, 5)):
                hours = {"starts_at": time(begins), "ends_at": time(ends)}
                pattern = builders.make_pattern(mall, code, **hours)
                builders.make_duty(pattern, day, user, now)

    def publish_again(self, code: str) -> None:
        """A new version of a checklist; the one before it is retired."""
        with app_on(self.folder):
            mall, now = find_mall(self.mall), datetime.now(UTC)
            (shipped,) = (one for one in library.shipped() if one.code == code)
            title = {**shipped.title, "en": f"{shipped.title['en']}, revised"}
            checklists.publish(
                mall.id, msgspec.structs.replace(shipped, title=title), now
            )
            db.session.commit()

    # The promises of docs/sync.md

    def assert_promises(self) -> None:
        """No fault strikes any more, and time has gone by."""
        self.rows()  # what was signed, before more arrives
        phones = [phone for phone in self.phones if not phone.page.is_closed()]
        for phone in phones:
            phone.hand_in_the_rest(self.mall)
        rows = self.rows()
        for phone in phones:
            assert_of_phone(phone, rows)
        for entry_id, body in self.signed.items():
            assert rows[entry_id]["body"] == body, "a signed handover was altered"
        with app_on(self.folder):
            mall_id = find_mall(self.mall).id
            assert ledger.first_break(mall_id) is None
            assert list(handovers.faults(mall_id)) == []


def assert_of_phone(phone: BrowserPhone, rows) -> None:
    here = phone.entries()
    for entry_id, sealed in phone.sealed.items():
        assert entry_id in here or entry_id in rows, f"{entry_id} is lost"
        if entry_id in rows:
            row = rows[entry_id]
            assert hashlib.sha256(row["body"].encode()).hexdigest() == row["sha256"]
            assert row["sha256"] == sealed["sha256"], f"{entry_id}: other bytes"
            assert str(row["recorded_by_id"]) == sealed["recordedBy"]
    for entry_id, entry in here.items():
        if entry["state"] in {"received", "held"} and entry_id in phone.sealed:
            assert entry_id in rows, f"{entry_id}: a false claim"
            assert entry["receipt"]["ledger_seq"] == rows[entry_id]["ledger_seq"]


def dashed(hex_id: str) -> str:
    """SQLite keeps a UUID as 32 hex digits."""
    text = hex_id.replace("-", "")
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


@contextmanager
def app_on(folder: Path) -> Iterator[None]:
    """The product's own code on a server's data, in this process."""
    with _app(folder).app_context():
        yield
        db.session.remove()
        db.engine.dispose()


@cache
def _app(folder: Path) -> Flask:
    return create_app(read_settings({"MALLOPS_DATA": str(folder)}), TESTING=True)


def make_mall(folder: Path, code: str) -> None:
    """A mall with two officers and a supervisor, named ``<code>-officer`` and so on."""
    now = datetime.now(UTC)
    with app_on(folder):
        mall = builders.make_mall(now, code)
        for name, role in (
            ("officer", "officer"),
            ("officer2", "officer"),
            ("supervisor", "supervisor"),
        ):
            builders.make_user(mall, role, now, username=f"{code}-{name}")
