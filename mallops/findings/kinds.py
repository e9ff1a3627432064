"""What ``finding`` and ``finding_update`` entries mean (docs/sync.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from mallops.findings import actions, erasing, queries, rules, words
from mallops.findings.actions import Problem
from mallops.findings.bodies import FindingBody, UpdateBody, read_finding, read_update
from mallops.findings.models import Finding, FindingUpdate
from mallops.ledger.kinds import Judged, Judgement, Kind, Received
from mallops.ledger.models import Entry
from mallops.people import queries as people
from mallops.places import queries as places
from mallops.places.models import Mall
from mallops.places.queries import Spot

# What the log's list shows of a long text; the entry's own page shows the whole.
LINE = 280
WORDS = frozenset({"text", "photos", "details"})


def judge_findings(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    bodies: list[FindingBody] = [entry.body for entry in entries]
    spots = places.named_spots(
        mall.id, {body.unit or body.place or "" for body in bodies}
    )
    return [_judge_finding(entry, entry.body, spots) for entry in entries]


def _judge_finding(
    entry: Received, body: FindingBody, spots: Mapping[str, Spot]
) -> Judgement:
    spot = spots.get(body.unit or body.place or "")
    summary = {
        "text": body.text[:LINE],
        "category": body.category,
        "severity": body.severity,
        "place": body.unit or body.place,
        "fixed_on_spot": body.fixed_on_spot,
        **({"warning": body.warning} if body.warning else {}),
    }
    search = "\n".join([body.text, body.unit or "", body.place or ""])
    if spot is None:
        return Judgement(summary, search, held_because="unknown_place", problem=True)
    return Judgement(
        summary,
        search,
        problem=not body.warning,  # what it is about stands in the log already
        zone_id=spot.zone_id,
        place_id=spot.place_id,
        unit_id=spot.unit_id,
        facts=_problem(entry, body, spot),
    )


def _problem(entry: Received, body: FindingBody, spot: Spot) -> Problem:
    return Problem(
        entry_id=entry.id,
        item=None,
        checklist=None,
        severity=body.severity,
        triggers=rules.CATEGORY_TRIGGERS[body.category],
        category=body.category,
        title={},
        text=body.text,
        photos=tuple(body.photos),
        place_id=spot.place_id,
        zone_id=spot.zone_id,
        unit_id=spot.unit_id,
        business_day=entry.business_day,
        opened_at=entry.occurred_at,
        opened_by_id=entry.recorded_by_id,
        team=body.team,
        fixed_on_spot=body.fixed_on_spot,
        details=body.details.as_json(),
    )


def apply_findings(mall: Mall, judged: Sequence[Judged]) -> None:
    actions.open_all(mall, [judgement.facts for _, judgement in judged])


def judge_updates(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    """Each step against how its finding stands once the steps before it are taken.

    One batch may carry several steps of one finding; each is judged after the other.
    """
    found = queries.named(mall.id, {entry.body.finding for entry in entries})
    standings = actions.Standings(mall, found)
    known = queries.known_here(mall.id, [entry.body for entry in entries])
    return [
        _judge_update(entry, entry.body, found, standings, known) for entry in entries
    ]


def _judge_update(
    entry: Received,
    body: UpdateBody,
    found: Mapping[str, Finding],
    standings: actions.Standings,
    known: queries.Known,
) -> Judgement:
    finding = found.get(body.finding)
    summary = {
        "finding": body.finding,
        "step": body.step,
        "text": body.text[:LINE],
        "number": finding.number if finding else None,
        "title": finding.title if finding else {},
        "team": body.team,
        "severity": body.severity,
        "waiting_for": body.waiting_for,
    }
    row = actions.step_row(entry, body, known)
    if finding is None:
        return Judgement(summary, body.text, held_because="unknown_finding", facts=row)
    held = _doubt(entry, body, finding, standings)
    if held is None and entry.held_because is None:
        standings.take(row)
    lacks_photo = body.step == "fix" and bool(finding.photos) and not body.photos
    return Judgement(
        summary,
        f"{body.text}\n{finding.number}",
        zone_id=finding.zone_id,
        place_id=finding.place_id,
        unit_id=finding.unit_id,
        flags=("no_after_photo",) if lacks_photo else (),
        held_because=held,
        facts=row,
    )


def _doubt(
    entry: Received, body: UpdateBody, finding: Finding, standings: actions.Standings
) -> str | None:
    """Why somebody else must decide on a step; None: its author may take it."""
    member = _member(entry, finding.mall_id)
    if member is None:
        return None  # the author as such is held already
    return rules.doubt_about(
        body.step,
        by_id=entry.recorded_by_id,
        role=member.role,
        team=member.team.code if member.team else None,
        standing=standings.of(finding, entry.occurred_at),
        opened_by_id=finding.opened_by_id,
    )


def _member(entry: Received, mall_id: int) -> Any:
    """The role the author held when it was recorded."""
    if entry.recorded_by_id is None:
        return None
    held = people.memberships_in(entry.recorded_by_id, mall_id)
    return next((m for m in held if m.is_open(entry.occurred_at)), None)


def apply_updates(mall: Mall, judged: Sequence[Judged]) -> None:
    actions.add_steps(mall, [judgement.facts for _, judgement in judged])


def reword_findings(mall: Mall, judged: Sequence[Judged]) -> None:
    erasing.reword_findings(said.facts for _, said in judged if said.facts)


def reword_updates(mall: Mall, judged: Sequence[Judged]) -> None:
    erasing.reword_steps(said.facts for _, said in judged)


def finding_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "finding": queries.find(entry.mall_id, str(entry.id)),
        "warning": words.WARNINGS.get(body.get("warning") or ""),
    }


def update_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"finding": queries.find(entry.mall_id, body["finding"])}


FINDING = Kind(
    name="finding",
    v=1,
    read=read_finding,
    judge=judge_findings,
    apply=apply_findings,
    summarise=words.summarise_finding,
    page="findings/_entry.html",
    title=_l("Finding"),
    tables=(FindingUpdate, Finding),
    page_facts=finding_facts,
    words=WORDS,
    reword=reword_findings,
)
FINDING_UPDATE = Kind(
    name="finding_update",
    v=1,
    read=read_update,
    judge=judge_updates,
    apply=apply_updates,
    summarise=words.summarise_update,
    page="findings/_update_entry.html",
    looks_back=True,
    title=_l("Follow-up"),
    page_facts=update_facts,
    words=WORDS,
    reword=reword_updates,
)
