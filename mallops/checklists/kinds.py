"""What an ``inspection`` entry means: a checklist walked at a place (docs/sync.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mallops.checklists import queries, rules
from mallops.checklists.definition import Checklist
from mallops.checklists.models import FailedAnswer, Inspection, MeterReading
from mallops.checklists.queries import Published, Reading
from mallops.checklists.rules import Answer, Findings, Surroundings
from mallops.db import db, insert_rows
from mallops.errors import Refused
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
from mallops.rounds.rules import Round, Walk

Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an inspection, version 1."""

    checklist: str
    version: int
    place: str
    started_at: Instant
    finished_at: Instant
    answers: dict[str, Answer]
    round: str | None = None
    aborted: str | None = None


_decoder = msgspec.json.Decoder(Body)


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


def read(text: str) -> Body:
    """The body, when it has the shape the protocol gives it.

    Raises:
        Refused("unreadable"): it has not (the phone's mistake).
    """
    try:
        body = _decoder.decode(text)
        if not 1900 <= body.started_at.year <= body.finished_at.year <= 2999:
            raise msgspec.ValidationError("the times are out of the calendar")
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Refused(
            "unreadable", _("The inspection cannot be read: %(why)s", why=str(error))
        ) from None
    return body


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
    readings = _readings_before(world, published, entry, spot)
    around = Surroundings(
        spot.kind,
        world.plan_times[entry.business_day],
        _previous(published, spot.code, readings),
    )
    findings = rules.judge(published.checklist, body.answers, around)
    round_ = _round(world, body, spot)
    return Judgement(
        summary=_summary(body, published.checklist, findings),
        search=_search(body, published, spot, findings),
        problem=bool(findings.failed) or body.aborted is not None,
        zone_id=spot.zone_id,
        place_id=spot.place_id,
        unit_id=spot.unit_id,
        business_day=round_.day if round_ else None,
        flags=_flags(entry, body, published, findings, round_),
        facts=_facts(world, entry, published, spot, findings, round_),
    )


def _outline(body: Body) -> dict[str, Any]:
    """What the log can say of an inspection whose checklist is not known."""
    return {
        "title": {"en": body.checklist},
        "place": body.place,
        "answered": len(body.answers),
        "items": len(body.answers),
        "failed": [],
        "aborted": body.aborted,
    }


def _summary(body: Body, checklist: Checklist, findings: Findings) -> dict[str, Any]:
    return {
        "title": checklist.title,
        "place": body.place,
        "answered": findings.answered,
        "items": len(findings.verdicts),
        "failed": findings.failed,
        "aborted": body.aborted,
    }


def _search(body: Body, published: Published, spot: Spot, findings: Findings) -> str:
    words = [*published.checklist.title.values(), spot.code, *spot.name.values()]
    words += [answer.note for answer in body.answers.values() if answer.note]
    for code in findings.failed:
        words += [code, *published.items[code].text.values()]
    return "\n".join([*words, body.aborted or ""])


def _round(world: World, body: Body, spot: Spot) -> Round | None:
    """The round it was walked for, if there is such a round of this list here."""
    round_ = world.rounds.get(body.round or "")
    if round_ and (round_.checklist, round_.place) == (body.checklist, spot.code):
        return round_
    return None


def _flags(
    entry: Received,
    body: Body,
    published: Published,
    findings: Findings,
    round_: Round | None,
) -> tuple[str, ...]:
    walk = _walk(entry)
    doubts = {
        "late": round_ is not None and round_rules.is_late(round_, walk),
        "early": round_ is not None and round_rules.is_early(round_, walk),
        "incomplete": bool(findings.missing) and body.aborted is None,
        "retired_version": published.retired,
        "too_fast": rules.is_too_fast(
            findings.answered, body.started_at, body.finished_at
        ),
    }
    return tuple(flag for flag, doubted in doubts.items() if doubted)


def _walk(entry: Received) -> Walk:
    body: Body = entry.body
    return Walk(
        entry.on_true_clock(body.started_at), entry.on_true_clock(body.finished_at)
    )


def _facts(
    world: World,
    entry: Received,
    published: Published,
    spot: Spot,
    findings: Findings,
    round_: Round | None,
) -> dict[str, list[dict[str, Any]]]:
    """The rows this inspection makes, by what they are."""
    body: Body = entry.body
    walk = _walk(entry)
    common = {
        "entry_id": entry.id,
        "mall_id": world.mall.id,
        "business_day": round_.day if round_ else entry.business_day,
    }
    times = {"started_at": walk.started_at, "finished_at": walk.finished_at}
    inspection = {
        **common,
        **times,
        "version_id": published.id,
        "place_id": spot.place_id,
        "unit_id": spot.unit_id,
        "round_id": round_.id if round_ else None,
        "answered": findings.answered,
        "failed": len(findings.failed),
        "aborted": body.aborted is not None,
    }
    return {
        "inspections": [inspection],
        "failures": _failures(common, published, body, findings),
        "readings": _readings(common, published, body, spot, walk),
        "walks": _walks(common, times, round_, walk)
        if round_ and body.aborted is None
        else [],
    }


def _walks(
    common: dict[str, Any], times: dict[str, Any], round_: Round, walk: Walk
) -> list[dict[str, Any]]:
    late = round_rules.is_late(round_, walk)
    return [{**common, **times, "round_id": round_.id, "late": late}]


def _failures(
    common: dict[str, Any], published: Published, body: Body, findings: Findings
) -> list[dict[str, Any]]:
    return [
        {
            **common,
            "item": item.code,
            "severity": item.severity,
            "triggers": list(item.on_fail.triggers) if item.on_fail else [],
            "note": body.answers[item.code].note.replace("\0", " "),
            "fixed_on_spot": body.answers[item.code].fixed_on_spot,
        }
        for item in (published.items[code] for code in findings.failed)
    ]


def _readings(
    common: dict[str, Any], published: Published, body: Body, spot: Spot, walk: Walk
) -> list[dict[str, Any]]:
    return [
        {
            "entry_id": common["entry_id"],
            "mall_id": common["mall_id"],
            "spot": spot.code,
            "item": item.code,
            "meter": item.meter,
            "value": answer.value,
            "read_at": walk.finished_at,
        }
        for item in published.meters
        for answer in [body.answers.get(item.code)]
        if answer
        and isinstance(answer.value, int | float)
        and not isinstance(answer.value, bool)
    ]


def _readings_before(
    world: World, published: Published, entry: Received, spot: Spot
) -> Mapping[tuple[str, str], Reading]:
    if not published.meters:
        return {}
    at = _walk(entry).finished_at
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
    """One row an inspection, one a failed answer, a reading, a walked round."""
    rows: dict[str, list[dict[str, Any]]] = {}
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


ABORTED = _l("%(title)s at %(place)s aborted: %(why)s")
PASSED = _l(
    "%(title)s at %(place)s: %(answered)s of %(items)s answered, nothing failed"
)
FAILED = _l(
    "%(title)s at %(place)s: %(answered)s of %(items)s answered, failed: %(failed)s"
)


def summarise(summary: Mapping[str, Any]) -> str:
    """The log's line: which checklist, how far, what failed."""
    from mallops.web import in_words

    words = {"title": in_words(summary["title"]), "place": summary["place"]}
    words |= {"answered": str(summary["answered"]), "items": str(summary["items"])}
    if summary["aborted"] is not None:
        return str(ABORTED) % {**words, "why": summary["aborted"]}
    if summary["failed"]:
        return str(FAILED) % {**words, "failed": ", ".join(summary["failed"])}
    return str(PASSED) % words


def page_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    """What the entry's own page shows: the checklist as it was, and each verdict."""
    version = queries.find_version(entry.mall_id, body["checklist"], body["version"])
    if version is None:
        return {"definition": None, "answers": body["answers"], "verdicts": {}}
    checklist = msgspec.convert(version.definition, Checklist)
    answers = msgspec.convert(body["answers"], dict[str, Answer])
    spot = places.named_spots(entry.mall_id, {body["place"]}).get(body["place"])
    around = Surroundings(spot.kind if spot else None)
    findings = rules.judge(checklist, answers, around)
    failed = db.session.scalars(
        sa.select(FailedAnswer.item).filter_by(entry_id=entry.id)
    )
    verdicts = {**findings.verdicts, **dict.fromkeys(failed, "fail")}
    return {
        "definition": version.definition,
        "answers": body["answers"],
        "verdicts": verdicts,
    }


INSPECTION = Kind(
    name="inspection",
    v=1,
    read=read,
    judge=judge,
    apply=apply,
    summarise=summarise,
    page="checklists/_answers.html",
    title=_l("Inspection"),
    tables=(RoundCompletion, MeterReading, FailedAnswer, Inspection),
    page_facts=page_facts,
)
