"""Opening a batch: all that can be said of its entries without asking the database.

On SQLite whoever writes keeps all others waiting, so this comes before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from mallops.errors import Refused
from mallops.ledger import kinds
from mallops.people.rights import RECORDERS
from mallops.sync import bindings, rules
from mallops.sync.bindings import Binding
from mallops.sync.rules import SealedEntry, Unreadable

# Decisions are made on desk pages only; no phone can send one.
PHONE_KINDS = frozenset(RECORDERS) - {"held_decision"}


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry that is whole, by whom it was signed, and its body or why there is none.

    ``body`` is what its kind read; None with a ``fault``.
    """

    raw: msgspec.Raw
    sealed: SealedEntry
    binding: Binding | None
    body: Any = None
    fault: Refused | None = None

    @property
    def text(self) -> str:
        return bytes(self.raw).decode()


def open_up(
    entries: Sequence[msgspec.Raw], keys: tuple[str, ...]
) -> list[Opened | Unreadable]:
    """Each entry of a batch, opened; ``keys`` are those that sign bindings."""
    return [_open(raw, keys) for raw in entries]


def _open(raw: msgspec.Raw, keys: tuple[str, ...]) -> Opened | Unreadable:
    sealed = rules.read_entry(raw)
    if isinstance(sealed, Unreadable):
        return sealed
    binding = bindings.read(keys, sealed.binding)
    kind = kinds.find(sealed.kind, sealed.v) if sealed.kind in PHONE_KINDS else None
    if kind is None:
        return Opened(raw, sealed, binding, fault=Refused("unknown_kind", ""))
    try:
        return Opened(raw, sealed, binding, kind.read(sealed.body))
    except Refused as refusal:
        return Opened(raw, sealed, binding, fault=refusal)
