"""What failed in an inspection, as problems to be followed up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from mallops.checklists.definition import Item
from mallops.checklists.inspection import Inspected
from mallops.checklists.rules import Answer
from mallops.findings import actions as findings
from mallops.findings import erasing, queries, rules
from mallops.findings.actions import Problem
from mallops.findings.models import Finding
from mallops.ledger.models import Entry
from mallops.places.models import Mall

# "At once" as a limit: somebody has to hear of it and walk there.
AT_ONCE_MINUTES = 15
MEASURED = {"number", "count", "time", "meter"}


def follow_up(mall: Mall, inspections: Sequence[Inspected]) -> None:
    """Open a finding for each fail; one that is known still to be open is noted there.

    A fail that names a finding nobody knows opens one of its own: nothing is lost.
    """
    fails = [fail for inspected in inspections for fail in _fails(inspected)]
    if not fails:
        return
    named = {answer.still_open for _, _, answer in fails if answer.still_open}
    known = set(queries.named(mall.id, named))
    problems, again = [], []
    for fail in fails:
        if fail[2].still_open in known:
            again.append(_seen_again(*fail))
        else:
            problems.append(_problem(*fail))
            known.add(problems[-1].finding_id)
    findings.open_all(mall, problems)
    findings.add_steps(mall, again)


def reword(inspections: Sequence[Inspected]) -> None:
    """Let findings and steps out of these say what is left of erased inspections."""
    fails = [fail for inspected in inspections for fail in _fails(inspected)]
    erasing.reword_findings(_problem(*fail) for fail in fails)
    erasing.reword_steps(_seen_again(*fail) for fail in fails if fail[2].still_open)


def opened_by(
    entry: Entry, failed: Sequence[str], answers: Mapping[str, Answer]
) -> dict[str, Finding]:
    """By failed item its finding: its own, or the known one that is still open."""
    ids = {code: [f"{entry.id}.{code}"] for code in failed}
    for code in failed:
        if code in answers and (still_open := answers[code].still_open):
            ids[code].insert(0, still_open)  # its own one wins
    found = queries.named(entry.mall_id, set(chain.from_iterable(ids.values())))
    return {
        code: found[finding_id]
        for code, those in ids.items()
        for finding_id in those
        if finding_id in found
    }


Fail = tuple[Inspected, Item, Answer]


def _fails(inspected: Inspected) -> Iterator[Fail]:
    for code in inspected.findings.failed:
        item = inspected.published.items[code]
        if rules.opens_finding(item.severity, _triggers(item)):
            yield inspected, item, inspected.body.answers[code]


def _triggers(item: Item) -> list[str]:
    return list(item.on_fail.triggers) if item.on_fail else []


def _problem(inspected: Inspected, item: Item, answer: Answer) -> Problem:
    triggers, spot = _triggers(item), inspected.spot
    return Problem(
        entry_id=inspected.entry.id,
        item=item.code,
        checklist=inspected.published.code,
        severity=item.severity or "S4",
        triggers=tuple(triggers),
        category=rules.category_of(triggers),
        title=_title(item, answer),
        text=answer.note,
        photos=tuple(answer.photos),
        place_id=spot.place_id,
        zone_id=spot.zone_id,
        unit_id=spot.unit_id,
        business_day=inspected.day,
        opened_at=inspected.walk.finished_at,
        opened_by_id=inspected.entry.recorded_by_id,
        fixed_on_spot=answer.fixed_on_spot,
        fix_minutes=_fix_minutes(item),
    )


def _title(item: Item, answer: Answer) -> dict[str, str]:
    """What was asked, and what was found where that is more than pass or fail."""
    found = _found(item, answer)
    return {
        language: f"{words}{_COLON[language]}{found[language]}" if found else words
        for language, words in item.text.items()
    }


_COLON = {"en": ": ", "zh-Hans": "：", "zh-Hant": "："}


def _found(item: Item, answer: Answer) -> dict[str, str] | None:
    if item.choices:
        return next((c.label for c in item.choices if c.value == answer.value), None)
    if item.type not in MEASURED or answer.value is None:
        return None
    values = [answer.value] if answer.of is None else [answer.value, answer.of]
    shown = " / ".join(map(_shown, values))
    return dict.fromkeys(item.text, f"{shown} {item.unit}" if item.unit else shown)


def _shown(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, int | float) else str(value)


def _fix_minutes(item: Item) -> int | None:
    within = item.on_fail.within_minutes if item.on_fail else None
    return AT_ONCE_MINUTES if within == 0 else within


def _seen_again(inspected: Inspected, item: Item, answer: Answer) -> dict[str, Any]:
    return {
        "entry_id": inspected.entry.id,
        "finding_id": answer.still_open,
        "at": inspected.walk.finished_at,
        "seq": inspected.entry.install_seq or 0,
        "by_id": inspected.entry.recorded_by_id,
        "step": "seen_again",
        "seen": None,
        "text": answer.note.replace("\0", " "),
        "photos": list(answer.photos),
        "team": None,
        "person_id": None,
        "severity": None,
        "fix_by": None,
        "waiting_for": None,
        "details": {},
    }
