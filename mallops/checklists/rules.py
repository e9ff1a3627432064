"""How an answer, and an inspection as a whole, is judged (pure; domain 4.0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, Literal

import msgspec

from mallops.checklists.definition import Checklist, Item

Verdict = Literal["pass", "fail", "na", "open"]
Value = bool | int | float | str | None

# Nobody reads, looks and ticks faster than this, so a faster round is doubted.
SECONDS_PER_ANSWER = 1.0
# A clock time before 05:00 belongs to the night after the day, in minutes.
NIGHT_ENDS = 5 * 60


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was filled in for one item (docs/sync.md, inspection)."""

    value: Value = None
    note: str = ""
    photos: list[str] = []
    fixed_on_spot: bool = False
    of: int | float | str | None = None  # the second value of a pair
    still_open: str | None = None  # the finding of an earlier round that it is


@dataclass(frozen=True)
class Surroundings:
    """What an inspection is judged against besides its checklist.

    ``plan_times`` are the mall's switching times ("HH:MM"); ``previous`` the last
    readings before this one, by item code, in the item's unit.
    """

    place_kind: str | None = None
    plan_times: Mapping[str, str] = field(default_factory=dict)
    previous: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Findings:
    """The verdict on an inspection: by item, and what is missing."""

    verdicts: dict[str, Verdict]
    missing: tuple[str, ...]  # required items without an answer or their photo

    @cached_property
    def failed(self) -> list[str]:
        return [code for code, verdict in self.verdicts.items() if verdict == "fail"]

    @cached_property
    def answered(self) -> int:
        return len(self.verdicts) - list(self.verdicts.values()).count("open")


NOWHERE = Surroundings()


def judge(
    checklist: Checklist,
    answers: Mapping[str, Answer],
    around: Surroundings = NOWHERE,
) -> Findings:
    """Say how each item counts; never turn anything away."""
    verdicts: dict[str, Verdict] = {}
    missing = []
    for item in checklist.items(around.place_kind):
        answer = answers.get(item.code)
        verdict = "open" if answer is None else verdict_on(item, answer, around)
        verdicts[item.code] = verdict
        unanswered = item.required and verdict == "open"
        shown = verdict == "fail" or item.photo == "always"  # else none is asked for
        if unanswered or (shown and answer and lacks_photo(item, answer, verdict)):
            missing.append(item.code)
    return Findings(verdicts, tuple(missing))


def verdict_on(item: Item, answer: Answer, around: Surroundings = NOWHERE) -> Verdict:
    """Pass, fail or not applicable; ``open`` when the answer does not fit the item."""
    value = answer.value
    if value == "na":
        return "na" if item.takes_na else "open"
    if item.type == "pass_fail":
        return value if value in ("pass", "fail") else "open"  # type: ignore[return-value]  # narrowed by the test
    if item.type == "photo":
        return "pass" if answer.photos else "open"
    if item.type in ("text", "signature"):
        return "pass" if isinstance(value, str) and value.strip() else "open"
    if item.type == "choice":
        return _choice(item, value)
    if item.type == "time":
        return _time(item, answer, around)
    return _number(item, answer, around)


def lacks_photo(item: Item, answer: Answer, verdict: Verdict) -> bool:
    """Whether the item's photo rule asks for a photo that is not there.

    A count of nothing has nothing to show, so "always" waives it at zero. A problem
    that is still open was shown when it was found.
    """
    if answer.photos or verdict in ("na", "open"):
        return False
    if verdict == "fail" and answer.still_open:
        return False
    if item.photo == "always":
        return not (item.type == "count" and answer.value == 0)
    return item.photo == "on_fail" and verdict == "fail"


def is_too_fast(answered: int, started_at: datetime, finished_at: datetime) -> bool:
    return (finished_at - started_at).total_seconds() < answered * SECONDS_PER_ANSWER


def _choice(item: Item, value: Value) -> Verdict:
    for choice in item.choices or ():
        if choice.value == value:
            return "fail" if choice.fails else "pass"
    return "open"


def _number(item: Item, answer: Answer, around: Surroundings) -> Verdict:
    value = _number_for(item, answer.value)
    if value is None:
        return "open"
    if item.pair:
        other = _number_for(item, answer.of)
        return "open" if other is None else _compare(item, value, other)
    below = item.min is not None and value < item.min
    above = item.max is not None and value > item.max
    before = around.previous.get(item.code)
    backwards = before is not None and value < before
    return "fail" if below or above or backwards else "pass"


def _time(item: Item, answer: Answer, around: Surroundings) -> Verdict:
    minutes = _as_minutes(answer.value)
    if minutes is None:
        return "open"
    if item.pair:
        other = _as_minutes(answer.of)
        return "open" if other is None else _compare(item, minutes, other)
    planned = _as_minutes(around.plan_times.get(item.plan or ""))
    if planned is not None:
        away = abs(minutes - planned)
        near = min(away, 24 * 60 - away) <= (item.tolerance_minutes or 0)
        return "pass" if near else "fail"
    latest = _as_minutes(item.latest)
    if latest is not None:
        return "fail" if _into_day(minutes) > _into_day(latest) else "pass"
    return "pass"


def _compare(item: Item, first: float, second: float) -> Verdict:
    pair = item.pair
    if pair is None:
        raise ValueError(f"{item.code} is no pair")
    lasted = (second - first) % (24 * 60)
    holds = {
        "equal": first == second,
        "at_most": first <= second,
        "minutes": lasted <= (pair.limit or 0),
        "any": True,
    }
    return "pass" if holds[pair.rule] else "fail"


def _number_for(item: Item, value: Value) -> float | None:
    number = _as_number(value)
    if number is None or (item.type == "count" and (number < 0 or number % 1)):
        return None
    return number


def _as_number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value


def _into_day(minutes: float) -> float:
    """Minutes since the night ended: 00:15 is later than any evening."""
    return (minutes - NIGHT_ENDS) % (24 * 60)


def _as_minutes(value: Any) -> float | None:
    """Minutes since midnight of "HH:MM"."""
    return _minutes_of(value) if isinstance(value, str) and len(value) == 5 else None


# A day has few times on the minute, and each inspection names some.
@lru_cache(maxsize=2_000)
def _minutes_of(text: str) -> float | None:
    hours, minutes = text[:2], text[3:]
    if text[2] != ":" or not (hours.isdecimal() and minutes.isdecimal()):
        return None
    return (
        int(hours) * 60 + int(minutes)
        if int(hours) < 24 and int(minutes) < 60
        else None
    )
