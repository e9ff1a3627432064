"""What a ``countersignature`` entry means: a second person vouches for a round."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mallops.checklists import queries as checklists
from mallops.checklists.definition import Party
from mallops.checklists.queries import Published
from mallops.db import insert_rows
from mallops.errors import Refused
from mallops.ledger import queries as ledger
from mallops.ledger.kinds import Judged, Judgement, Kind, Received
from mallops.ledger.models import Entry
from mallops.places.models import Mall
from mallops.signatures import queries, rules
from mallops.signatures.models import Countersignature
from mallops.signatures.queries import People
from mallops.signatures.rules import NOTE_LENGTH
from mallops.web import in_words


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a countersignature, version 1."""

    entry: UUID
    note: Annotated[str, msgspec.Meta(max_length=NOTE_LENGTH)] = ""


_decoder = msgspec.json.Decoder(Body)


def read(text: str) -> Body:
    """The body.

    Raises:
        Refused("unreadable"): it has not the shape of a countersignature.
    """
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError) as error:
        why = str(error)
        raise Refused(
            "unreadable", _("The countersignature cannot be read: %(why)s", why=why)
        ) from None


def judge(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    """Each by the inspection it names: is it there, and is this the other party?"""
    found = queries.inspections(mall.id, {entry.body.entry for entry in entries})
    filled = {id_: json.loads(one.body) for id_, one in found.items()}
    named = {(said["checklist"], said["version"]) for said in filled.values()}
    versions = checklists.versions(mall.id, named)
    recorders = {one.recorded_by_id for one in found.values()}
    people = People(mall.id, recorders | {one.recorded_by_id for one in entries})
    return [
        _judge(entry, found.get(entry.body.entry), filled, versions, people)
        for entry in entries
    ]


def _judge(
    entry: Received,
    inspection: Entry | None,
    filled: Mapping[UUID, Mapping[str, Any]],
    versions: Mapping[tuple[str, int], Published],
    people: People,
) -> Judgement:
    body: Body = entry.body
    note = body.note.replace("\0", " ").strip()
    if inspection is None:
        summary = {"title": {"en": "?"}, "place": "?", "note": note}
        return Judgement(summary, search=note, held_because="unknown_inspection")
    said = filled[inspection.id]
    version = versions.get((said["checklist"], said["version"]))
    title = version.checklist.title if version else {"en": said["checklist"]}
    wanted: list[Party] = version.checklist.countersigned_by if version else []
    recorder = people.at(inspection.recorded_by_id, inspection.occurred_at)
    signer = people.at(entry.recorded_by_id, entry.occurred_at)
    return Judgement(
        summary={"title": title, "place": said["place"], "note": note},
        search="\n".join([note, *title.values(), said["place"]]),
        held_because=rules.doubt(wanted, recorder, signer),
        facts={
            "entry_id": entry.id,
            "inspection_id": inspection.id,
            "party": signer.party if signer else None,
            "at": entry.occurred_at,
            "by_id": entry.recorded_by_id,
            "note": note,
        },
    )


def apply(mall: Mall, judged: Sequence[Judged]) -> None:
    """One row a countersignature."""
    rows = [{**judgement.facts, "mall_id": mall.id} for _, judgement in judged]
    insert_rows(Countersignature, rows)


PLAIN = _l("%(title)s at %(place)s countersigned")
NOTED = _l("%(title)s at %(place)s countersigned: %(note)s")


def summarise(summary: Mapping[str, Any]) -> str:
    words = {**summary, "title": in_words(summary["title"])}
    return str(NOTED if summary["note"] else PLAIN) % words


def page_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    """The inspection that was signed, so that its page can be linked."""
    id_ = UUID(body["entry"])
    return {"countersigned": ledger.stored([id_]).get(id_)}


COUNTERSIGNATURE = Kind(
    name="countersignature",
    v=1,
    read=read,
    judge=judge,
    apply=apply,
    summarise=summarise,
    page="signatures/_entry.html",
    title=_l("Countersignature"),
    tables=(Countersignature,),
    looks_back=True,
    page_facts=page_facts,
)
