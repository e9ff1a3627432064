"""Deciding on held entries; each decision is itself an entry of the ledger."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from mallops.daylog import rules
from mallops.daylog.models import VERDICTS
from mallops.db import db
from mallops.errors import Refused
from mallops.ledger import actions as ledger
from mallops.ledger.models import Entry, LogLine
from mallops.people.models import User
from mallops.places.models import Mall


def decide(
    mall: Mall, entry_id: UUID, verdict: str, reason: str, decider: User, now: datetime
) -> None:
    """Let a held entry count, or declare it void. Flushes.

    Raises:
        Refused("no_verdict"), Refused("no_reason"), Refused("reason_too_long"):
            the form is not complete (the decider's mistake).
        Refused("unknown_entry"): not an entry of this mall.
        Refused("not_held"): it counts, or somebody decided before.
        Refused("second_person"): the decider recorded it.
    """
    reason = _tidy(reason)
    _check_form(verdict, reason)
    line = _lock_line(mall, entry_id)
    if line is None:
        raise Refused("unknown_entry", _("There is no such entry in this mall."))
    _check_may(line, decider)
    body = {"entry": str(entry_id), "verdict": verdict, "reason": reason}
    entry = ledger.desk_entry(mall, "held_decision", body, decider.id, now)
    ledger.record(mall, entry)
    db.session.expire(line)


def _tidy(reason: str) -> str:
    return reason.replace("\0", "").replace("\r\n", "\n").strip()


def _check_form(verdict: str, reason: str) -> None:
    if verdict not in VERDICTS:
        raise Refused("no_verdict", _("Choose: accept the entry, or declare it void."))
    if not reason:
        raise Refused("no_reason", _("Give a reason; it is kept with the decision."))
    if len(reason) > rules.REASON_LENGTH:
        raise Refused(
            "reason_too_long",
            _(
                "Keep the reason within %(count)s characters.",
                count=rules.REASON_LENGTH,
            ),
        )


def _lock_line(mall: Mall, entry_id: UUID) -> LogLine | None:
    """The line, held for us alone: of two decisions at once the second one waits."""
    return db.session.scalar(
        sa.select(LogLine)
        .where(LogLine.entry_id == entry_id, LogLine.mall_id == mall.id)
        .with_for_update(of=LogLine),
        execution_options={"populate_existing": True},
    )


def _check_may(line: LogLine, decider: User) -> None:
    entry: Entry = line.entry
    if line.state != "held":
        raise Refused(
            "not_held", _("This entry does not wait for a decision (any more).")
        )
    if not rules.may_decide(
        decider.id,
        recorded_by_id=entry.recorded_by_id,
        carried_by_id=entry.carried_by_id,
    ):
        raise Refused(
            "second_person",
            _("A decision takes a second person: someone else must decide on this."),
        )
