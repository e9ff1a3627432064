"""Secrets of authenticators are kept sealed with keys made from the signing keys.

A copy of the database alone opens none of them. Sealed with the first key, opened with
any: after a change of keys a secret is sealed anew when it is next used.
"""

from __future__ import annotations

import base64
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import current_app

from mallops.factors.rules import HALF_FOR

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

PURPOSE = b"mallops second factor"


def seal(user_id: int, text: str, now: datetime) -> str:
    """For this person alone: moved to another's row it opens nothing."""
    told = f"{user_id}:{text}".encode()
    return _vault().encrypt_at_time(told, int(now.timestamp())).decode()


def unseal(user_id: int, sealed: str) -> str | None:
    """The text; None where none of the keys sealed it, or for somebody else."""
    return _opened(user_id, sealed, None)


def unseal_fresh(user_id: int, sealed: str, now: datetime) -> str | None:
    """The same for what is in a cookie: None when it was sealed too long ago."""
    return _opened(user_id, sealed, int(now.timestamp()))


def _opened(user_id: int, sealed: str, at: int | None) -> str | None:
    from cryptography.fernet import InvalidToken

    vault, token = _vault(), sealed.encode()
    try:
        told = (
            vault.decrypt(token)
            if at is None
            else vault.decrypt_at_time(token, int(HALF_FOR.total_seconds()), at)
        )
    except InvalidToken:
        return None
    owner, _, text = told.decode().partition(":")
    return text if owner == str(user_id) else None


def _vault() -> MultiFernet:
    return _vault_of(current_app.config["SETTINGS"].secret_keys)


@lru_cache(maxsize=4)
def _vault_of(keys: tuple[str, ...]) -> MultiFernet:
    # Here: only who signs in with a second factor waits for the library to load.
    from cryptography.fernet import Fernet, MultiFernet
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    def made_from(key: str) -> Fernet:
        kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=PURPOSE)
        return Fernet(base64.urlsafe_b64encode(kdf.derive(key.encode())))

    return MultiFernet([made_from(key) for key in keys])
