"""What the pages of handovers show, put together from what a request asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from mallops import web
from mallops.findings import queries as findings
from mallops.handovers import access, addendum, queries, rules, seen, words
from mallops.handovers.addendum import Count, Late
from mallops.handovers.models import Handover
from mallops.handovers.queries import Story
from mallops.handovers.rules import Line, News
from mallops.handovers.silence import silence
from mallops.handovers.snapshot import snapshot
from mallops.people.models import Membership
from mallops.places.models import Mall
from mallops.places.rules import ONE_DAY, business_day
from mallops.shifts import queries as shifts
from mallops.shifts.queries import Beside
from mallops.shifts.rules import Shift

DAYS = 7  # on one page of the list


@dataclass(frozen=True)
class Row:
    """The handover of one shift in the list."""

    shift: Shift
    story: Story
    late: Count

    @property
    def state(self) -> str:
        return words.state(self.story.standing)

    @property
    def signed(self) -> Handover | None:
        return self.story.current

    @property
    def signed_after(self) -> int | None:
        """Minutes from the end of the shift to the outgoing's signature."""
        signed = self.signed
        return (
            rules.minutes_between(self.shift.ends_at, signed.signed_at)
            if signed
            else None
        )

    @property
    def closed_after(self) -> int | None:
        """Minutes from the end of the shift until both had signed."""
        at = self.story.standing.closed_at
        return rules.minutes_between(self.shift.ends_at, at) if at else None


class List:
    """The handovers of a mall by day, the newest first."""

    def __init__(self, mall: Mall, until: str = "") -> None:
        self.mall, self.now = mall, web.now()
        self.today = business_day(self.now, mall.time_zone, mall.day_starts_at)
        self.last = min(_day(until) or self.today, self.today)
        self.first = self.last - ONE_DAY * (DAYS - 1)

    @property
    def earlier(self) -> date:
        return self.first - ONE_DAY

    @property
    def later(self) -> date | None:
        return self.last + ONE_DAY * DAYS if self.last < self.today else None

    @cached_property
    def teams(self) -> dict[str, dict[str, str]]:
        """What each team is called, by its code."""
        return {team.code: team.name for team in findings.teams(self.mall.id)}

    @cached_property
    def days(self) -> list[tuple[date, list[Row]]]:
        days = [self.last - ONE_DAY * back for back in range(DAYS)]
        return [(day, rows) for day, rows in rows_of(self.mall, days, self.now) if rows]


def rows_of(
    mall: Mall, days: Sequence[date], now: datetime, *, teams: bool = True
) -> list[tuple[date, list[Row]]]:
    """The handovers of the shifts of some days that have begun."""
    found = {
        day: [s for s in some if s.starts_at <= now and (teams or s.team is None)]
        for day, some in shifts.shifts_of_days(mall, days).items()
    }
    every = [one for some in found.values() for one in some]
    known, since = queries.stories_and_windows(mall, every)
    stories = {one.id: known[one.id] for one in every}
    signed = [story.current for story in stories.values() if story.current]
    late = addendum.counts(mall, signed, since)
    return [
        (day, [_row(one, stories[one.id], late) for one in found[day]]) for day in days
    ]


def _row(shift: Shift, story: Story, late: Mapping[Any, Count]) -> Row:
    current = story.current
    return Row(shift, story, late.get(current.id, Count()) if current else Count())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass
class Tried:
    """A form that was refused: what was typed in it, and what is wrong with it."""

    name: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    saw: str = ""  # the snapshot an outgoing saw, when more came in meanwhile
    news: News | None = None

    def value(self, name: str, default: Any = "") -> Any:
        return self.typed.get(name, default)


class Page:
    """One handover: as it was signed, or as it stands now."""

    def __init__(
        self,
        mall: Mall,
        beside: Beside,
        member: Membership,
        tried: Tried | None = None,
        *,
        again: bool = False,
    ) -> None:
        self.mall, self.beside, self.member = mall, beside, member
        self.shift = beside.shift
        self.now = web.now()
        self.tried = tried or Tried()
        self.again = again  # the outgoing asks for a new version

    @cached_property
    def _known(self) -> tuple[Story, datetime]:
        return queries.story_and_window(self.mall, self.beside)

    @property
    def story(self) -> Story:
        return self._known[0]

    @property
    def since(self) -> datetime:
        """From when on it covers what was recorded."""
        return self._known[1]

    @property
    def standing(self) -> rules.Standing:
        return self.story.standing

    @property
    def state(self) -> str:
        return words.state(self.standing)

    @cached_property
    def body(self) -> dict[str, Any] | None:
        """What was signed, from its entry."""
        return queries.signed_body(self.story.current) if self.story.current else None

    @cached_property
    def draft(self) -> dict[str, Any]:
        return snapshot(self.mall, self.beside, self.since, self.now)

    @property
    def snapshot(self) -> dict[str, Any]:
        found: dict[str, Any] = self.body["snapshot"] if self.body else self.draft
        return found

    @cached_property
    def digest(self) -> str:
        """As it was signed, also where a name was taken out of it since."""
        return self.body["digest"] if self.body else rules.digest(self.draft)

    @cached_property
    def lines(self) -> list[Line]:
        return rules.lines_of(self.snapshot, self.body["remarks"] if self.body else "")

    @cached_property
    def late(self) -> list[Late]:
        current = self.story.current
        return addendum.addendum(self.mall, current, self.since) if current else []

    @property
    def covers_until(self) -> datetime | None:
        """When what was signed stops; the next handover goes on from there."""
        current = self.story.current
        return addendum.covers_until(current) if current else None

    @property
    def unnoted(self) -> list[Late]:
        return [one for one in self.late if not one.is_acknowledged]

    @cached_property
    def silence(self) -> list[dict[str, Any]]:
        on = self.draft["people"]["on"]
        return silence(self.mall, self.shift, on, self.now)

    @cached_property
    def may_sign(self) -> bool:
        allowed = access.may_sign(self.mall, self.shift, self.member)
        return allowed and not self.standing.is_closed

    @cached_property
    def may_answer(self) -> bool:
        """Somebody else than the signer, once it is signed and not closed."""
        return (
            self.body is not None
            and not self.standing.is_closed
            and not access.has_signed(self.story, self.member.user_id)
            and access.may_accept(self.mall, self.beside, self.member)
        )

    @property
    def may_decide(self) -> bool:
        return self.state == "refused" and web.may("handovers.decide")

    @property
    def is_signing(self) -> bool:
        """Whether the form of the outgoing is shown; once signed, when asked for.

        What stands now takes as long to read as all the rest of the page.
        """
        wanted = self.again or self.tried.name == "sign" or self.state == "sign_again"
        return self.may_sign and (self.body is None or wanted)

    @property
    def has_grown(self) -> bool:
        """Whether more is known now than was signed."""
        return self.body is not None and rules.digest(self.draft) != self.digest

    @cached_property
    def seal(self) -> str:
        return seen.seal(self.draft)

    @cached_property
    def wants_words(self) -> list[Line]:
        """The lines of what would be signed that want a reason or a count."""
        return [
            line
            for line in rules.lines_of(self.draft)
            if line.kind == "asset"
            or (line.kind == "round" and line.facts["state"] == rules.UNEXPLAINED)
        ]

    @property
    def older(self) -> list[Handover]:
        return [self.story.versions[id_] for id_ in self.standing.superseded]


def banner_of(mall: Mall, day: date, now: datetime) -> list[Row]:
    """What the page of a day says of the handovers of its shifts: operations' only."""
    ((_day, rows),) = rows_of(mall, [day], now, teams=False)
    return rows
