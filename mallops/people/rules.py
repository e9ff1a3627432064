"""How fast one may guess, which passwords are good, how long a session lasts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_network
from typing import Literal
from urllib.parse import unquote, urlsplit

# -- Guessing -------------------------------------------------------------------


@dataclass(frozen=True)
class BackOff:
    """How long to wait after failures: free at first, then doubling up to a cap.

    It never locks: whoever waits ``longest`` may always try once more.
    """

    free: int  # failures that cost no wait
    first: timedelta  # the wait after the next failure
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        """How long after the last failure the next try is allowed."""
        if failures <= self.free:
            return timedelta(0)
        doublings = min(failures - self.free - 1, 20)  # keeps the product finite
        return min(self.first * int(2**doublings), self.longest)


# Four typing errors are human. From the fifth on, at five minutes a try, a guesser
# gets about 290 tries a day at one account: far too few for a password that is not
# in the list of common ones, and a person kept out waits a coffee, not a shift.
ACCOUNT_BACK_OFF = BackOff(4, timedelta(seconds=2), timedelta(minutes=5))
# A whole mall stands behind one address, so it has more tries for nothing and the
# wait stays short: a shift change must get in while somebody guesses from the wifi.
ADDRESS_BACK_OFF = BackOff(30, timedelta(seconds=1), timedelta(seconds=30))
# Longer than any wait, so that sitting one out does not start the count again.
FORGET_AFTER = timedelta(hours=24)


def back_off_of(key: str) -> BackOff:
    return ADDRESS_BACK_OFF if key.startswith("address:") else ACCOUNT_BACK_OFF


def may_try_at(key: str, failures: int, last_at: datetime) -> datetime:
    """The first moment at which one more try is allowed."""
    return last_at + back_off_of(key).wait(failures)


def failures_now(failures: int, last_at: datetime, now: datetime) -> int:
    """Failures that still count; none after a quiet day."""
    return 0 if now - last_at >= FORGET_AFTER else failures


def account_key(username: str, known_from: str | None = None) -> str:
    """Counts tries at one account, whether it exists or not.

    A digest, because people type passwords into the wrong field. ``known_from``
    is an address where this account has signed in before: it is counted apart, so
    that nobody elsewhere can keep the person waiting.
    """
    digest = sha256(username.encode("utf-8", "replace")).hexdigest()
    return f"account:{digest[:40]}" + (f"@{known_from}" if known_from else "")


def address_key(address: str) -> str:
    return f"address:{network_of(address)}"


def network_of(address: str) -> str:
    """The address to count by: one IPv6 customer holds a whole /64."""
    try:
        return str(IPv4Address(address))
    except AddressValueError:
        pass
    try:
        six = IPv6Address(address)
    except AddressValueError:
        return "unknown"
    if six.ipv4_mapped:
        return str(six.ipv4_mapped)
    return str(ip_network((six.packed, 64), strict=False))


# -- Names and passwords ----------------------------------------------------------

USERNAME = re.compile(r"[^\W_](?:[\w.@-]{0,78}[^\W_])?")
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 128  # far above any phrase; bounds the work of hashing
SHORTEST_CONTEXT = 3  # shorter names sit inside many good passwords by chance
PRODUCT_WORDS = ("mallops", "mall", "shopping")

PasswordProblem = Literal["too_short", "too_long", "common", "guessable"]


def tidy_username(typed: str) -> str:
    """One spelling per account: phones capitalise and add spaces."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def is_username(tidy: str) -> bool:
    return bool(USERNAME.fullmatch(tidy)) and len(tidy) <= 80


# What mail servers take everywhere. Nothing in it can end a header or begin another.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@{_LABEL}(?:\.{_LABEL})*")
LONGEST_EMAIL, LONGEST_LOCAL = 254, 64


def is_email(text: str) -> bool:
    """Whether a message can be sent there: one plain address, in ASCII."""
    found = EMAIL.fullmatch(text) if len(text) <= LONGEST_EMAIL else None
    return found is not None and len(found["local"]) <= LONGEST_LOCAL


def password_problem(
    password: str, *, words: Iterable[str], common: Collection[str]
) -> PasswordProblem | None:
    """What is wrong with a new password, or None.

    No rules about kinds of characters: they make passwords worse. ``words`` are
    what a guesser knows (mall, username, name); what is left without them must be
    long enough by itself.
    """
    if len(password) < SHORTEST_PASSWORD:
        return "too_short"
    if len(password) > LONGEST_PASSWORD:
        return "too_long"
    plain = unicodedata.normalize("NFKC", password).casefold()
    if plain in common or plain.strip("0123456789!?.,@#$*-_ ") in common:
        return "common"
    return "guessable" if _is_guessable(plain, words) else None


def _is_guessable(plain: str, words: Iterable[str]) -> bool:
    known = {part for word in (*words, *PRODUCT_WORDS) for part in _parts(word)}
    rest = plain
    for word in sorted(known, key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(rest) < SHORTEST_PASSWORD and rest != plain


def _parts(word: str) -> set[str]:
    folded = unicodedata.normalize("NFKC", word).casefold()
    parts = {folded, folded.replace(" ", ""), *re.split(r"\W+", folded)}
    return {part for part in parts if len(part) >= SHORTEST_CONTEXT}


# -- Sessions ---------------------------------------------------------------------

TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class SessionLimits:
    """How long a session lives without use, and at all."""

    idle: timedelta
    absolute: timedelta

    def is_over(
        self, created_at: datetime, last_seen_at: datetime, now: datetime
    ) -> bool:
        return now - last_seen_at >= self.idle or now - created_at >= self.absolute


def is_touch_due(last_seen_at: datetime, now: datetime) -> bool:
    """Whether to note that a session is in use; once a minute is exact enough."""
    return now - last_seen_at >= TOUCH_EVERY


BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> tuple[str | None, str | None]:
    """Browser and system as people call them, for a list of one's own sessions."""
    return _first_in(BROWSERS, user_agent), _first_in(SYSTEMS, user_agent)


def _first_in(table: Iterable[tuple[str, str]], user_agent: str) -> str | None:
    return next((name for mark, name in table if mark in user_agent), None)


# -- Where to go next -------------------------------------------------------------

UNSAFE_PATH = re.compile(r"//|\\|/\.{1,2}(?:/|$)|[\x00-\x20\x7f]")
UNSAFE_ANYWHERE = re.compile(r"\\|[^\x21-\x7e]")


def safe_next(target: str | None) -> str | None:
    """The target if it is a path on this site, else None.

    Browsers drop tabs, take a backslash for a slash and two slashes for a host;
    proxies decode once more. So the path must be harmless however often decoded.
    """
    if not target or len(target) > 2000 or UNSAFE_ANYWHERE.search(target):
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not target.startswith("/"):
        return None
    path = re.split(r"[?#]", target)[0]  # urlsplit takes "///x" for "/x"
    for _ in range(4):
        if UNSAFE_PATH.search(path):
            return None
        path, before = unquote(path), path
        if path == before:
            return target
    return None
