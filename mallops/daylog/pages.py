"""What the pages of the log show, put together once for page and fragment."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from babel.dates import get_day_names
from flask import request
from flask_babel import get_locale
from werkzeug.exceptions import NotFound

from mallops import web
from mallops.checklists import queries as checklists
from mallops.daylog import queries, rules
from mallops.daylog.queries import Choices, Narrowed
from mallops.ledger.models import LogLine
from mallops.places.models import Mall
from mallops.places.rules import business_day
from mallops.rounds import queries as rounds
from mallops.rounds.queries import RoundOnDay

ONE_DAY = timedelta(days=1)


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


def today_of(mall: Mall) -> date:
    return business_day(web.now(), mall.time_zone, mall.day_starts_at)


def asked(mall: Mall, day: date) -> Asked:
    """Read the request.

    Raises:
        NotFound: a day that cannot have a log.
    """
    today = today_of(mall)
    if not rules.is_plausible(day, today):
        raise NotFound()
    filters, errors = rules.read_filters(request.args)
    offered = queries.choices(mall)
    narrowed, absent = queries.narrow(mall, filters, offered)
    return Asked(mall, day, today, narrowed, offered, {**absent, **errors})


class Day:
    """A day as page and fragment show it; each part is read when first needed."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.day, self.mall, self.filters = asked.day, asked.mall, asked.filters
        self.errors, self.offered = asked.errors, asked.offered
        self.is_today = asked.day == asked.today
        self.newest_first = asked.newest_first

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
    def rounds(self) -> dict[str, list[RoundOnDay]]:
        """The rounds of the day by how they stand, in the order of urgency."""
        by_state: dict[str, list[RoundOnDay]] = {s: [] for s in rules.ROUND_STATES}
        for round_ in rounds.rounds_of_day(self.mall, self.day, web.now()):
            by_state[round_.state].append(round_)
        return by_state

    @cached_property
    def titles(self) -> dict[str, dict[str, str]]:
        return checklists.titles(self.mall.id)

    @cached_property
    def silent(self) -> dict[str, list[Any]]:
        """For each unknown round the phones that were not heard of, by round id."""
        unknown = [on_day.round for on_day in self.rounds["unknown"]]
        if not unknown:
            return {}
        return rounds.silent_phones(self.mall.id, unknown, web.now())

    @cached_property
    def tenants(self) -> dict[int, dict[str, str]]:
        return queries.tenants_on(
            self.day, (line.unit_id for line in self.page.lines if line.unit_id)
        )

    @cached_property
    def photos(self) -> dict[str, Any]:
        named = (p for line in self.page.lines for p in line.entry.photos)
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
    def weeks(self) -> list[list[date]]:
        return rules.weeks_of(self.day)

    @property
    def weekdays(self) -> list[tuple[str, str]]:
        """Short and full names of the days of a week, Monday first."""
        locale = get_locale()
        short = get_day_names("short", "stand-alone", locale)
        wide = get_day_names("wide", "stand-alone", locale)
        return [(short[number], wide[number]) for number in range(7)]

    @property
    def before(self) -> date | None:
        return self._other(self.day - ONE_DAY)

    @property
    def after(self) -> date | None:
        return self._other(self.day + ONE_DAY)

    def _other(self, day: date) -> date | None:
        return day if rules.is_plausible(day, self.asked.today) else None

    @cached_property
    def version(self) -> str:
        """Changes when what the fragment shows changes, so that it is sent again."""
        shown = [f"{line.entry_id}{line.state}" for line in self.page.lines]
        stand = [f"{state}{len(some)}" for state, some in self.rounds.items()]
        parts = [*shown, *stand, str(self.counts), web.current_language()]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def place_of(line: LogLine, tenants: dict[int, dict[str, str]]) -> str:
    """Where it was, as people say it: the shop with its number, or the place."""
    if line.unit is None:
        return web.in_words(line.place.name) if line.place else ""
    name = tenants.get(line.unit.id)
    return f"{line.unit.no} {web.in_words(name)}" if name else line.unit.no
