"""What the pages of the log show, put together once for page and fragment."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import request, url_for
from werkzeug.exceptions import NotFound

from mallops import web
from mallops.checklists import queries as checklists
from mallops.daylog import choices, queries, rules
from mallops.daylog.choices import Choices, Narrowed
from mallops.daylog.days import Days
from mallops.daylog.days import today_of as today_of
from mallops.daylog.queries import Line
from mallops.handovers.pages import Row, banner_of
from mallops.ledger import kinds
from mallops.places.models import Mall
from mallops.rounds import queries as rounds
from mallops.rounds.queries import RoundOnDay
from mallops.rounds.rules import State
from mallops.shifts.pages import OnDuty, on_duty
from mallops.signatures import queries as signatures
from mallops.signatures.day_pages import DayToSign
from mallops.signatures.queries import Countersigning


@dataclass(frozen=True)
class Asked:
    """What a request asks of a day, read and checked."""

    mall: Mall
    day: date
    today: date
    narrowed: Narrowed
    offered: Choices
    errors: rules.Errors

    @property
    def filters(self) -> rules.Filters:
        return self.narrowed.filters

    @property
    def newest_first(self) -> bool:
        return rules.newest_first(self.filters, is_today=self.day == self.today)


def may_have_a_log(mall: Mall, day: date) -> bool:
    return rules.is_plausible(day, today_of(mall))


def asked(mall: Mall, day: date) -> Asked:
    """Read the request.

    Raises:
        NotFound: a day that cannot have a log.
    """
    today = today_of(mall)
    if not rules.is_plausible(day, today):
        raise NotFound()
    filters, errors = rules.read_filters(request.args)
    offered = Choices(mall)
    narrowed, absent = choices.narrow(mall, filters, offered)
    return Asked(mall, day, today, narrowed, offered, {**absent, **errors})


class Addresses:
    """Addresses within a mall's log.

    To ask Flask for the address of each line takes as long as the rest of the line.
    """

    def __init__(self, mall: Mall) -> None:
        self._log = url_for("daylog.today", mall=mall.code)
        some = UUID(int=0)
        entry = url_for("daylog.entry", mall=mall.code, entry_id=some)
        self._entries = entry.removesuffix(str(some))
        photo = url_for("daylog.photo", mall=mall.code, sha256="0")
        self._photos = photo.removesuffix("0")

    def day(self, day: date, params: Mapping[str, str]) -> str:
        asked = f"?{urlencode(params)}" if params else ""
        return f"{self._log}{day.isoformat()}{asked}"

    def entry(self, entry_id: UUID | str) -> str:
        return f"{self._entries}{entry_id}"

    def photo(self, sha256: str) -> str:
        return f"{self._photos}{sha256}"

    def thumb(self, sha256: str) -> str:
        return f"{self._photos}{sha256}/thumb"


class RoundLists:
    """The rounds of a day by how they stand; only those that stand so, if ``state``."""

    def __init__(self, mall: Mall, day: date, state: State | None = None) -> None:
        self.mall, self.addresses = mall, Addresses(mall)
        self._now = web.now()
        self._rounds = rounds.rounds_of_day(mall, day, self._now, state=state)

    @cached_property
    def by_state(self) -> dict[State, list[RoundOnDay]]:
        by_state: dict[State, list[RoundOnDay]] = {s: [] for s in rules.ROUND_STATES}
        for on_day in self._rounds:
            by_state[on_day.state].append(on_day)
        return by_state

    @cached_property
    def titles(self) -> dict[str, str]:
        """What each checklist among them is called, by code."""
        named = checklists.titles(self.mall.id)
        codes = {on_day.checklist for on_day in self._rounds}
        return {code: web.in_words(named.get(code, {"en": code})) for code in codes}

    @cached_property
    def places(self) -> dict[str, str]:
        """What each spot among them is called, by code."""
        spots = {on_day.spot.code: on_day.spot for on_day in self._rounds}
        return {code: web.in_words(spot.name) for code, spot in spots.items()}

    @cached_property
    def silent(self) -> dict[str, list[Any]]:
        """For each unknown round the phones that were not heard of, by round id."""
        unknown = [on_day.round for on_day in self.by_state["unknown"]]
        if not unknown:
            return {}
        return rounds.silent_phones(self.mall.id, unknown, self._now)


class Day(Days):
    """A day as page and fragment show it; each part is read when first needed."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.mall, self.day, self.today = asked.mall, asked.day, asked.today
        self.filters, self.errors = asked.filters, asked.errors
        self.offered = asked.offered
        self.newest_first = asked.newest_first
        self.addresses = Addresses(asked.mall)

    def address(self, **changes: object) -> str:
        """Of this day as it is asked for, with changes."""
        return self.addresses.day(self.day, self.filters.params(**changes))

    @cached_property
    def elsewhere(self) -> dict[str, str]:  # type: ignore[override]  # read when needed
        return self.filters.params(after=None)

    def other_day(self, day: date) -> str:
        return self.addresses.day(day, self.elsewhere)

    @property
    def picked(self) -> str:
        return url_for("daylog.today", mall=self.mall.code)

    @cached_property
    def page(self) -> queries.Page:
        if self.errors:
            return queries.Page([], None)
        return queries.page(
            self.mall, self.day, self.asked.narrowed, newest_first=self.newest_first
        )

    @cached_property
    def counts(self) -> queries.Counts:
        return queries.counts(self.mall, self.day)

    @cached_property
    def handovers(self) -> list[Row]:
        """How the handovers of its shifts stand."""
        return banner_of(self.mall, self.day, web.now())

    @cached_property
    def on_duty(self) -> list[OnDuty]:
        """Who is there now, on the page of today."""
        return on_duty(self.mall, self.now) if self.is_today else []

    @cached_property
    def to_sign(self) -> DayToSign:
        """The day as a manager signs for it, and who did."""
        return DayToSign(self.mall, self.day, self.handovers, self.now)

    @property
    def now(self) -> datetime:
        return web.now()

    @cached_property
    def uncountersigned(self) -> int:
        """How many of its inspections still want a second signature."""
        return signatures.count_waiting(self.mall.id, self.day)

    @cached_property
    def countersignings(self) -> list[Countersigning] | None:
        """These inspections, when the address asks for them, else as with rounds."""
        if self.filters.rounds != rules.UNCOUNTERSIGNED:
            return None
        return signatures.waiting(self.mall.id, self.day)

    @cached_property
    def lists(self) -> RoundLists | None:
        """The rounds themselves, when the address asks for a list of them.

        Else a list is fetched when it is opened: hundreds that nobody looks at would
        double the time of the page.
        """
        if self.filters.rounds not in rules.ROUND_STATES:
            return None
        return RoundLists(self.mall, self.day)

    @cached_property
    def rounds(self) -> dict[State, int]:
        """How many rounds stand how, in the order of urgency."""
        if self.lists:
            return {state: len(some) for state, some in self.lists.by_state.items()}
        counted = rounds.count_rounds(self.mall, self.day, web.now())
        return {state: counted[state] for state in rules.ROUND_STATES}

    @property
    def groups(self) -> list[tuple[str, int]]:
        """Lists the page offers, with their length: what is not in order, mostly."""
        offered = {*rules.NOT_IN_ORDER, self.filters.rounds}
        return [(s, n) for s, n in self.rounds.items() if n and s in offered]

    @cached_property
    def tenants(self) -> dict[int, dict[str, str]]:
        return queries.tenants_on(
            self.day, (line.unit_id for line in self.page.lines if line.unit_id)
        )

    @cached_property
    def photos(self) -> dict[str, Any]:
        named = (p for line in self.page.lines for p in line.photos)
        return queries.photos(self.mall, named)

    @property
    def zones(self) -> list[tuple[str, str]]:
        return [
            (code, f"{code} {web.in_words(zone.name)}")
            for code, zone in self.offered.zones.items()
        ]

    @cached_property
    def marked(self) -> set[date]:
        weeks = self.weeks
        return queries.days_with_entries(self.mall, weeks[0][0], weeks[-1][-1])

    @cached_property
    def version(self) -> str:
        """Changes when what the fragment shows changes, so that it is sent again."""
        shown = [f"{line.entry_id}{line.state}" for line in self.page.lines]
        parts = [*shown, str(self.rounds), str(self.counts), web.current_language()]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def summary_of(line: Line) -> str:
    """The one line that tells what an entry says, in the reader's language."""
    return kinds.get(line.kind, line.v).summarise(line.summary)


def place_of(
    place: dict[str, str] | None, unit: str | None, tenant: dict[str, str] | None
) -> str:
    """Where it was, as people say it: the shop with its number, or the place."""
    if unit is None:
        return web.in_words(place) if place else ""
    return f"{unit} {web.in_words(tenant)}" if tenant else unit
