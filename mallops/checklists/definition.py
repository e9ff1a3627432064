"""What a checklist is made of, and how one is read and refused (pure)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

import msgspec

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
Words = dict[str, str]
PlaceKind = Literal["mall", "floor", "zone", "restroom", "unit"]
ItemType = Literal[
    "pass_fail", "number", "choice", "text", "time", "count", "meter",
    "signature", "photo",
]  # fmt: skip
Severity = Literal["S1", "S2", "S3", "S4"]
Trigger = Literal["WO", "CT", "SEC", "RN", "LO", "INC", "STOP", "FIN", "SUP", "LOG"]
ClockTime = Annotated[str, msgspec.Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Party = Literal["supervisor", "security"]  # supervisor: of operations, or a manager
Code = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{1,39}$")]
ItemCode = Annotated[str, msgspec.Meta(pattern="^[A-Z][A-Z0-9_-]{0,18}$")]


class BrokenChecklist(ValueError):
    """A definition that cannot be published: which file, which item, why."""

    def __init__(self, file: str, item: str | None, reason: str) -> None:
        super().__init__(f"{file}: {f'item {item}: ' if item else ''}{reason}")
        self.file, self.item, self.reason = file, item, reason


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A closed set of keys: a misspelt one is refused, not ignored."""


class OnFail(Part, frozen=True):
    """What a fail starts, and within how many minutes (or "before opening")."""

    triggers: Annotated[list[Trigger], msgspec.Meta(min_length=1)]
    within_minutes: Annotated[int, msgspec.Meta(ge=0)] | None = None
    within: Words | None = None


class Choice(Part, frozen=True):
    value: Code
    label: Words
    fails: bool = False


class Pair(Part, frozen=True):
    """Two values in one item; ``limit`` in minutes, for the rule ``minutes``."""

    first: Words
    second: Words
    rule: Literal["equal", "at_most", "minutes", "any"]
    limit: int | None = None

    @property
    def fits_its_limit(self) -> bool:
        return (self.rule == "minutes") == (self.limit is not None)


class Item(Part, frozen=True):
    """One thing to check. See mallops/library/README.md for every key."""

    code: ItemCode
    text: Words
    type: ItemType
    required: bool = True
    allow_na: bool | None = None  # None: yes for pass_fail, else no
    photo: Literal["optional", "on_fail", "always"] = "optional"
    severity: Severity | None = None
    on_fail: OnFail | None = None
    guidance: Words | None = None
    unit: str | None = None
    min: float | None = None
    max: float | None = None
    latest: ClockTime | None = None
    plan: str | None = None
    tolerance_minutes: int | None = None
    choices: list[Choice] | None = None
    pair: Pair | None = None
    meter: Literal["electricity", "water", "gas"] | None = None
    auto: Literal["meter_change", "days_to_opening"] | None = None
    limits: dict[str, float] | None = None

    @property
    def takes_na(self) -> bool:
        return self.type == "pass_fail" if self.allow_na is None else self.allow_na


class Section(Part, frozen=True):
    title: Words
    items: Annotated[list[Item], msgspec.Meta(min_length=1)]
    applies_to: list[PlaceKind] | None = None


class Checklist(Part, frozen=True):
    """A whole checklist, as published."""

    code: Code
    template: str
    place_kinds: Annotated[list[PlaceKind], msgspec.Meta(min_length=1)]
    title: Words
    summary: Words
    sections: Annotated[list[Section], msgspec.Meta(min_length=1)]
    countersigned_by: list[Party] = []

    def items(self, place_kind: str | None = None) -> Iterator[Item]:
        """Its items in order; only those asked at a kind of place, if one is given."""
        for section in self.sections:
            kinds = section.applies_to
            if not place_kind or kinds is None or place_kind in kinds:
                yield from section.items


def read(data: Mapping[str, Any], file: str) -> Checklist:
    """The checklist, once nothing is wrong with it.

    Raises:
        BrokenChecklist: naming the file, the item and the reason (the author's
            mistake).
    """
    try:
        checklist = msgspec.convert(dict(data), Checklist)
    except msgspec.ValidationError as error:
        raise BrokenChecklist(file, _item_at(data, str(error)), str(error)) from None
    if len(set(checklist.countersigned_by)) < len(checklist.countersigned_by):
        raise BrokenChecklist(file, None, "a countersigning party is there twice")
    for item, words in _texts(checklist):
        _check_words(file, item, words)
    seen: set[str] = set()
    for item_ in checklist.items():
        reason = "the code is used twice" if item_.code in seen else _fault(item_)
        if reason:
            raise BrokenChecklist(file, item_.code, reason)
        seen.add(item_.code)
    return checklist


def to_json(checklist: Checklist) -> dict[str, Any]:
    """The checklist as published and as forms read it: every key is always there.

    But for ``countersigned_by`` where nobody countersigns, so that a checklist
    published before there was such a key is still the same one.
    """
    data: dict[str, Any] = msgspec.to_builtins(checklist)
    if not checklist.countersigned_by:
        del data["countersigned_by"]
    for section in data["sections"]:
        for item in section["items"]:
            if item["allow_na"] is None:
                item["allow_na"] = item["type"] == "pass_fail"
    return data


def fingerprint(definition: Mapping[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(definition, order="sorted")).hexdigest()


def _item_at(data: Mapping[str, Any], message: str) -> str | None:
    """The code of the item a validation message points into, if it does."""
    where = re.search(r"\$\.sections\[(\d+)\]\.items\[(\d+)\]", message)
    if not where:
        return None
    section, number = int(where[1]), int(where[2])
    item = data["sections"][section]["items"][number]
    code = item.get("code") if isinstance(item, Mapping) else None
    return str(code or f"number {number + 1} of section {section + 1}")


def _texts(checklist: Checklist) -> Iterator[tuple[str | None, Words]]:
    yield from ((None, checklist.title), (None, checklist.summary))
    for section in checklist.sections:
        yield None, section.title
        for item in section.items:
            yield from ((item.code, words) for words in _texts_of(item))


def _texts_of(item: Item) -> Iterator[Words]:
    yield item.text
    yield from (choice.label for choice in item.choices or ())
    within = item.on_fail.within if item.on_fail else None
    pair = (item.pair.first, item.pair.second) if item.pair else ()
    yield from (words for words in (item.guidance, within, *pair) if words)


def _check_words(file: str, item: str | None, words: Words) -> None:
    if set(words) != set(LANGUAGES) or not all(text.strip() for text in words.values()):
        raise BrokenChecklist(file, item, f"needs {', '.join(LANGUAGES)}: {words}")


def _fault(item: Item) -> str | None:
    """What does not fit together in one item, or None."""
    rules: tuple[tuple[bool, str], ...] = (
        ((item.type == "choice") != bool(item.choices), "choices belong to choice"),
        (_repeats(item.choices or ()), "a choice is there twice"),
        ((item.type == "meter") != bool(item.meter), "meter belongs to type meter"),
        (bool(item.plan) != (item.tolerance_minutes is not None),
         "plan and tolerance_minutes belong together"),
        (bool(item.latest or item.plan) and item.type != "time",
         "latest and plan belong to time"),
        (_has_range(item) and item.type not in {"number", "count"},
         "min and max belong to number and count"),
        (item.min is not None and item.max is not None and item.min > item.max,
         "min is above max"),
        (bool(item.on_fail and item.on_fail.within_minutes is not None
              and item.on_fail.within), "within and within_minutes exclude each other"),
        (bool(item.pair) and item.type not in {"count", "number", "time"},
         "pair belongs to count, number and time"),
        (item.pair is not None and not item.pair.fits_its_limit,
         "limit belongs to pairs of rule minutes"),
        (bool(item.limits) != (item.auto == "meter_change"),
         "limits belong to auto meter_change"),
    )  # fmt: skip
    return next((reason for broken, reason in rules if broken), None)


def _has_range(item: Item) -> bool:
    return item.min is not None or item.max is not None


def _repeats(choices: Iterable[Choice]) -> bool:
    values = [choice.value for choice in choices]
    return len(values) > len(set(values))
