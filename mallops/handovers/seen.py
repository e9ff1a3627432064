"""The snapshot somebody was shown, proved when it comes back.

A page carries it in its form, so that one can sign what one saw though more came in
meanwhile. To a phone it goes with a stamp: whenever that phone signs it, with network
or days later, it is known that this server made it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from typing import Any

import msgspec
from flask import current_app
from itsdangerous import BadData, Serializer, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from mallops.handovers import rules

STAMP = "stamp"
NOT_AS_SHOWN = "not_as_shown"  # the flag of a signature without it


def stamped(snapshot: dict[str, Any]) -> dict[str, Any]:
    """The snapshot with the server's stamp on all that it says."""
    stamp = _stamper().get_signature(_said(snapshot))
    return {**snapshot, STAMP: stamp.decode()}


def is_stamped(snapshot: Mapping[str, Any]) -> bool:
    """Whether this server made it, and nobody changed it since."""
    stamp = str(snapshot.get(STAMP, "")).encode()
    return _stamper().verify_signature(_said(snapshot), stamp)


def _said(snapshot: Mapping[str, Any]) -> bytes:
    said = {name: part for name, part in snapshot.items() if name != STAMP}
    return rules.canonical(said)


def _stamper() -> Signer:
    salt, digest = b"mallops-handover-shown", hashlib.sha256
    return Signer(_keys(), salt=salt, digest_method=digest)


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
    salt = f"mallops-handover-{shift_id}"
    return Serializer(_keys(), salt=salt, serializer=_Packed)


def _keys() -> list[str]:
    """The newest last: that one signs, all verify."""
    return list(reversed(current_app.config["SETTINGS"].secret_keys))
