"""How a notice and a penalty stand, and what may be issued (pure).

Source: domain 4.11 (Violation, Notice) and 2.2: floor staff propose, supervisors issue,
managers approve; each such step takes a second person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

DEADLINE = timedelta(hours=24)  # where the finding's own limit has passed already
# Findings after which nothing is left to put right.
SETTLED = frozenset({"verified", "fixed_on_spot", "void"})
SERVED = frozenset({"refused", "delivered"})
TO_DELIVER = frozenset({"issued", "not_reached"})
# What a delivery makes of a notice, and of which ones.
OUTCOMES: Mapping[str, tuple[str, frozenset[str]]] = {
    "signed": ("delivered", TO_DELIVER | {"refused"}),
    "refused": ("refused", TO_DELIVER | {"refused"}),
    "not_reached": ("not_reached", TO_DELIVER),
}
SHOWN_STATES = (
    "issued", "not_reached", "refused", "delivered", "rectified", "withdrawn",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step as it was recorded. ``key`` breaks ties of time the same way always."""

    key: str
    at: datetime
    step: str  # delivery, reply, appeal, withdrawal
    outcome: str | None = None
    who: str = ""


@dataclass(frozen=True)
class Standing:
    """How a notice stands; the names are the table's columns."""

    state: str = "issued"
    served_at: datetime | None = None
    signer_name: str = ""
    withdrawn_at: datetime | None = None
    contradicted: bool = False
    replies: int = 0


@dataclass(frozen=True)
class Followed:
    """A notice after all its steps, and the keys of those that do not count."""

    standing: Standing
    uncounted: frozenset[str] = field(default_factory=frozenset)


def follow(steps: Iterable[Step]) -> Followed:
    """How a notice stands by everything known: the same in whatever order it came.

    Steps are taken by the time they were made. One that cannot follow is kept and
    shown as a contradiction but moves nothing. That nobody was reached once it had
    been signed for contradicts nothing.
    """
    standing = Standing()
    uncounted = set()
    for step in sorted(steps, key=lambda one: (one.at, one.key)):
        taken = _take(standing, step)
        if taken is None:
            uncounted.add(step.key)
            harmless = step.outcome == "not_reached"
            standing = replace(
                standing, contradicted=standing.contradicted or not harmless
            )
        else:
            standing = taken
    return Followed(standing, frozenset(uncounted))


def _take(now: Standing, step: Step) -> Standing | None:
    """The standing after one step; None: it does not fit."""
    if step.step in ("reply", "appeal"):
        return replace(now, replies=now.replies + 1)
    if now.state == "withdrawn":
        return None
    if step.step == "withdrawal":
        return replace(now, state="withdrawn", withdrawn_at=step.at)
    ends, starts = OUTCOMES[step.outcome or ""]
    if now.state not in starts:
        return None
    if ends not in SERVED:
        return replace(now, state=ends)
    name = step.who if ends == "delivered" else ""
    return replace(now, state=ends, served_at=step.at, signer_name=name)


def shown_state(
    state: str, rectify_by: datetime | None, finding_state: str | None
) -> str:
    """How people say it stands: put right once its finding is verified."""
    is_rectified = rectify_by is not None and finding_state == "verified"
    return "rectified" if is_rectified and state != "withdrawn" else state


def is_overdue(
    state: str,
    rectify_by: datetime | None,
    finding_state: str | None,
    now: datetime,
) -> bool:
    """Past its deadline, and nobody has seen yet that it was put right."""
    is_over = state == "withdrawn" or finding_state in SETTLED
    return rectify_by is not None and not is_over and now > rectify_by


def first_deadline(fix_by: datetime | None, now: datetime) -> datetime:
    """The deadline a draft starts with: the finding's own, if it is still ahead."""
    return fix_by if fix_by is not None and fix_by > now else now + DEADLINE


def refusal_to_issue(
    level: str,
    *,
    finding_state: str,
    has_tenant: bool,
    rectify_by: datetime | None,
    standing_levels: Collection[str],
    now: datetime,
) -> str | None:
    """Why a notice may not be issued like this, as a code; None: it may.

    ``standing_levels`` are those of the finding's notices that were not withdrawn. A
    verbal warning may be followed by a written notice, nothing by the same again.
    """
    if finding_state == "void":
        return "finding_void"
    if not has_tenant:
        return "no_tenant"
    if "written" in standing_levels or level in standing_levels:
        return "already_issued"
    if finding_state in SETTLED:
        return "finding_settled" if rectify_by else None
    if rectify_by is None:
        return "no_deadline" if level == "written" else None
    return "deadline_in_the_past" if rectify_by <= now else None


def is_second_person(by_id: int | None, first_id: int | None) -> bool:
    """Withdrawing takes another person than issuing, deciding than proposing."""
    return by_id is not None and by_id != first_id


def comes_first(
    at: datetime, key: str, known_at: datetime | None, known_key: str | None
) -> bool:
    """Of two decisions on one proposal the earlier counts, whichever came in first."""
    return known_at is None or (at, key) < (known_at, known_key or "")


def number_of(year: int, count: int) -> str:
    """The number of the notice after ``count`` others of that year: "2026-0012"."""
    return f"{year}-{count + 1:04}"


def minor_units(text: str, digits: int) -> int:
    """``"500.00"`` in the smallest unit of a currency with that many digits.

    Raises:
        ValueError: not a positive amount, or more digits than the currency has.
    """
    plain = text.strip().replace(" ", "").replace(",", ".")
    whole, _, fraction = plain.partition(".")
    if not whole.isdecimal() or not plain.isascii() or len(whole) > 12:
        raise ValueError(f"not an amount: {text!r}")
    if ("." in plain and not fraction.isdecimal()) or len(fraction) > digits:
        raise ValueError(f"not an amount: {text!r}")
    amount = int(Decimal(plain).scaleb(digits))
    if amount == 0:
        raise ValueError(f"not an amount: {text!r}")
    return amount


def major_units(amount: int, digits: int) -> Decimal:
    return Decimal(amount).scaleb(-digits)
