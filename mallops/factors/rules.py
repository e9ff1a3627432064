"""Which code counts: of the authenticator within a minute and a half, each once."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from hmac import compare_digest
from secrets import randbelow

import pyotp

PERIOD_S = 30  # what every authenticator takes as given, as SHA-1 and six digits
RECOVERY_DIGITS, SELECTOR_DIGITS, RECOVERY_CODES = 16, 4, 10
# Between the password and the code; long enough to install an authenticator.
HALF_FOR = timedelta(minutes=30)
ISSUER = "MallOps"


def tidy_code(typed: str) -> str:
    """As counted: keyboards add spaces, Chinese ones write digits twice as wide."""
    return "".join(unicodedata.normalize("NFKC", typed).replace("-", "").split())


def is_recovery(code: str) -> bool:
    """Whether a tidy code looks like one of recovery; else an authenticator made it."""
    return len(code) == RECOVERY_DIGITS


def step_of(secret: str, code: str, now: datetime, *, later_than: int) -> int | None:
    """The time step a tidy code belongs to; None where it does not count.

    One step early or late: phones' clocks differ. Never one that was used, or older:
    somebody may have looked over a shoulder.
    """
    this, otp = int(now.timestamp()) // PERIOD_S, pyotp.TOTP(secret)
    steps = (this - 1, this, this + 1)
    typed = code.encode("utf-8", "replace")
    fits = [s for s in steps if compare_digest(otp.generate_otp(s).encode(), typed)]
    return next((step for step in fits if step > later_than), None)


def new_secret() -> str:
    return pyotp.random_base32()


def address_of(secret: str, username: str) -> str:
    """What authenticators read out of a QR code or a link."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def in_groups(text: str) -> str:
    """Four signs at a time, as people copy them."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def new_recovery_codes() -> list[str]:
    """Digits only: one keyboard for all codes. No two begin alike."""
    codes: dict[str, str] = {}
    while len(codes) < RECOVERY_CODES:
        code = f"{randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}}"
        codes[begins_with(code)] = code
    return list(codes.values())


def begins_with(code: str) -> str:
    return code[:SELECTOR_DIGITS]
