"""What ``door`` and ``door_withdrawal`` entries mean (docs/sync.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from msgspec.structs import replace

from mallops.doors import actions, queries, rules, upkeep, words
from mallops.doors.bodies import DoorBody, WithdrawalBody, read_door, read_withdrawal
from mallops.doors.models import DoorDay, DoorSighting
from mallops.findings import queries as findings
from mallops.ledger.kinds import LONGEST_AFTER, Judged, Judgement, Kind, Received
from mallops.ledger.models import Entry
from mallops.places import queries as places
from mallops.places.models import Mall
from mallops.places.queries import Spot
from mallops.places.rules import business_day


def judge_doors(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    spots = places.named_spots(mall.id, {entry.body.unit for entry in entries})
    said = [_judge_door(mall, entry, entry.body, spots) for entry in entries]
    return _against_hours(mall, said)


def _judge_door(
    mall: Mall, entry: Received, body: DoorBody, spots: Mapping[str, Spot]
) -> Judgement:
    spot = spots.get(body.unit)
    summary = {"unit": body.unit, "event": body.event, "status": body.status}
    summary |= {"how": body.how} if body.how != "tap" else {}
    search = f"{body.unit}\n{body.note}"
    if spot is None or spot.unit_id is None:
        return Judgement(summary, search, held_because="unknown_place")
    at, row = _seen_at(entry, body), _row(mall, entry, body, spot.unit_id)
    day, why = business_day(at, mall.time_zone, mall.day_starts_at), _doubt(entry, body)
    return Judgement(
        summary,
        search,
        problem=bool(upkeep.wrong(row)),
        zone_id=spot.zone_id,
        unit_id=spot.unit_id,
        # Whoever decides on a time that cannot be finds it where it came in.
        business_day=None if why == "wrong_time" else day,
        held_because=why,
        facts=row | {"at": at, "day": day},
    )


def _seen_at(entry: Received, body: DoorBody) -> datetime:
    """Nothing is seen after it was recorded, whoever accepts it."""
    if body.seen_at - entry.recorded_at > LONGEST_AFTER:
        return entry.occurred_at
    return entry.on_true_clock(body.seen_at)


def _doubt(entry: Received, body: DoorBody) -> str | None:
    if body.status not in rules.STATUSES[body.event]:
        return "status_does_not_fit"
    return None if entry.can_be_of(body.seen_at) else "wrong_time"


def _against_hours(mall: Mall, said: Sequence[Judgement]) -> list[Judgement]:
    """The same, each held against the hours of its shop on its day.

    A problem where the shop does not keep them, flagged where it need not open by
    somebody's word alone.
    """
    told = {
        (one.facts["unit_id"], one.facts["day"])
        for one in said
        if one.facts and one.facts["status"] in _TOLD
    }
    if not told:
        return list(said)
    planned, terms = queries.planned_on(mall, told), queries.terms(mall)
    return [_against(one, planned, terms) for one in said]


_TOLD = frozenset().union(rules.EXEMPT, *rules.TROUBLE.values())


def _against(
    said: Judgement,
    planned: Mapping[tuple[int, date], queries.Planned],
    terms: rules.Terms,
) -> Judgement:
    row = said.facts
    if not row or row["status"] not in _TOLD:
        return said
    of_day = planned[row["unit_id"], row["day"]]
    if row["status"] in rules.EXEMPT:
        return said if of_day.exempt else replace(said, flags=("unconfirmed",))
    hour = of_day.opens_at if row["event"] == "opening" else of_day.closes_at
    look = rules.Sighting("", row["at"], row["status"], row["how"])
    wrong = rules.is_trouble(row["event"], look, hour, terms, of_day.exempt)
    return replace(said, problem=True) if wrong else said


def _row(mall: Mall, entry: Received, body: DoorBody, unit_id: int) -> dict[str, Any]:
    return {
        "entry_id": entry.id,
        "mall_id": mall.id,
        "unit_id": unit_id,
        "event": body.event,
        "seq": entry.install_seq or 0,
        "by_id": entry.recorded_by_id,
        "status": body.status,
        "how": body.how,
        "reason": body.reason,
        "staff": body.staff,
        "lights": body.lights,
        "tidy": body.tidy,
        "locked": body.locked,
        "note": body.note.replace("\0", " "),
        "photos": list(body.photos),
        "withdrawn": False,
    }


def apply_doors(mall: Mall, judged: Sequence[Judged]) -> None:
    actions.keep(mall, [judgement.facts for _, judgement in judged])


def reword_doors(mall: Mall, judged: Sequence[Judged]) -> None:
    actions.reword(said.facts for _, said in judged if said.facts)


def judge_withdrawals(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    """Who tapped it may take it back; anybody else needs a supervisor's word."""
    ids = {entry.body.sighting for entry in entries}
    found = queries.find_sightings(mall.id, ids)
    return [_judge_withdrawal(entry, entry.body, found) for entry in entries]


def _judge_withdrawal(
    entry: Received, body: WithdrawalBody, found: Mapping[Any, DoorSighting]
) -> Judgement:
    sighting = found.get(body.sighting)
    summary: dict[str, Any] = {"sighting": str(body.sighting), "reason": body.reason}
    if sighting is None:
        return Judgement(summary, held_because="unknown_sighting", facts=body.sighting)
    is_own = sighting.by_id == entry.recorded_by_id
    return Judgement(
        summary | {"status": sighting.status, "event": sighting.event},
        search=body.reason,
        unit_id=sighting.unit_id,
        business_day=sighting.day,
        held_because=None if is_own else "not_your_sighting",
        facts=body.sighting,
    )


def apply_withdrawals(mall: Mall, judged: Sequence[Judged]) -> None:
    actions.withdraw(mall, {judgement.facts: entry for entry, judgement in judged})


def door_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    ids = [str(entry.id), *upkeep.finding_ids(entry.id)]
    opened = findings.named(entry.mall_id, ids)
    return {"door": words, "findings": [opened[id_] for id_ in ids if id_ in opened]}


def withdrawal_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    sighting = UUID(body["sighting"])
    found = queries.find_sightings(entry.mall_id, [sighting])
    return {"sighting": found.get(sighting)}


DOOR = Kind(
    name="door",
    v=1,
    read=read_door,
    judge=judge_doors,
    apply=apply_doors,
    summarise=words.summarise_door,
    page="doors/_entry.html",
    title=_l("Shop door"),
    tables=(DoorDay, DoorSighting),
    page_facts=door_facts,
    words=frozenset({"note", "photos", "confirmed_by"}),
    reword=reword_doors,
)
DOOR_WITHDRAWAL = Kind(
    name="door_withdrawal",
    v=1,
    read=read_withdrawal,
    judge=judge_withdrawals,
    apply=apply_withdrawals,
    summarise=words.summarise_withdrawal,
    page="doors/_withdrawal.html",
    title=_l("Door withdrawn"),
    looks_back=True,
    page_facts=withdrawal_facts,
)
