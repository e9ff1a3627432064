"""What the parties to a countersignature are called."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mallops.checklists.definition import Party

PARTIES: dict[Party, object] = {
    "supervisor": _l("a supervisor or manager"),
    "security": _l("security"),
}


def party_name(party: Party) -> str:
    return str(PARTIES[party])


def asked_in_words(asked: Iterable[Party]) -> str:
    """Who is to countersign: a supervisor or manager."""
    names = [str(name) for party, name in PARTIES.items() if party in set(asked)]
    return str(_(" or ")).join(names)
