"""What a signature and an acceptance of a handover mean (docs/sync.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from flask_babel import lazy_gettext as _l

from mallops.handovers import (
    access,
    actions,
    bodies,
    coverage,
    queries,
    rules,
    seen,
    words,
)
from mallops.handovers.bodies import AcceptBody, SignBody, Snapshot
from mallops.handovers.models import (
    Handover,
    HandoverAcceptance,
    InstructionAcknowledgement,
)
from mallops.handovers.queries import Story
from mallops.handovers.seen import NOT_AS_SHOWN
from mallops.ledger.kinds import Judged, Judgement, Kind, Received
from mallops.ledger.models import Entry
from mallops.people import queries as people
from mallops.people.models import Membership
from mallops.places.models import Mall
from mallops.shifts import queries as shifts
from mallops.shifts.rules import Shift

PAGE = "handovers/_entry.html"


def plain(text: str) -> str:
    """What every database can keep."""
    return text.replace("\0", " ")


# -- Signed by the outgoing -----------------------------------------------------------


def judge_signatures(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    return [_judge_signature(mall, entry, entry.body) for entry in entries]


def _judge_signature(mall: Mall, entry: Received, body: SignBody) -> Judgement:
    """What the server never showed so becomes no handover, whoever accepts it."""
    shape = bodies.shape_of(body.snapshot)
    counts = {code: msgspec.to_builtins(one) for code, one in body.counts.items()}
    doubts = {
        "incomplete": bool(rules.missing_words(body.snapshot, body.reasons, counts)),
        NOT_AS_SHOWN: (unseen := _why_not_shown(mall, body)) is not None,
    }
    return Judgement(
        summary={
            "shift": {"en": plain(body.shift), **shape.shift.name},
            "day": shape.shift.day.isoformat(),
            "code": rules.short_code(body.digest),
            "lines": len(rules.lines_of(body.snapshot, body.remarks)),
        },
        search="\n".join([plain(body.remarks), rules.short_code(body.digest)]),
        flags=tuple(flag for flag, doubted in doubts.items() if doubted),
        held_because=unseen or _why_no_signature(mall, entry, body),
        # As it was found when it came in: keys may have changed since.
        facts=None if NOT_AS_SHOWN in entry.flags else _version(mall, entry, shape),
    )


def _version(mall: Mall, entry: Received, shape: Snapshot) -> dict[str, Any]:
    body: SignBody = entry.body
    return {
        "id": entry.id,
        "shift": plain(body.shift),
        "team": shape.shift.team,
        "day": shape.shift.day,
        "starts_at": shape.shift.starts_at,
        "ends_at": shape.shift.ends_at,
        "covers_from": shape.covers_from,
        "signed_at": entry.occurred_at,
        "signed_by_id": entry.recorded_by_id,
        "digest": body.digest,
        "lines": [line.key for line in rules.lines_of(body.snapshot, body.remarks)],
        "still_due": [plain(id_) for id_ in shape.rounds.still_due],
        "carried": [plain(id_) for id_ in shape.rounds.carried],
        "through": coverage.last_of(mall.id, shape.covered),
    }


def _why_not_shown(mall: Mall, body: SignBody) -> str | None:
    if rules.digest(body.snapshot) != body.digest:
        return "digest_mismatch"
    is_ours = body.snapshot["mall"] == mall.code and seen.is_stamped(body.snapshot)
    return None if is_ours else NOT_AS_SHOWN


def _why_no_signature(mall: Mall, entry: Received, body: SignBody) -> str | None:
    shift = shifts.find_shift(mall, plain(body.shift))
    if shift is None:
        return "unknown_shift"
    member = _member(mall, entry)
    may = member is not None and access.may_sign(mall, shift, member)
    return None if may else "not_on_shift"


def _member(mall: Mall, entry: Received) -> Membership | None:
    """Who the recorder was in this mall when it was recorded."""
    if entry.recorded_by_id is None:
        return None
    held = people.memberships_in(entry.recorded_by_id, mall.id)
    return next((one for one in held if one.is_open(entry.occurred_at)), None)


def apply_signatures(mall: Mall, judged: Sequence[Judged]) -> None:
    actions.add_handovers(mall, [judgement.facts for _, judgement in judged])


# -- Accepted by the incoming ---------------------------------------------------------


def judge_acceptances(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    named = {plain(entry.body.shift) for entry in entries}
    known = queries.stories(mall.id, named)
    return [
        _judge_acceptance(mall, entry, entry.body, known[plain(entry.body.shift)])
        for entry in entries
    ]


def _judge_acceptance(
    mall: Mall, entry: Received, body: AcceptBody, story: Story
) -> Judgement:
    shift = shifts.find_shift(mall, plain(body.shift))
    reserved = sum(said == "reserved" for said in body.lines.values())
    return Judgement(
        summary={
            "shift": shift.name if shift else {"en": plain(body.shift)},
            "day": shift.day.isoformat() if shift else "",
            "code": rules.short_code(body.digest),
            "verdict": body.verdict,
            "reserved": reserved,
            "reason": plain(body.reason)[:280],
        },
        search="\n".join(map(plain, [body.reason, *body.notes.values()])),
        problem=body.verdict == "refuse",
        flags=_other_version(body, story),
        held_because=_why_no_acceptance(mall, entry, shift, story),
        facts=_acceptance(entry, body, shift),
    )


def _acceptance(
    entry: Received, body: AcceptBody, shift: Shift | None
) -> dict[str, Any]:
    return {
        "entry_id": entry.id,
        "shift": plain(body.shift),
        "team": shift.team if shift else None,
        "digest": body.digest,
        "at": entry.occurred_at,
        "by_id": entry.recorded_by_id,
        "verdict": body.verdict,
        "lines": dict(body.lines),
        "notes": {key: plain(text) for key, text in body.notes.items()},
        "reason": plain(body.reason),
    }


def _other_version(body: AcceptBody, story: Story) -> tuple[str, ...]:
    known = {version.digest for version in story.versions.values()}
    return ("other_version",) if known and body.digest not in known else ()


def _why_no_acceptance(
    mall: Mall, entry: Received, shift: Shift | None, story: Story
) -> str | None:
    if shift is None:
        return "unknown_shift"
    member = _member(mall, entry)
    beside = shifts.beside(mall, shift)
    if member is None or not access.may_accept(mall, beside, member):
        return "not_on_shift"
    return "second_person" if access.has_signed(story, member.user_id) else None


def apply_acceptances(mall: Mall, judged: Sequence[Judged]) -> None:
    actions.add_acceptances(mall, [judgement.facts for _, judgement in judged])


# -- The pages of entries -------------------------------------------------------------


def page_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"shift": body["shift"], "said": words.entry_facts(body)}


HANDOVER_SIGN = Kind(
    name="handover_sign",
    v=1,
    read=bodies.read_sign,
    judge=judge_signatures,
    apply=apply_signatures,
    summarise=words.summarise_sign,
    page=PAGE,
    title=_l("Handover signed"),
    tables=(Handover,),
    looks_back=True,  # at the entries it covers
    closes=True,
    page_facts=page_facts,
)
HANDOVER_ACCEPT = Kind(
    name="handover_accept",
    v=1,
    read=bodies.read_accept,
    judge=judge_acceptances,
    apply=apply_acceptances,
    summarise=words.summarise_accept,
    page=PAGE,
    title=_l("Handover answered"),
    tables=(InstructionAcknowledgement, HandoverAcceptance),
    looks_back=True,
    page_facts=page_facts,
)
KINDS = (HANDOVER_SIGN, HANDOVER_ACCEPT)
