"""Signing for a day at a desk."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _

from mallops.errors import Refused
from mallops.ledger import actions as ledger
from mallops.ledger import heads
from mallops.signatures.day_pages import KIND, DayToSign

REMARKS_LENGTH = 4000


def sign_off(
    day: DayToSign, seen: Sequence[str], through: int, remarks: str, user_id: int
) -> UUID:
    """Sign for a day over the handovers that were on the screen. Flushes.

    Raises:
        Refused("not_over"): the day still runs.
        Refused("second_person"): the manager handed over one of its shifts.
        Refused("changed"): its handovers changed since the page was shown.
        Refused("remarks_too_long"): the remarks (the manager's mistake).
    """
    heads.locked(day.mall.id)
    remarks = remarks.replace("\0", "").replace("\r\n", "\n").strip()
    if not day.is_over:
        raise Refused("not_over", _("The day is not over yet. Sign it off afterwards."))
    if day.was_handed_over_by(user_id):
        text = _("You handed over one of its shifts: another manager must sign it off.")
        raise Refused("second_person", text)
    if len(remarks) > REMARKS_LENGTH:
        text = _("Keep the remarks within %(count)s characters.", count=REMARKS_LENGTH)
        raise Refused("remarks_too_long", text)
    if list(seen) != [one["digest"] for one in day.handovers]:
        text = _("Meanwhile the handovers of this day changed. Look at them again.")
        raise Refused("changed", text)
    body = {
        "day": day.day.isoformat(),
        "handovers": day.handovers,
        "through": max(0, min(through, day.through)),
        "remarks": remarks,
    }
    entry = ledger.desk_entry(day.mall, KIND, body, user_id, day.now)
    ledger.record(day.mall, entry)
    return entry.id
