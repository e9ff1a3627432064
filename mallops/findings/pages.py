"""What the list of findings shows, put together once for page and fragment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _

from mallops import web
from mallops.findings import asked, limits, lists, narrowing, queries, rules, words
from mallops.findings.asked import OPERATIONS
from mallops.findings.limits import Limit
from mallops.findings.lists import Row
from mallops.findings.queries import Viewer
from mallops.ledger import queries as ledger
from mallops.people.models import Membership, Team
from mallops.places.models import Mall

CHANGED_IN_PLACE = ("assign", "prioritise")


class Addresses:
    """Addresses of a mall's findings, without asking Flask for each row of a list."""

    def __init__(self, mall: Mall) -> None:
        self.list = url_for("findings.index", mall=mall.code)

    def of(self, finding_id: str) -> str:
        return f"{self.list}{finding_id}"

    def steps(self, finding_id: str, step: str = "") -> str:
        return f"{self.list}{finding_id}/steps{'/' if step else ''}{step}"

    def photo(self, finding_id: str, sha256: str) -> str:
        return f"{self.list}{finding_id}/photos/{sha256}"

    def thumb(self, finding_id: str, sha256: str) -> str:
        return f"{self.photo(finding_id, sha256)}/thumb"


@dataclass(frozen=True)
class Shown:
    """A row of the list with all it says in words."""

    row: Row
    where: str
    team: str
    to_fix: Limit | None
    to_acknowledge: Limit | None
    photo: str | None  # the first one that is kept
    more_photos: int
    steps: tuple[str, ...]  # that this reader may take in place

    @property
    def heading(self) -> str:
        """The item that failed, else the first words of who saw it."""
        return web.in_words(self.row.title) if self.row.title else self.row.text

    @property
    def said(self) -> str:
        return self.row.text if self.row.title else ""

    @property
    def version(self) -> str:
        """Changes with whatever the row shows."""
        row, spans = self.row, (self.to_fix, self.to_acknowledge)
        said = [limit.words for limit in spans if limit]
        stand = (row.id, row.state, row.last_step_at, row.severity, self.team)
        return "|".join(map(str, (*stand, row.assignee, row.contradicted, *said)))


class Rows:
    """Turns rows of a mall's list into words, for one reader at one moment."""

    def __init__(
        self, mall: Mall, viewer: Viewer, teams: Mapping[str, Team], now: datetime
    ) -> None:
        self.mall, self.viewer, self.now = mall, viewer, now
        self._teams = team_names(teams)

    def shown(self, rows: Iterable[Row]) -> list[Shown]:
        found = list(rows)
        tenants = lists.tenants_of(found)
        hashes = {sha256 for row in found for sha256 in row.photos}
        kept = ledger.photos_held(self.mall.id, hashes)
        return [self._shown(row, tenants, kept) for row in found]

    def _shown(
        self, row: Row, tenants: Mapping[str, dict[str, str]], kept: set[str]
    ) -> Shown:
        there = [sha256 for sha256 in row.photos if sha256 in kept]
        return Shown(
            row=row,
            where=where(row.unit, tenants.get(row.id), row.place_name),
            team=self._teams.get(row.team) or str(row.team),
            to_fix=limits.to_fix(row, self.now),
            to_acknowledge=limits.to_acknowledge(row, self.now),
            photo=there[0] if there else None,
            more_photos=len(there) - 1,
            steps=self._steps(row),
        )

    def _steps(self, row: Row) -> tuple[str, ...]:
        return tuple(
            step
            for step in CHANGED_IN_PLACE
            if self.viewer.role in rules.STEPS[step].roles
            and row.state in rules.STEPS[step].starts
        )


def where(
    unit: str | None, tenant: dict[str, str] | None, place: dict[str, str] | None
) -> str:
    """Where it is, as people say it: the shop with its number, or the place."""
    if unit is None:
        return web.in_words(place) if place else ""
    return f"{unit} {web.in_words(tenant)}" if tenant else unit


def team_names(teams: Mapping[str, Team]) -> dict[str | None, str]:
    names: dict[str | None, str] = {None: str(words.TEAMS[None])}
    names.update((code, web.in_words(team.name)) for code, team in teams.items())
    return names


class Listing:
    """The list of a mall's findings, as page and fragment show it."""

    def __init__(
        self, mall: Mall, member: Membership, args: Mapping[str, str], now: datetime
    ) -> None:
        self.mall, self.viewer = mall, queries.viewer_of(member)
        self.addresses = Addresses(mall)
        self.filters, wrong = asked.read_filters(args)
        self.offered = narrowing.choices(mall.id)
        zone_id, unit_id, absent = narrowing.narrow(mall.id, self.filters, self.offered)
        self.errors = {**absent, **wrong}
        self.tab = self.filters.tab or self._usual_tab
        self.question = narrowing.Asked(
            mall, self.viewer, self.filters, self.tab, now, zone_id, unit_id
        )
        self.shown = Rows(mall, self.viewer, self.offered.teams, now).shown

    @property
    def _usual_tab(self) -> str:
        return "team" if self.viewer.role == "team" else "all"

    def address(self, **changes: object) -> str:
        """Of this list as it is asked for, with changes."""
        params = self.filters.params(**changes)
        return (
            f"{self.addresses.list}?{urlencode(params)}"
            if params
            else (self.addresses.list)
        )

    @cached_property
    def page(self) -> lists.Page:
        return lists.Page([], None) if self.errors else lists.page(self.question)

    @cached_property
    def rows(self) -> list[Shown]:
        return self.shown(self.page.rows)

    @cached_property
    def counts(self) -> lists.Counts:
        return lists.counts(self.question)

    @property
    def tabs(self) -> list[tuple[str, int | None]]:
        """Each tab with how many it lists, where that is counted anyway."""
        numbers = {
            "all": self.counts.all,
            "team": self.counts.team,
            "overdue": self.counts.overdue,
            "recheck": self.counts.recheck,
        }
        own = {"mine", "team"} if self.viewer.role == "auditor" else set()
        return [(tab, numbers.get(tab)) for tab in asked.TABS if tab not in own]

    @property
    def severities(self) -> list[tuple[str, int]]:
        return [(code, self.counts.by_severity[code]) for code in rules.LIMITS]

    @property
    def teams(self) -> list[tuple[str, str, int]]:
        """Code, name and number of each team; to a contractor only its own."""
        if self.viewer.is_contractor:
            return []
        names = team_names(self.offered.teams)
        number = self.counts.by_team
        return [(code or OPERATIONS, names[code], number[code]) for code in names]

    @property
    def team_choices(self) -> list[tuple[str, str]]:
        return [(code, name) for code, name, _number in self.teams]

    @property
    def zones(self) -> list[tuple[str, str]]:
        return [
            (code, f"{code} {web.in_words(zone.name)}")
            for code, zone in self.offered.zones.items()
        ]

    @property
    def empty(self) -> str:
        """What a list without findings says."""
        if self.errors:
            return str(_("Nothing is shown until the filters above are put right."))
        if self.filters.are_set:
            return str(_("No finding of this list matches the filters."))
        if self.filters.after:
            return str(_("No more findings."))
        return str(words.EMPTY[self.tab])

    @cached_property
    def version(self) -> str:
        """Changes when what the fragment shows changes, so that it is sent again."""
        shown = [one.version for one in self.rows]
        parts = [*shown, str(self.counts), web.current_language()]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
