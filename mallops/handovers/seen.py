"""The snapshot that a page showed, carried by its form and proved when it comes back.

So one can sign what one saw though more came in meanwhile.
"""

from __future__ import annotations

from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer


def seal(snapshot: dict[str, Any]) -> str:
    """The snapshot as a text that nobody can alter; compressed, as it may be long."""
    return str(_signer(snapshot["shift"]["id"]).dumps(snapshot))


def unseal(text: str, shift_id: str) -> dict[str, Any] | None:
    """The snapshot; None: it was altered, is of another shift, or is missing."""
    try:
        snapshot: dict[str, Any] = _signer(shift_id).loads(text)
    except BadData:
        return None
    return snapshot


def _signer(shift_id: str) -> URLSafeSerializer:
    keys = current_app.config["SETTINGS"].secret_keys
    return URLSafeSerializer(list(reversed(keys)), salt=f"mallops-handover-{shift_id}")
