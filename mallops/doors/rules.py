"""What a day's sightings of a shop's door say (pure; domain 4.5).

A sighting is what somebody saw at one moment. Nobody stands in front of a shop all
morning, so most days have no exact opening time: what is known is the last moment it
was seen closed and the first one it was seen open. Nothing else is claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Literal

Event = Literal["opening", "closing"]
Case = Literal["late", "not_open", "early"]
EVENTS: tuple[Event, ...] = ("opening", "closing")
# Statuses by what they prove: the door was open, or it was closed.
OPEN_AT_OPENING = frozenset({"on_time", "late"})
OPEN_AT_CLOSING = frozenset({"late_approved", "late_unapproved"})
CLOSED_AT_CLOSING = frozenset({"closed", "early"})
EXEMPT = frozenset({"approved_closure", "fitout", "vacant"})
STATUSES: Mapping[Event, frozenset[str]] = {
    "opening": OPEN_AT_OPENING | {"not_open"} | EXEMPT,
    "closing": CLOSED_AT_CLOSING | OPEN_AT_CLOSING | EXEMPT,
}
# Shops that do not keep their hours: what may be said of them, and the state it gives.
TROUBLE: Mapping[str, frozenset[str]] = {
    "opening": frozenset({"late", "not_open"}),
    "closing": frozenset({"early", "late_unapproved"}),
}
HOWS = ("tap", "bulk", "scan")
REASONS = ("staff_late", "delivery", "system_fault", "dispute", "unknown")

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Terms:
    """The numbers of the ladder; a mall sets its own (minutes, and cases a month)."""

    tolerance: int = 5
    not_open_after: int = 30
    urgent_after: int = 60
    verbal: int = 1
    written: int = 2
    penalty: int = 3
    manager_not_open_days: int = 3


TERMS = frozenset(field.name for field in fields(Terms))


def problems_of_terms(own: Mapping[str, int]) -> list[str]:
    """What a mall's own numbers say that cannot be."""
    found = [f"doors: unknown number {name!r}" for name in own if name not in TERMS]
    terms = Terms(**{name: own[name] for name in TERMS & set(own)})
    minutes = (0, terms.tolerance, terms.not_open_after, terms.urgent_after, 24 * 60)
    if list(minutes) != sorted(minutes):
        found.append(
            "doors: tolerance, not_open_after and urgent_after are minutes, "
            "none less than the one before"
        )
    counts = (1, terms.verbal, terms.written, terms.penalty)
    if list(counts) != sorted(counts) or terms.manager_not_open_days < 1:
        found.append(
            "doors: verbal, written and penalty are cases a month, "
            "none less than the one before; manager_not_open_days are days"
        )
    return found


@dataclass(frozen=True)
class Sighting:
    """One look at a door; ``key`` orders those of one moment."""

    key: str
    at: datetime
    status: str
    how: str = "tap"
    has_photo: bool = False


@dataclass(frozen=True)
class Span:
    """Between how many and how many minutes; ``least`` None: not known."""

    least: int | None
    most: int | None


@dataclass(frozen=True)
class DoorState:
    """What is known of one shop at one event of a day.

    ``state`` at the opening: not_seen, closed_before, on_time, open, late, not_open;
    at the closing: not_seen, open_before, on_time, closed, early, late_approved,
    late_unapproved; at both the exempt ones, among them closed_day (a holiday).
    ``open`` and ``closed``: seen so, but too late to tell since when. ``off`` is how
    far from the hour; ``seen_at`` the sighting that decides. ``contradicted``: looks do
    not fit together, or somebody said that it need not be open and nothing here says
    so. ``case``: what the ladder counts, if anything.
    """

    state: str
    seen_at: datetime | None = None
    off: Span | None = None
    contradicted: bool = False
    bulk: bool = False  # nothing but a bulk mark says so
    case: Case | None = None


NOT_SEEN = DoorState("not_seen")


def opening(
    sightings: Iterable[Sighting],
    opens_at: datetime | None,
    terms: Terms,
    exempt: str | None = None,
) -> DoorState:
    """How a shop opened: the earliest proof of open, the latest of closed before it.

    ``opens_at`` None: it need not open that day, so nothing can be late; ``exempt``
    says why, and explains a closed door. Whoever stands there may say that it need not
    open, too: that explains nothing until somebody enters it.
    """
    seen = _ordered(sightings)
    opened = [one for one in seen if one.status in OPEN_AT_OPENING]
    if not opened:
        return _never_opened(seen, opens_at, terms, exempt)
    first = opened[0]
    closed = [one for one in seen if one.status == "not_open"]
    before = _by_hand(one for one in closed if one.at < first.at)
    base = DoorState(
        "open",
        seen_at=first.at,
        contradicted=any(one.at >= first.at for one in closed)
        or _is_exempt(seen, after=first.at),
        bulk=all(one.how == "bulk" for one in opened),
    )
    if opens_at is None:
        return base
    return _late_or_not(base, opens_at, before, opened, terms)


def _late_or_not(
    base: DoorState,
    opens_at: datetime,
    before: Sequence[Sighting],
    opened: Sequence[Sighting],
    terms: Terms,
) -> DoorState:
    first = opened[0]
    most = _minutes(first.at - opens_at)
    if most <= terms.tolerance:
        return replace(base, state="on_time")
    least = _minutes(before[-1].at - opens_at) if before else 0
    if least > terms.tolerance:
        case: Case = "not_open" if least > terms.not_open_after else "late"
        return replace(base, state="late", off=Span(least, most), case=case)
    said = _by_hand(one for one in opened if one.status == "late")
    if said:
        stated: Case | None = "late" if any(one.has_photo for one in said) else None
        return replace(base, state="late", off=Span(None, most), case=stated)
    return replace(base, state="open", off=Span(None, most))


def _never_opened(
    seen: Sequence[Sighting],
    opens_at: datetime | None,
    terms: Terms,
    exempt: str | None,
) -> DoorState:
    said = [one for one in seen if one.status in EXEMPT]
    closed = [one for one in seen if one.status == "not_open"]
    if said and exempt:
        return DoorState(said[-1].status, said[-1].at)
    if closed and exempt:
        return DoorState(exempt, closed[-1].at)
    state = _not_open(closed, opens_at, terms)
    if said and state.state != "not_open":
        return DoorState(said[-1].status, said[-1].at, contradicted=True)
    return replace(state, contradicted=bool(said))


def _not_open(
    closed: Sequence[Sighting], opens_at: datetime | None, terms: Terms
) -> DoorState:
    """Seen closed and never open, and nothing that is known explains it."""
    if not closed:
        return NOT_SEEN
    last = closed[-1]
    if opens_at is None or _minutes(last.at - opens_at) <= terms.tolerance:
        return DoorState("closed_before", last.at)
    by_hand = _by_hand(closed)
    state = DoorState(
        "not_open",
        last.at,
        Span(_minutes(last.at - opens_at), None),
        bulk=not by_hand,
    )
    least = _minutes(by_hand[-1].at - opens_at) if by_hand else 0
    if least <= terms.tolerance:
        return state
    return replace(state, case="not_open" if least > terms.not_open_after else "late")


def closing(
    sightings: Iterable[Sighting],
    closes_at: datetime | None,
    terms: Terms,
    exempt: str | None = None,
) -> DoorState:
    """How a shop closed: the earliest proof of closed, the latest of open before it."""
    seen = _ordered(sightings)
    closed = [one for one in seen if one.status in CLOSED_AT_CLOSING]
    still = [one for one in seen if one.status in OPEN_AT_CLOSING]
    if not closed:
        return _never_closed(seen, still, closes_at, terms, exempt)
    first = closed[0]
    base = DoorState(
        "closed",
        seen_at=first.at,
        contradicted=any(one.at > first.at for one in still)
        or _is_exempt(seen, after=first.at),
        bulk=all(one.how == "bulk" for one in closed),
    )
    if closes_at is None:
        return replace(base, state=exempt or base.state)
    early = _early(base, closed, closes_at, terms)
    if early:
        return early
    late = [one for one in still if one.at < first.at]
    if late and _minutes(late[-1].at - closes_at) > terms.tolerance:
        least = _minutes(late[-1].at - closes_at)
        most = _minutes(first.at - closes_at)
        return replace(base, state=late[-1].status, off=Span(least, most))
    most = _minutes(first.at - closes_at)
    if most <= terms.tolerance:
        return replace(base, state="on_time")
    return replace(base, off=Span(None, most))


def _early(
    base: DoorState, closed: Sequence[Sighting], closes_at: datetime, terms: Terms
) -> DoorState | None:
    """Closed too soon: by the first look by hand, or else by what was only marked."""
    cases: tuple[Case | None, ...] = ("early", None)
    for looks, case in zip((_by_hand(closed), closed), cases, strict=True):
        least = _minutes(closes_at - looks[0].at) if looks else 0
        if least > terms.tolerance:
            known = replace(base, state="early", seen_at=looks[0].at, case=case)
            return replace(known, off=Span(least, None), bulk=case is None)
    return None


def _never_closed(
    seen: Sequence[Sighting],
    still: Sequence[Sighting],
    closes_at: datetime | None,
    terms: Terms,
    exempt: str | None,
) -> DoorState:
    said = [one for one in seen if one.status in EXEMPT]
    if not still and not said:
        return NOT_SEEN
    if not still:
        return DoorState(said[-1].status, said[-1].at, contradicted=not exempt)
    last = still[-1]
    if closes_at is None or last.at <= closes_at + terms.tolerance * MINUTE:
        return DoorState("open_before", last.at)
    least = _minutes(last.at - closes_at)
    return DoorState(last.status, last.at, Span(least, None))


def is_trouble(
    event: str,
    look: Sighting,
    planned_at: datetime | None,
    terms: Terms,
    exempt: str | None = None,
) -> bool:
    """Does one look, for itself, tell of a shop that does not keep its hours?

    Whoever comes before the hour and its tolerance finds a door shut, and nothing is
    wrong with that: ``planned_at`` as for the states above.
    """
    judge = opening if event == "opening" else closing
    return judge([look], planned_at, terms, exempt).state in TROUBLE[event]


def may_be_urgent(event: str, status: str, how: str, reason: str | None) -> bool:
    """Somebody stood before a closed door and learnt nothing of why."""
    is_known = reason not in (None, "unknown")
    return (event, status) == ("opening", "not_open") and how != "bulk" and not is_known


def is_urgent(
    at: datetime, opens_at: datetime | None, looks: Iterable[Sighting], terms: Terms
) -> bool:
    """Seen closed so long after the hour that somebody must hear of it at once.

    ``looks`` are all of the day: not where it was seen open before.
    """
    if opens_at is None or at - opens_at < terms.urgent_after * MINUTE:
        return False
    return not any(one.status in OPEN_AT_OPENING and one.at <= at for one in looks)


def _ordered(sightings: Iterable[Sighting]) -> list[Sighting]:
    """By the time they were made; the same one sent twice is one."""
    return sorted({one.key: one for one in sightings}.values(), key=_when)


def _when(one: Sighting) -> tuple[datetime, str]:
    return one.at, one.key


def _by_hand(looks: Iterable[Sighting]) -> list[Sighting]:
    return [one for one in looks if one.how != "bulk"]


def _is_exempt(seen: Iterable[Sighting], *, after: datetime) -> bool:
    return any(one.status in EXEMPT and one.at >= after for one in seen)


def _minutes(span: timedelta) -> int:
    """Whole minutes, rounded down: no minute is claimed that was not proved."""
    return int(span.total_seconds() // 60)
