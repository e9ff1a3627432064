"""Countersigning at a desk."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _

from mallops.errors import Refused
from mallops.ledger import actions as ledger
from mallops.ledger import heads
from mallops.places.models import Mall
from mallops.signatures import queries
from mallops.signatures.rules import NOTE_LENGTH, Person


def countersign(
    mall: Mall, entry_id: UUID, note: str, person: Person, now: datetime
) -> UUID:
    """Vouch for an inspection beside the one who recorded it. Flushes.

    Raises:
        Refused("note_too_long"): the note (the signer's mistake).
        Refused("nothing_to_sign"): it wants none, or somebody signed meanwhile.
        Refused("other_party"): somebody else must.
    """
    note = note.replace("\0", "").replace("\r\n", "\n").strip()
    if len(note) > NOTE_LENGTH:
        text = _("Keep the note within %(count)s characters.", count=NOTE_LENGTH)
        raise Refused("note_too_long", text)
    heads.locked(mall.id)  # of two at once the second one waits, and then sees this
    found = queries.find(mall.id, entry_id)
    if found is None or queries.signatures_of(entry_id):
        text = _("It waits for no countersignature (any more).")
        raise Refused("nothing_to_sign", text)
    if not found.is_for(person):
        text = _("Somebody else must countersign: a second person, of the other side.")
        raise Refused("other_party", text)
    body = {"entry": str(entry_id), "note": note}
    entry = ledger.desk_entry(mall, "countersignature", body, person.id, now)
    ledger.record(mall, entry)
    return entry.id
