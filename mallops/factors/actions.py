"""Changes to second factors: on, off, a code spent; and who was reset by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from mallops.db import db, insert_or
from mallops.errors import Refused
from mallops.factors import queries, rules, vault
from mallops.factors.models import RecoveryCode, SecondFactor
from mallops.people import actions as people
from mallops.people import passwords, tries
from mallops.people.models import User
from mallops.people.noted import note
from mallops.people.queries import memberships_of

# -- A code is tried -------------------------------------------------------------------


@dataclass(frozen=True)
class Try:
    """A code that was counted as tried. Plain values, as in people's ``Attempt``."""

    attempt: people.Attempt
    user_id: int
    code: str  # tidy
    recovery_id: int | None
    recovery_hash: str | None

    def fits_recovery(self) -> bool:
        """Slow, as passwords are: call it while no transaction is open."""
        if not rules.is_recovery(self.code):
            return False
        return passwords.check_password(self.recovery_hash, self.code).fits


def begin(user: User, typed: str, address: str, now: datetime) -> Try:
    """Count a try as one at the password: both share one back-off. Commit then.

    Raises:
        TooManyTries: with the time to wait (the world's).
    """
    code = rules.tidy_code(typed)
    attempt = people.begin_sign_in(user.username, address, now)
    found = queries.find_unused(user.id, code) if rules.is_recovery(code) else None
    return Try(
        attempt,
        user.id,
        code,
        found.id if found else None,
        found.code_hash if found else None,
    )


def finish(given: Try, fits_recovery: bool, now: datetime) -> User:
    """The person, if the code counts; it is spent, and the try taken off the count.

    Raises:
        Refused("wrong_code"): it does not fit or was used before; or the account is
            disabled by now.
    """
    user = db.session.get_one(User, given.user_id)
    if user.disabled_at is not None or not _spend(given, fits_recovery, now):
        raise _wrong_code()
    tries.forgive(given.attempt.keys, now)
    return user


def reauthenticate(
    given: Try, check: passwords.Check, fits_recovery: bool, now: datetime
) -> User:
    """The person themselves again, by password and, where it is on, by code.

    Raises:
        Refused: ``wrong_sign_in`` or ``wrong_code``.
    """
    user = people.checked(given.attempt, check)
    if queries.is_on(user.id) and not _spend(given, fits_recovery, now):
        raise _wrong_code()
    tries.forgive(given.attempt.keys, now)
    return user


def _spend(given: Try, fits_recovery: bool, now: datetime) -> bool:
    """Whether it was this request that used the code up.

    The row says so, not what was read before: of two processes with the same code one
    changes it.
    """
    if rules.is_recovery(given.code):
        return fits_recovery and _changed(
            sa.update(RecoveryCode)
            .where(RecoveryCode.id == given.recovery_id)
            .where(RecoveryCode.used_at.is_(None))
            .values(used_at=now)
        )
    factor = queries.find(given.user_id)
    secret = vault.unseal(given.user_id, factor.sealed) if factor else None
    if factor is None or secret is None:
        return False
    step = rules.step_of(secret, given.code, now, later_than=factor.last_step)
    return step is not None and _changed(
        sa.update(SecondFactor)
        .where(SecondFactor.user_id == given.user_id)
        .where(SecondFactor.sealed == factor.sealed, SecondFactor.last_step < step)
        # Sealed anew: with the newest key, should the keys have changed.
        .values(last_step=step, sealed=vault.seal(given.user_id, secret, now))
    )


def _changed(statement: sa.Update) -> bool:
    return db.session.connection().execute(statement).rowcount == 1


def _wrong_code() -> Refused:
    text = _("This code does not fit or was used before. Wait for the next one.")
    return Refused("wrong_code", text)


# -- On and off ------------------------------------------------------------------------


def step_to_confirm(secret: str, typed: str, now: datetime) -> int:
    """The step of the code that shows that the authenticator has the secret.

    Raises:
        Refused("wrong_code"): it shows nothing (the person's mistake, or the clock's).
    """
    step = rules.step_of(secret, rules.tidy_code(typed), now, later_than=0)
    if step is None:
        text = _("This code does not fit. Is the clock of your phone right?")
        raise Refused("wrong_code", text)
    return step


def turn_on(
    user_id: int, secret: str, step: int, hashes: Sequence[Kept], now: datetime
) -> None:
    """From now on a code is asked for; an earlier authenticator counts no more."""
    row = {
        "sealed": vault.seal(user_id, secret, now),
        "last_step": step,
        "since": now,
    }
    insert = insert_or(SecondFactor).values(user_id=user_id, **row)
    db.session.execute(
        insert.on_conflict_do_update(index_elements=["user_id"], set_=row)
    )
    note("second factor on", user_id)
    replace_codes(user_id, hashes)


@dataclass(frozen=True)
class Kept:
    """What is kept of a recovery code."""

    begins_with: str
    code_hash: str


def hashed(codes: Sequence[str]) -> list[Kept]:
    """Takes about a second for all ten: call it while no transaction is open."""
    return [
        Kept(rules.begins_with(code), passwords.hash_password(code)) for code in codes
    ]


def replace_codes(user_id: int, hashes: Sequence[Kept]) -> None:
    """New recovery codes; the old ones count no more. Flushes."""
    _forget(RecoveryCode, user_id)
    rows: list[dict[str, Any]] = [
        {
            "user_id": user_id,
            "begins_with": one.begins_with,
            "code_hash": one.code_hash,
            "used_at": None,
        }
        for one in hashes
    ]
    db.session.execute(sa.insert(RecoveryCode), rows)
    note("recovery codes replaced", user_id)


def turn_off(user: User, now: datetime) -> None:
    """By the person themselves.

    Raises:
        Refused("required"): a mall asks for it of their role.
    """
    if queries.is_required(user, now):
        text = _("Your mall asks for a second factor. You can set it up anew instead.")
        raise Refused("required", text)
    forget(user.id)
    note("second factor off", user.id)


def forget(user_id: int) -> None:
    """Nothing of it is left. Flushes."""
    _forget(RecoveryCode, user_id)
    _forget(SecondFactor, user_id)
    db.session.expire_all()


def _forget(table: type[RecoveryCode | SecondFactor], user_id: int) -> None:
    db.session.execute(sa.delete(table).where(table.user_id == user_id))


def reset(user: User, now: datetime) -> None:
    """The authenticator is lost: the password is enough again, everywhere anew."""
    forget(user.id)
    note("second factor reset", user.id)
    people.end_all_sessions(user, now, "second_factor")


def reset_member(user: User, mall_id: int, by: User, now: datetime) -> None:
    """The same on the word of one mall's administrator.

    Raises:
        Refused: ``not_yourself``; ``belongs_elsewhere`` when another mall counts on
            this person's second factor.
    """
    if user.id == by.id:
        text = _("Turn off your own second factor under My account.")
        raise Refused("not_yourself", text)
    if any(m.mall_id != mall_id for m in memberships_of(user, now)):
        text = _("%(name)s also works in another mall.", name=user.name)
        more = _("Ask whoever runs the server.")
        raise Refused("belongs_elsewhere", f"{text} {more}")
    reset(user, now)
