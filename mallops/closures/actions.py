"""Asking for closures and other hours, and deciding on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from msgspec.structs import replace

from mallops.closures import queries, rules, words
from mallops.db import db
from mallops.doors import actions as doors
from mallops.doors import queries as door_queries
from mallops.doors import urgent
from mallops.doors.models import Closure
from mallops.errors import Refused
from mallops.findings.models import Finding
from mallops.ledger import actions as ledger
from mallops.ledger import heads
from mallops.notices.rules import is_second_person
from mallops.people.models import Membership
from mallops.places.models import Mall

# -- On desk pages ------------------------------------------------------------------


def ask(mall: Mall, body: Mapping[str, Any], member: Membership, now: datetime) -> UUID:
    """Ask for a closure or other hours. Flushes.

    Returns:
        The id of the request.

    Raises:
        Refused: nobody could decide on it; ``code`` names why (the person's mistake).
    """
    told = ("first_day", "last_day", "closed", "opens_at", "closes_at", "reason")
    fault = rules.fault_of(*(body[name] for name in told))
    if fault:
        raise Refused(fault, str(words.FAULTS[fault]))
    sealed = {**body, **{name: _written(body[name]) for name in told}}
    entry = ledger.desk_entry(mall, "closure_request", sealed, member.user_id, now)
    ledger.record(mall, replace(entry, photos=tuple(entry.body.photos)))
    return entry.id


def _written(value: Any) -> Any:
    """Days and times as they stand in an entry."""
    if hasattr(value, "strftime"):
        return value.strftime("%H:%M") if hasattr(value, "hour") else value.isoformat()
    return value


def decide(
    mall: Mall, closure: Closure, verdict: str, text: str, member: Membership,
    now: datetime,
) -> list[Finding]:  # fmt: skip
    """Approve or refuse, as somebody else than who asked. Flushes.

    Returns:
        The findings about a closed door that an approval explains. They are void now,
        but for those that take somebody else's word (``findings.doubt_about``).

    Raises:
        Refused("decided_meanwhile"): somebody decided before.
        Refused("second_person"): the same person asked for it.
        Refused("no_reason"): refused without a word (the person's mistake).
    """
    heads.locked(mall.id)  # wait where all who write to this mall wait
    db.session.refresh(closure)
    if closure.state != "asked":
        raise Refused("decided_meanwhile", _("Somebody decided on it meanwhile."))
    if not is_second_person(member.user_id, closure.asked_by_id):
        raise Refused("second_person", _("This step takes a second person."))
    if verdict == "refused" and not text:
        raise Refused("no_reason", _("Say why it is refused."))
    body = {"closure": str(closure.id), "verdict": verdict, "text": text}
    entry = ledger.desk_entry(mall, "closure_decision", body, member.user_id, now)
    ledger.record(mall, entry)
    return _explain(mall, closure, member, now) if verdict == "approved" else []


def _explain(
    mall: Mall, closure: Closure, member: Membership, now: datetime
) -> list[Finding]:
    """Take out what was opened because nobody knew of it."""
    found = urgent.explained(mall, closure)
    urgent.take_out(mall, found, words.explains(closure), member, now)
    return found


# -- What entries mean --------------------------------------------------------------


def add_requests(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note what was asked for; hours change once it is approved."""
    undecided = {"state": "asked", "decision_text": ""}
    db.session.add_all(Closure(mall_id=mall.id, **row, **undecided) for row in rows)
    db.session.flush()


def add_decisions(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note what was decided; days that were judged already are worked out anew."""
    closures = queries.named(mall.id, {row["closure_id"] for row in rows})
    for row in rows:
        closure = closures.get(row["closure_id"])
        if closure is None or closure.state != "asked":
            continue  # of two decisions the first one counts
        closure.state, closure.decision_text = row["verdict"], row["text"]
        closure.decision_id = row["entry_id"]
        closure.decided_at, closure.decided_by_id = row["at"], row["by_id"]
        db.session.flush()
        if closure.state == "approved":
            doors.work_out(mall, door_queries.days_seen(
                mall.id, closure.unit_id, closure.first_day, closure.last_day
            ))  # fmt: skip
    db.session.flush()
