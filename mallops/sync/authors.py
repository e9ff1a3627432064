"""Who recorded an entry, and whether that person may: asked once for a whole batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app

from mallops.people import phones
from mallops.people import queries as people
from mallops.people.queries import Recorder, Tenure
from mallops.people.rights import RECORDERS
from mallops.sync.bindings import Binding, milliseconds
from mallops.sync.rules import SKEW


@dataclass(frozen=True, slots=True)
class Author:
    """Who pressed save, how far that person may, and what to doubt about it."""

    user_id: int | None
    install_id: UUID | None
    flags: tuple[str, ...] = ()
    held_because: str | None = None


class Authors:
    """The authors of what one person carries in, within one transaction."""

    def __init__(
        self, carrier_id: int, bindings: Iterable[Binding | None], received_at: datetime
    ) -> None:
        self.carrier_id, self.received_at = carrier_id, received_at
        signed = [binding for binding in bindings if binding]
        named = {binding.user_id for binding in signed}
        self._people = people.recorders({carrier_id, *named})
        self._times_lost = phones.times_lost({b.install_id for b in signed})

    @property
    def home(self) -> int | None:
        """The mall in which the carrier works now."""
        return self._people[self.carrier_id].home(self.received_at)

    def find(
        self, binding: Binding | None, kind: str, mall_id: int, at: datetime
    ) -> Author | None:
        """The author of an entry of this moment by the true clock; None when neither
        author nor carrier belongs to the mall.

        Work done on the floor is evidence even when its author may no longer sign in
        or lost the role meanwhile: it is stored, and a supervisor decides.
        """
        person = self._people.get(binding.user_id) if binding else None
        if binding is None or (person and not _names(binding, person, at)):
            tenures = self._people[self.carrier_id].in_mall(mall_id)
            belongs = any(t.is_open(self.received_at) for t in tenures)
            return Author(None, None, (), "unknown_author") if belongs else None
        tenures = person.in_mall(mall_id) if person else []
        if person is None or not tenures:
            return None
        relayed = ("relayed",) if person.id != self.carrier_id else ()
        if person.is_disabled:
            return Author(person.id, binding.install_id, relayed, "account_disabled")
        if binding.times_lost < self._times_lost.get(binding.install_id, 0):
            return Author(person.id, binding.install_id, relayed, "phone_lost")
        flags, held = self._right(tenures, kind, at)
        return Author(person.id, binding.install_id, (*relayed, *flags), held)

    def _right(
        self, tenures: list[Tenure], kind: str, at: datetime
    ) -> tuple[tuple[str, ...], str | None]:
        """What to doubt, and why a supervisor must decide, about an author's right."""
        then = next((tenure for tenure in tenures if tenure.is_open(at)), None)
        if then is None:
            return (), "right_ended"
        if then.role not in RECORDERS.get(kind, frozenset()):
            return (), "role_lacks_right"
        still = any(tenure.is_open(self.received_at) for tenure in tenures)
        return () if still else ("right_ended",), None


def _names(binding: Binding, person: Recorder, at: datetime) -> bool:
    """Whether a binding is about this account, not about an earlier one of its id.

    One that does not say when its account was made is believed unless the work is
    older than the account.
    """
    if binding.account_ms is None:
        return at + SKEW >= person.created_at
    return binding.account_ms == milliseconds(person.created_at)


def keys() -> tuple[str, ...]:
    """The keys that sign bindings, newest first."""
    found: tuple[str, ...] = current_app.config["SETTINGS"].secret_keys
    return found
