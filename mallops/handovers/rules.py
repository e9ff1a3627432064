"""What a handover contains and how it stands (pure).

Source: domain 4.10 (TPL-SHIFT) and 4.11: prepared by the system, signed by who leaves,
accepted line by line by who comes; lines stay with the outgoing shift until then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

REMARKS = "text:1"  # the line that the outgoing's own words are
ANSWERS = ("accepted", "reserved")
# An entry of a phone takes 400 kB (docs/sync.md); the rest is for reasons and counts.
MOST_BYTES_ON_A_PHONE = 350 * 1024
# Rounds that were not walked and must be explained.
UNEXPLAINED = "missed"


# -- The snapshot ---------------------------------------------------------------------


def canonical(snapshot: Mapping[str, Any]) -> bytes:
    """A snapshot as what its digest is made of: the same wherever it was read.

    JSON in UTF-8 without spaces, names sorted. A snapshot has no fractions.
    """
    return msgspec.json.encode(snapshot, order="deterministic")


def digest(snapshot: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(snapshot)).hexdigest()


def is_for_a_phone(snapshot: Mapping[str, Any]) -> bool:
    """Whether its signature fits into one entry of a phone, with all that is written.

    It names every entry it covers, so that ``mallops verify`` can name what was
    altered: some 3,300 of them. The desk signs what is longer.
    """
    return len(canonical(snapshot)) <= MOST_BYTES_ON_A_PHONE


def short_code(digest: str) -> str:
    """What people compare and write on paper: ``"9F2B 4C1D"``."""
    return f"{digest[:4]} {digest[4:8]}".upper()


@dataclass(frozen=True)
class Line:
    """One thing that is accepted singly; ``facts`` as in the snapshot."""

    key: str
    kind: str
    facts: Mapping[str, Any]

    @property
    def severity(self) -> str | None:
        return self.facts.get("severity")

    @property
    def overdue(self) -> bool:
        return bool(self.facts.get("overdue"))


# Where the lines stand in a snapshot, in the order of the page, and of what kind.
SECTIONS = (
    ("findings", "finding"),
    ("rounds", "round"),
    ("doors", "case"),
    ("notices", "notice"),
    ("assets", "asset"),
    ("instructions", "instruction"),
)


def lines_of(snapshot: Mapping[str, Any], remarks: str = "") -> list[Line]:
    """All that must be accepted, in the order of the page."""
    found = [
        Line(facts["key"], kind, facts)
        for section, kind in SECTIONS
        for facts in _rows(snapshot[section])
    ]
    if remarks.strip():
        found.append(Line(REMARKS, "text", {"key": REMARKS, "text": remarks}))
    return found


def _rows(section: Any) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = (
        section["lines"] if isinstance(section, dict) else section
    )
    return rows


@dataclass(frozen=True)
class News:
    """What a later snapshot has that an earlier one had not, and how many entries."""

    added: tuple[Line, ...]
    changed: tuple[Line, ...]
    gone: tuple[Line, ...]
    entries: int


def news(before: Mapping[str, Any], after: Mapping[str, Any]) -> News:
    old = {line.key: line for line in lines_of(before)}
    new = {line.key: line for line in lines_of(after)}
    covered = set(after["covered"]) - set(before["covered"])
    return News(
        added=tuple(line for key, line in new.items() if key not in old),
        changed=tuple(
            line for key, line in new.items() if key in old and line != old[key]
        ),
        gone=tuple(line for key, line in old.items() if key not in new),
        entries=len(covered),
    )


def missing_words(
    snapshot: Mapping[str, Any],
    reasons: Mapping[str, str],
    counts: Mapping[str, Mapping[str, Any]],
) -> list[str]:
    """The keys of lines that want a text and have none: the signature is incomplete.

    A missed round wants its reason; an asset its count, and a note where the count is
    not the number expected.
    """
    unexplained = [
        one["key"]
        for one in snapshot["rounds"]["lines"]
        if one["state"] == UNEXPLAINED and not reasons.get(one["key"], "").strip()
    ]
    uncounted = [
        one["key"]
        for one in snapshot["assets"]
        if not _is_counted(one["expected"], counts.get(one["code"]))
    ]
    return unexplained + uncounted


def _is_counted(expected: int, said: Mapping[str, Any] | None) -> bool:
    if said is None:
        return False
    return said["count"] == expected or bool(said.get("note", "").strip())


# -- How it stands --------------------------------------------------------------------


@dataclass(frozen=True)
class Signature:
    """The outgoing's. ``id`` is its entry's, and breaks ties of time."""

    id: str
    at: datetime
    by_id: int | None
    digest: str
    lines: tuple[str, ...]  # their keys


@dataclass(frozen=True)
class Acceptance:
    """The incoming's: of a version of the shift's handover, by its digest."""

    id: str
    at: datetime
    by_id: int | None
    digest: str
    verdict: str  # accept, refuse
    lines: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """A manager's, on a refused version."""

    id: str
    at: datetime
    by_id: int | None
    signature: str
    verdict: str  # stands, sign_again


@dataclass(frozen=True)
class Standing:
    """How the handover of a shift stands.

    ``state``: open (nobody signed yet), signed, refused, sign_again (a manager said
    so), accepted, or stands (refused, and a manager let it stand). ``closed_at``: when
    both had signed, or the manager decided. ``unanswered`` are the lines of the version
    that counts which the incoming said nothing of; lines of which they did, by
    ``answers``. ``early``: acceptances of a shift that nobody has signed for yet.
    """

    state: str = "open"
    signature: str | None = None
    acceptance: str | None = None  # the one that closed it, or the refusal
    decision: str | None = None
    closed_at: datetime | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    unanswered: tuple[str, ...] = ()
    other_version: bool = False
    early: tuple[str, ...] = ()
    superseded: tuple[str, ...] = ()  # versions before the one that counts
    after_closing: tuple[str, ...] = ()  # versions signed once another was accepted

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED

    @property
    def reserved(self) -> tuple[str, ...]:
        return tuple(key for key, said in self.answers.items() if said == "reserved")


CLOSED = frozenset({"accepted", "stands"})


def follow(
    signatures: Iterable[Signature],
    acceptances: Iterable[Acceptance],
    decisions: Iterable[Decision],
) -> Standing:
    """How it stands by everything known: the same in whatever order it came.

    The newest version counts, unless the one before it was closed already when it was
    signed. Both sides may sign without network, so an acceptance may be older than the
    signature it completes. Nobody accepts what they signed themselves.
    """
    versions = sorted(signatures, key=_turn)
    said, ruled = sorted(acceptances, key=_turn), sorted(decisions, key=_turn)
    if not versions:
        early = tuple(one.id for one in said if one.verdict == "accept")
        return Standing(early=early)
    known = {one.digest for one in versions}
    current, superseded = versions[0], []
    answered: set[str] = set()  # by refusals before the version that counts
    late: list[str] = []
    for version in versions[1:]:
        then = _stand(
            current,
            known,
            [one for one in said if one.at <= version.at],
            [one for one in ruled if one.at <= version.at],
        )
        if then.is_closed:
            late.append(version.id)
        else:
            superseded.append(current.id)
            answered |= {one.id for one in said if _refused(current, version, one)}
            current = version
    said = [one for one in said if one.id not in answered]
    return _stand(current, known, said, ruled, tuple(superseded), tuple(late))


def _refused(version: Signature, next_one: Signature, said: Acceptance) -> bool:
    """A refusal of a version that was signed anew: counted again, it may look alike."""
    of_it = said.verdict == "refuse" and said.digest == version.digest
    return of_it and said.at < next_one.at


def _stand(
    signed: Signature,
    known: Collection[str],
    acceptances: Sequence[Acceptance],
    decisions: Sequence[Decision],
    superseded: tuple[str, ...] = (),
    after_closing: tuple[str, ...] = (),
) -> Standing:
    """How one version stands."""
    state, closed_at, closing = "signed", None, None
    decision: Decision | None = None
    answers: dict[str, str] = {}
    other = False
    for one in acceptances:
        if one.by_id == signed.by_id:
            continue
        if one.verdict == "accept":
            answers |= {k: v for k, v in one.lines.items() if k in signed.lines}
            other = other or one.digest != signed.digest
            if closed_at is None and set(signed.lines) <= set(answers):
                state, closing = "accepted", one
                closed_at = max(one.at, signed.at)
        elif closed_at is None and _is_refusal_of(signed, one, known):
            state, closing = "refused", one
    if state == "refused" and closing is not None:
        decision = _ruling(signed, closing, decisions)
        if decision is not None:
            state = decision.verdict
            closed_at = decision.at if state == "stands" else None
    return Standing(
        state=state,
        signature=signed.id,
        acceptance=closing.id if closing else None,
        decision=decision.id if decision else None,
        closed_at=closed_at,
        answers=answers,
        unanswered=tuple(key for key in signed.lines if key not in answers),
        other_version=other,
        superseded=superseded,
        after_closing=after_closing,
    )


def _is_refusal_of(
    signed: Signature, refusal: Acceptance, known: Collection[str]
) -> bool:
    """Of this version, or of what it became; a refusal of an older one is not."""
    unseen = refusal.digest not in known and refusal.at >= signed.at
    return refusal.digest == signed.digest or unseen


def _ruling(
    signed: Signature, refusal: Acceptance, decisions: Sequence[Decision]
) -> Decision | None:
    """The first word of somebody who is neither of the two."""
    return next(
        (
            one
            for one in decisions
            if one.signature == signed.id
            and one.at >= refusal.at
            and one.by_id not in (signed.by_id, refusal.by_id)
        ),
        None,
    )


def _turn(step: Signature | Acceptance | Decision) -> tuple[datetime, str]:
    return step.at, step.id


def is_late(
    occurred_at: datetime, since: datetime, ends_at: datetime, signed_at: datetime
) -> bool:
    """Recorded before the signature of a handover that should have covered it."""
    return since <= occurred_at < ends_at and occurred_at < signed_at


def minutes_between(first: datetime, second: datetime) -> int:
    return int((second - first).total_seconds() // 60)
