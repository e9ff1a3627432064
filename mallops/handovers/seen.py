"""The snapshot that a page showed, carried by its form and proved when it comes back.

So one can sign what one saw though more came in meanwhile.
"""

from __future__ import annotations

import zlib
from typing import Any

import msgspec
from flask import current_app
from itsdangerous import BadData, Serializer
from itsdangerous.encoding import base64_decode, base64_encode


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


class _Packed:
    """Quickly written, lightly pressed: half of it are hashes, which stay as long."""

    @staticmethod
    def dumps(snapshot: dict[str, Any]) -> str:
        packed = zlib.compress(msgspec.json.encode(snapshot), level=1)
        return base64_encode(packed).decode()

    @staticmethod
    def loads(text: str) -> Any:
        return msgspec.json.decode(zlib.decompress(base64_decode(text)))


def _signer(shift_id: str) -> Serializer[str]:
    keys = list(reversed(current_app.config["SETTINGS"].secret_keys))
    return Serializer(keys, salt=f"mallops-handover-{shift_id}", serializer=_Packed)
