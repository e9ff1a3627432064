"""Work as officers hand it in: the demo's checklists, some items failed, and notes."""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from mallops.checklists import queries as checklists
from mallops.places import queries as places
from mallops.places.rules import business_day
from mallops.rounds import queries as rounds
from mallops.rounds.queries import RoundOnDay
from mallops.sync import bindings
from tests.bench.site import MALL, Site, user
from tests.support import builders
from tests.support.phone import PROTOCOL

NOTES = (
    "Pallet in front of exit 3, moved it aside and told the shop",
    "扶手带有异响，已通知工程部，下午复查",
    "Light strip out over the escalator",
    "天花滴水，已放置警示牌和水桶 💧",
)
ANSWERS = {"pass_fail": "pass", "text": "ok", "signature": "Lin Xiaolan"}

Entry = dict[str, Any]


@dataclass
class Walker:
    """Somebody of the demo mall with a phone of their own."""

    binding: str
    rounds: Sequence[RoundOnDay]  # of the day at hand
    items: Mapping[str, Sequence[dict[str, Any]]]  # by checklist
    install: UUID = field(default_factory=uuid4)
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    wrong: float = 1.0  # share of inspections in which something is

    def __post_init__(self) -> None:
        self.seqs = count(1)

    def batches(self, how_many: int, size: int) -> Iterator[bytes]:
        """Opening inspections, ready to send."""
        opening = [r for r in self.rounds if r.checklist == "opening"]
        for _ in range(how_many):
            now = datetime.now(UTC)
            several = (self.chance.choice(opening) for _ in range(size))
            yield self.batch([self.inspection(r, now) for r in several], now)

    def batch(self, entries: Iterable[Entry], sent_at: datetime) -> bytes:
        content = {
            "protocol": PROTOCOL,
            "nonce": uuid4().hex,
            "install": str(self.install),
            "sent_at": sent_at.isoformat(),
            "entries": list(entries),
            "verify": [],
        }
        return json.dumps(content, ensure_ascii=False).encode()

    def inspection(self, round_: RoundOnDay, at: datetime) -> Entry:
        body = {
            "checklist": round_.checklist,
            "version": 1,
            "place": round_.spot.code,
            "round": round_.id,
            "started_at": (at - timedelta(minutes=12)).isoformat(),
            "finished_at": at.isoformat(),
            "answers": self._answers(self.items[round_.checklist]),
            "aborted": None,
        }
        return self._seal("inspection", body, at)

    def note(self, place: str, at: datetime) -> Entry:
        text = f"{self.chance.choice(NOTES)}, {place}"
        return self._seal("note", {"text": text, "place": place, "photos": []}, at)

    def one_note(self, photos: Sequence[str]) -> bytes:
        """A batch of a single note with photos."""
        now = datetime.now(UTC)
        body = {"text": self.chance.choice(NOTES), "place": None, "photos": photos}
        note = self._seal("note", body, now)
        return self.batch([{**note, "photos": photos}], now)

    def door(self, unit: str, at: datetime) -> Entry:
        body = {
            "unit": unit,
            "event": "opening",
            "status": "on_time",
            "seen_at": at.isoformat(),
        }
        return self._seal("door", body, at)

    def _seal(self, kind: str, body: dict[str, Any], at: datetime) -> Entry:
        return builders.seal(
            body,
            mall=MALL,
            kind=kind,
            seq=next(self.seqs),
            recorded_at=at,
            binding=self.binding,
        )

    def _answers(self, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Every item answered; where something is wrong, two or three items fail."""
        ticks = [item["code"] for item in items if item["type"] == "pass_fail"]
        some = self.chance.choice((2, 3)) if self.chance.random() < self.wrong else 0
        wrong = self.chance.sample(ticks, min(len(ticks), some))
        return {
            item["code"]: self._fail() if item["code"] in wrong else _well(item)
            for item in items
        }

    def _fail(self) -> dict[str, Any]:
        return {
            "value": "fail",
            "note": self.chance.choice(NOTES),
            "photos": [],
            "fixed_on_spot": self.chance.random() < 0.5,
        }


def _well(item: Mapping[str, Any]) -> dict[str, Any]:
    if item["type"] in ANSWERS:
        return {"value": ANSWERS[item["type"]]}
    if item["type"] == "choice":
        return {"value": item["choices"][0]["value"]}
    value = "09:40" if item["type"] == "time" else _within(item)
    return {"value": value, "of": value} if item["pair"] else {"value": value}


def _within(item: Mapping[str, Any]) -> float:
    """A number that passes: 20, or as near to it as the item allows."""
    least, most = item["min"], item["max"]
    value = 20 if least is None else max(least, 20)
    return value if most is None else min(most, value)


def walkers(site: Site, at: datetime | None = None) -> Callable[[str], Walker]:
    """Gives each username a phone, for work of the business day of ``at`` or now."""
    now = at or datetime.now(UTC)
    with site.app.app_context():
        mall = places.find_mall(MALL)
        day = business_day(now, mall.time_zone, mall.day_starts_at)
        today = rounds.rounds_of_day(mall, day, now)
        items = {
            version.code: [
                i for s in version.definition["sections"] for i in s["items"]
            ]
            for version in checklists.current_versions(mall.id)
        }
    keys = site.app.config["SETTINGS"].secret_keys

    def walker(username: str) -> Walker:
        install = uuid4()
        with site.app.app_context():
            binding = bindings.issue(keys, user(username).id, install)
        return Walker(binding, today, items, install)

    return walker
