"""What a ``held_decision`` entry means: a held entry counts, or is void."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mallops.daylog.models import HeldDecision
from mallops.daylog.rules import REASON_LENGTH
from mallops.db import db
from mallops.errors import Refused
from mallops.ledger import actions as ledger
from mallops.ledger import judging, queries
from mallops.ledger.kinds import Judged, Judgement, Kind, Received
from mallops.ledger.models import Entry
from mallops.places.models import Mall


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a decision, version 1."""

    entry: UUID
    verdict: Literal["accept", "void"]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=REASON_LENGTH)]


_decoder = msgspec.json.Decoder(Body)


def read(text: str) -> Body:
    """The body.

    Raises:
        Refused("unreadable"): it has not the shape of a decision.
    """
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError) as error:
        why = str(error)
        raise Refused(
            "unreadable", _("The decision cannot be read: %(why)s", why=why)
        ) from None


def judge(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    """A decision is shown where the entry it decides on is shown."""
    held = queries.stored(entry.body.entry for entry in entries)
    return [_judge(mall, entry.body, held[entry.body.entry]) for entry in entries]


def _judge(mall: Mall, body: Body, held: Entry) -> Judgement:
    said = judging.judge(mall, [ledger.received_again(held)])[0][1]
    return Judgement(
        summary={
            "entry": str(held.id),
            "ledger_seq": held.ledger_seq,
            "verdict": body.verdict,
            "reason": body.reason,
        },
        search=f"{body.reason}\n{held.id}",
        zone_id=said.zone_id,
        place_id=said.place_id,
        unit_id=said.unit_id,
        facts=held.id,
    )


def apply(mall: Mall, judged: Sequence[Judged]) -> None:
    """Settle the held entry, and remember who decided and why."""
    for decision, judgement in judged:
        held = db.session.get_one(Entry, judgement.facts)
        body: Body = decision.body
        db.session.execute(
            sa.insert(HeldDecision).values(
                entry_id=held.id,
                decision_id=decision.id,
                mall_id=mall.id,
                verdict=body.verdict,
                reason=body.reason,
                decided_by_id=decision.recorded_by_id,
                decided_at=decision.occurred_at,
            )
        )
        accept = body.verdict == "accept"
        ledger.settle(mall, ledger.received_again(held), accept=accept)


def summarise(summary: Mapping[str, Any]) -> str:
    words = {"number": summary["ledger_seq"], "reason": summary["reason"]}
    if summary["verdict"] == "accept":
        return str(_("Held entry %(number)s accepted: %(reason)s", **words))
    return str(_("Held entry %(number)s declared void: %(reason)s", **words))


def page_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    """The entry that was decided on, so that its page can be linked."""
    return {"held": db.session.get_one(Entry, UUID(body["entry"]))}


HELD_DECISION = Kind(
    name="held_decision",
    v=1,
    read=read,
    judge=judge,
    apply=apply,
    summarise=summarise,
    page="daylog/_decision.html",
    title=_l("Decision"),
    tables=(HeldDecision,),
    page_facts=page_facts,
)
