"""Taking a person's name out of everything; their work stays, under a pseudonym."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from mallops.db import db
from mallops.errors import Refused
from mallops.factors import actions as factors
from mallops.inbox.models import InboxItem, InboxMailing
from mallops.ledger.models import Entry
from mallops.people import actions as people
from mallops.people import tries
from mallops.people.models import Install, Membership, User, UserSession
from mallops.places.models import Mall
from mallops.privacy import actions
from mallops.privacy.actions import Cause

AT_ONCE = 200  # bodies named by one erasure
# Not derived from what people wrote: a shop may be called like a person.
KEPT = frozenset({
    "entries", "users", "malls", "places", "units", "tenants", "organisations", "teams",
    "checklist_versions", "round_plans", "shift_patterns", "hours_exceptions", "assets",
    "second_factors", "recovery_codes",
})  # fmt: skip
WORDS_FROM = 200  # characters a column has room for; codes of ours have less
Replace = Callable[[str], str]


def pseudonym(user: User) -> str:
    return f"Person {user.id}"


def is_erased(user: User) -> bool:
    return user.username == f"erased-{user.id}"


def erase(user: User, cause: Cause) -> int:
    """Replace the name in all malls the person worked in; end the account. Flushes.

    Returns:
        How many entries named the person.

    Raises:
        Refused("erased"): it was done before.
        Refused("namesake"): another account has this name, so nobody can tell whose
            name stands in a text.
    """
    if is_erased(user):
        raise Refused("erased", f"{user.username} was erased before")
    name = user.name.strip()
    namesake = sa.select(User.id).where(
        sa.func.lower(User.name) == name.lower(), User.id != user.id
    )
    if db.session.scalar(namesake.limit(1)):
        text = f"another account is called {name} too: rename one of them first"
        raise Refused("namesake", text)
    mall_ids = list(
        db.session.scalars(
            sa.select(Membership.mall_id)
            .where(Membership.user_id == user.id)
            .distinct()
        )
    )
    replace = replacing(name, pseudonym(user))
    cause = dataclasses.replace(cause, more={**cause.more, "person": user.id})
    count = sum(_rename_in(mall_id, name, replace, cause) for mall_id in mall_ids)
    _sweep(mall_ids, name, replace)
    _end_account(user, cause)
    return count


def replacing(name: str, by: str) -> Replace:
    """Replaces a name where it stands for itself, not within another word (pure).

    Chinese has no spaces between words, so there it is replaced wherever it stands.
    """
    pattern = re.escape(name)
    if name.isascii():
        pattern = rf"(?<!\w){pattern}(?!\w)"
    found = re.compile(pattern, re.IGNORECASE)
    return lambda text: found.sub(by, text)


def renamed(value: Any, replace: Replace) -> Any:
    """The same, with the name replaced in all texts, however deep (pure)."""
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, list):
        return [renamed(one, replace) for one in value]
    if isinstance(value, dict):
        return {key: renamed(one, replace) for key, one in value.items()}
    return value


def _rename_in(mall_id: int, name: str, replace: Replace, cause: Cause) -> int:
    mall = db.session.get_one(Mall, mall_id)
    bodies = dict(_renamed_bodies(mall_id, name, replace))
    ids = list(bodies)
    for start in range(0, max(len(ids), 1), AT_ONCE):
        some = {id_: bodies[id_] for id_ in ids[start : start + AT_ONCE]}
        actions.write_over(mall, some, cause)
    return len(bodies)


def _renamed_bodies(
    mall_id: int, name: str, replace: Replace
) -> Iterator[tuple[Any, str]]:
    rows = sa.select(Entry.id, Entry.body).where(
        Entry.mall_id == mall_id, _mentions(Entry.body, name)
    )
    for id_, text in db.session.execute(rows).all():
        body = json.loads(text)
        left = renamed(body, replace)
        if left != body:
            yield id_, json.dumps(left, ensure_ascii=False)


def _mentions(column: Any, name: str) -> sa.ColumnElement[bool]:
    """Whether it stands in a text, or in JSON that escapes what is not ASCII."""
    text = sa.func.lower(sa.cast(column, sa.Text))
    spelt = {name.lower(), json.dumps(name)[1:-1].lower()}
    return sa.or_(*(text.contains(one, autoescape=True) for one in spelt))


# -- Tables made from entries, and all others that hold words


def _sweep(mall_ids: Sequence[int], name: str, replace: Replace) -> None:
    for table in db.metadata.sorted_tables:
        if table.name not in KEPT:
            for column in table.columns:
                if _holds_words(column.type):
                    _sweep_column(table, column, mall_ids, name, replace)
    db.session.expire_all()


def _holds_words(kind: sa.types.TypeEngine[Any]) -> bool:
    """Somebody may be called like a role or a state: those stay."""
    if isinstance(kind, sa.String):  # sa.Text too, which has no length
        return kind.length is None or kind.length >= WORDS_FROM
    return isinstance(kind, sa.JSON)


def _sweep_column(
    table: sa.Table,
    column: sa.Column[Any],
    mall_ids: Sequence[int],
    name: str,
    replace: Replace,
) -> None:
    keys = list(table.primary_key.columns)
    rows = sa.select(*keys, column).where(_mentions(column, name))
    if "mall_id" in table.columns:
        rows = rows.where(table.c.mall_id.in_(mall_ids))
    for row in db.session.execute(rows).all():
        new = _renamed_column(row[-1], replace)
        if column.name == "search":  # kept in small letters
            new = new.lower()
        if new != row[-1]:
            same = [key == value for key, value in zip(keys, row, strict=False)]
            db.session.execute(sa.update(table).where(*same).values({column: new}))


def _renamed_column(value: Any, replace: Replace) -> Any:
    """A text may itself be JSON, as what was refused is kept as it was sent."""
    if not isinstance(value, str):
        return renamed(value, replace)
    try:
        inner = json.loads(value)
    except ValueError:
        return replace(value)
    if not isinstance(inner, dict):
        return replace(value)
    if isinstance(inner.get("body"), str):
        inner["body"] = _renamed_column(inner["body"], replace)
    return json.dumps(renamed(inner, replace), ensure_ascii=False)


def _end_account(user: User, cause: Cause) -> None:
    people.disable(user, cause.now)
    tries.forget(user.username)
    user.name, user.username = pseudonym(user), f"erased-{user.id}"
    user.email, user.password_hash = None, "!"
    factors.forget(user.id)
    nowhere = {"user_agent": "", "address": ""}
    db.session.execute(
        sa.update(UserSession).where(UserSession.user_id == user.id).values(**nowhere)
    )
    db.session.execute(
        sa.update(Install)
        .where(Install.user_id == user.id)
        .values(user_id=None, user_agent="")
    )
    for table in (InboxItem, InboxMailing):
        db.session.execute(sa.delete(table).where(table.user_id == user.id))
    db.session.flush()
