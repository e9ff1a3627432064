"""What an ``inspection`` entry means: a checklist walked at a place (docs/sync.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from mallops.checklists import erasing, problems, queries, rules
from mallops.checklists.definition import Checklist
from mallops.checklists.inspection import Body, Inspected, read, walk_of
from mallops.checklists.models import FailedAnswer, Inspection, MeterReading
from mallops.checklists.queries import Published, Reading
from mallops.checklists.rows import rows_of
from mallops.checklists.rules import Answer, Findings, Surroundings
from mallops.db import db, insert_rows
from mallops.ledger.kinds import Judged, Judgement, Kind, Received
from mallops.ledger.models import Entry
from mallops.places import queries as places
from mallops.places import rules as place_rules
from mallops.places.models import Mall
from mallops.places.queries import Spot
from mallops.rounds import actions as rounds
from mallops.rounds import queries as round_queries
from mallops.rounds import rules as round_rules
from mallops.rounds.models import RoundCompletion
from mallops.rounds.rules import Round
from mallops.web import in_words


@dataclass(frozen=True, slots=True)
class World:
    """What a batch of inspections is judged against, asked of the database once."""

    mall: Mall
    versions: Mapping[tuple[str, int], Published]
    spots: Mapping[str, Spot]
    rounds: Mapping[str, Round]
    plan_times: Mapping[date, Mapping[str, str]]
    # Of the inspections judged before in the same go: how a ledger was cut into
    # batches must not change what it says.
    readings: list[dict[str, Any]] = field(default_factory=list)


def judge(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    """Each inspection against its checklist and the readings before it."""
    world = _world(mall, [entry.body for entry in entries], entries)
    judgements = []
    for entry in entries:
        said = _judge(world, entry, entry.body)
        judgements.append(said)
        if said.facts and entry.held_because is None:
            world.readings.extend(said.facts["readings"])
    return judgements


def foresee(mall: Mall, entries: Sequence[Received]) -> list[Judgement | None]:
    """Each whose list has no meter: what one showed before is known in its turn."""
    world = _world(mall, [entry.body for entry in entries], entries)

    def has_meter(body: Body) -> bool:
        published = world.versions.get((body.checklist, body.version))
        return published is None or bool(published.meters)

    return [
        None if has_meter(entry.body) else _judge(world, entry, entry.body)
        for entry in entries
    ]


def _world(mall: Mall, bodies: Sequence[Body], entries: Sequence[Received]) -> World:
    return World(
        mall=mall,
        versions=queries.versions(mall.id, {(b.checklist, b.version) for b in bodies}),
        spots=places.named_spots(mall.id, {b.place for b in bodies}),
        rounds=round_queries.find_rounds(mall, {b.round for b in bodies if b.round}),
        plan_times={
            day: place_rules.plan_times(mall.settings, day)
            for day in {entry.business_day for entry in entries}
        },
    )


def _judge(world: World, entry: Received, body: Body) -> Judgement:
    published = world.versions.get((body.checklist, body.version))
    spot = world.spots.get(body.place)
    if published is None or spot is None:
        why = "unknown_version" if published is None else "unknown_place"
        return Judgement(_outline(body), held_because=why, search=body.place)
    findings = _findings(world, entry, published, spot)
    round_ = _round(world, body, spot)
    return _judgement(Inspected(entry, published, spot, round_, findings))


def _findings(
    world: World, entry: Received, published: Published, spot: Spot
) -> Findings:
    readings = _readings_before(world, published, entry, spot)
    around = Surroundings(
        spot.kind,
        world.plan_times[entry.business_day],
        _previous(published, spot.code, readings),
    )
    return rules.judge(published.checklist, entry.body.answers, around)


def _judgement(inspected: Inspected) -> Judgement:
    spot = inspected.spot
    return Judgement(
        summary=_summary(inspected),
        search=_search(inspected),
        problem=bool(inspected.findings.failed) or inspected.body.aborted is not None,
        zone_id=spot.zone_id,
        place_id=spot.place_id,
        unit_id=spot.unit_id,
        business_day=inspected.day,
        flags=_flags(inspected),
        facts=rows_of(inspected),
    )


def _outline(body: Body) -> dict[str, Any]:
    """What the log can say of an inspection whose checklist is not known."""
    return {
        "title": {"en": body.checklist},
        "place": body.place,
        "answered": len(body.answers),
        "failed": None,  # nobody can tell
        "aborted": body.aborted,
    }


def _summary(inspected: Inspected) -> dict[str, Any]:
    published, findings = inspected.published, inspected.findings
    return {
        "title": published.checklist.title,
        "place": inspected.body.place,
        "answered": findings.answered,
        "items": len(findings.verdicts),
        "failed": findings.failed,
        "failed_words": [published.items[code].text for code in findings.failed],
        "aborted": inspected.body.aborted,
    }


def _search(inspected: Inspected) -> str:
    published, body, spot = inspected.published, inspected.body, inspected.spot
    words = [*published.checklist.title.values(), spot.code, *spot.name.values()]
    words += [answer.note for answer in body.answers.values() if answer.note]
    for code in inspected.findings.failed:
        words += [code, *published.items[code].text.values()]
    return "\n".join([*words, body.aborted or ""])


def _round(world: World, body: Body, spot: Spot) -> Round | None:
    """The round it was walked for, if there is such a round of this list here."""
    round_ = world.rounds.get(body.round or "")
    if round_ and (round_.checklist, round_.place) == (body.checklist, spot.code):
        return round_
    return None


def _flags(inspected: Inspected) -> tuple[str, ...]:
    body, findings, round_ = inspected.body, inspected.findings, inspected.round
    doubts = {
        "late": round_ is not None and round_rules.is_late(round_, inspected.walk),
        "early": round_ is not None and round_rules.is_early(round_, inspected.walk),
        "incomplete": bool(findings.missing) and body.aborted is None,
        "retired_version": inspected.published.retired,
        "wrong_time": not inspected.entry.can_be_of(body.finished_at),
        "too_fast": body.aborted is None
        and rules.is_too_fast(findings.answered, body.started_at, body.finished_at),
    }
    return tuple(flag for flag, doubted in doubts.items() if doubted)


def _readings_before(
    world: World, published: Published, entry: Received, spot: Spot
) -> Mapping[tuple[str, str], Reading]:
    if not published.meters:
        return {}
    at = walk_of(entry).finished_at
    last = queries.last_readings(world.mall.id, spots=[spot.code], before=at)
    for row in world.readings:
        reading = Reading(row["spot"], row["meter"], row["value"], row["read_at"])
        known = last.get((reading.spot, reading.meter))
        if reading.read_at < at and (not known or known.read_at <= reading.read_at):
            last[(reading.spot, reading.meter)] = reading
    return last


def _previous(
    published: Published, spot: str, readings: Mapping[tuple[str, str], Reading]
) -> dict[str, float]:
    if not readings:
        return {}
    return {
        item.code: reading.value
        for item in published.meters
        for reading in [readings.get((spot, item.meter or ""))]
        if reading
    }


def apply(mall: Mall, judged: Sequence[Judged]) -> None:
    """One row an inspection, one a failed answer, a reading, a walked round.

    What failed is followed up as a finding.
    """
    rows: dict[str, list[Any]] = {}
    for _entry, judgement in judged:
        for name, some in judgement.facts.items():
            rows.setdefault(name, []).extend(some)
    tables = {
        "inspections": Inspection,
        "failures": FailedAnswer,
        "readings": MeterReading,
    }
    for name, table in tables.items():
        if rows.get(name):
            insert_rows(table, rows[name])
    rounds.complete(rows.get("walks", []))
    problems.follow_up(mall, rows.get("inspected", []))


ABORTED = _l("%(title)s at %(place)s aborted: %(why)s")
NOT_JUDGED = _l("%(title)s at %(place)s: %(answered)s answered, not judged")
PASSED = _l(
    "%(title)s at %(place)s: %(answered)s of %(items)s answered, nothing failed"
)
BETWEEN = _l("; ")
FAILED = _l(
    "%(title)s at %(place)s: %(answered)s of %(items)s answered, failed: %(failed)s"
)


def summarise(summary: Mapping[str, Any]) -> str:
    """The log's line: which checklist, how far, what failed."""
    words = {"title": in_words(summary["title"]), "place": summary["place"]}
    words["answered"] = str(summary["answered"])
    if summary["aborted"] is not None:
        return str(ABORTED) % {**words, "why": summary["aborted"]}
    if summary["failed"] is None:
        return str(NOT_JUDGED) % words
    words["items"] = str(summary["items"])
    if summary["failed"]:
        return str(FAILED) % {**words, "failed": _failed_in_words(summary)}
    return str(PASSED) % words


def _failed_in_words(summary: Mapping[str, Any]) -> str:
    texts = summary.get("failed_words", [{"en": ""}] * len(summary["failed"]))
    failed = zip(summary["failed"], texts, strict=True)
    return str(BETWEEN).join(
        f"{code} {in_words(text)}".strip() for code, text in failed
    )


def page_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    """What the entry's own page shows: the checklist as it was, and each verdict."""
    version = queries.find_version(entry.mall_id, body["checklist"], body["version"])
    if version is None:
        unknown: dict[str, Any] = {"definition": None, "verdicts": {}, "opened": {}}
        return {**unknown, "answers": body["answers"]}
    checklist = msgspec.convert(version.definition, Checklist)
    answers = msgspec.convert(body["answers"], dict[str, Answer])
    spot = places.named_spots(entry.mall_id, {body["place"]}).get(body["place"])
    around = Surroundings(spot.kind if spot else None)
    findings = rules.judge(checklist, answers, around)
    failed = db.session.scalars(
        sa.select(FailedAnswer.item).filter_by(entry_id=entry.id)
    ).all()
    verdicts = {**findings.verdicts, **dict.fromkeys(failed, "fail")}
    return {
        "definition": version.definition,
        "answers": body["answers"],
        "verdicts": verdicts,
        "opened": problems.opened_by(entry, failed, answers),
    }


INSPECTION = Kind(
    name="inspection",
    v=1,
    read=read,
    judge=judge,
    foresee=foresee,
    apply=apply,
    summarise=summarise,
    page="checklists/_answers.html",
    title=_l("Inspection"),
    tables=(RoundCompletion, MeterReading, FailedAnswer, Inspection),
    page_facts=page_facts,
    redact=erasing.redact,
    reword=erasing.reword,
)
