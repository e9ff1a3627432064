"""Who recorded an entry, and whether that person may: asked once for a whole batch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from uuid import UUID

from flask import current_app

from mallops.db import db
from mallops.people import queries as people
from mallops.people.models import Membership, User
from mallops.people.rights import RECORDERS
from mallops.places.models import Mall
from mallops.sync import bindings, rules
from mallops.sync.rules import SealedEntry


@dataclass(frozen=True)
class Author:
    """Who pressed save, how far that person may, and what to doubt about it."""

    user_id: int | None
    install_id: UUID | None
    flags: tuple[str, ...] = ()
    held_because: str | None = None


class Authors:
    """The authors of what one person carries in, within one transaction."""

    def __init__(self, carrier: User, sent_at: datetime, received_at: datetime) -> None:
        self.carrier_id = carrier.id
        self.sent_at, self.received_at = sent_at, received_at
        self._binding = cache(partial(bindings.read, keys()))
        self._user = cache(partial(db.session.get, User))
        self._memberships = cache(people.memberships_in)

    def find(self, entry: SealedEntry, mall: Mall) -> Author | None:
        """The author; None when neither author nor carrier belongs to the mall.

        Work done on the floor is evidence even when its author may no longer sign in
        or lost the role meanwhile: it is stored, and a supervisor decides.
        """
        binding = self._binding(entry.binding)
        if binding is None:
            carriers = self._memberships(self.carrier_id, mall.id)
            belongs = any(m.is_open(self.received_at) for m in carriers)
            return Author(None, None, (), "unknown_author") if belongs else None
        user = self._user(binding.user_id)
        memberships = self._memberships(binding.user_id, mall.id)
        if user is None or not memberships:
            return None
        relayed = ("relayed",) if user.id != self.carrier_id else ()
        flags, held = self._standing(user, memberships, entry)
        return Author(user.id, binding.install_id, (*relayed, *flags), held)

    def _standing(
        self, user: User, memberships: list[Membership], entry: SealedEntry
    ) -> tuple[tuple[str, ...], str | None]:
        """What to doubt, and why a supervisor must decide, about an author's right."""
        at, _ = rules.true_time(entry.recorded_at, self.sent_at, self.received_at)
        then = next((m for m in memberships if m.is_open(at)), None)
        still = any(m.is_open(self.received_at) for m in memberships)
        if user.disabled_at is not None:
            return (), "account_disabled"
        if then is None:
            return (), "right_ended"
        if then.role not in RECORDERS.get(entry.kind, frozenset()):
            return (), "role_lacks_right"
        return (() if still else ("right_ended",)), None


def keys() -> tuple[str, ...]:
    """The keys that sign bindings, newest first."""
    found: tuple[str, ...] = current_app.config["SETTINGS"].secret_keys
    return found
