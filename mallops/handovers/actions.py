"""Signing, accepting, deciding and taking note; and what such entries mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from mallops.db import db, insert_rows
from mallops.errors import Refused
from mallops.handovers import access, addendum, queries
from mallops.handovers.models import (
    AddendumAcknowledgement,
    Handover,
    HandoverAcceptance,
    HandoverDecision,
    Instruction,
    InstructionAcknowledgement,
)
from mallops.handovers.queries import Story
from mallops.ledger import actions as ledger
from mallops.ledger.models import LedgerHead
from mallops.people.models import Membership
from mallops.places.models import Mall
from mallops.shifts.rules import Shift

INSTRUCTION = "instruction:"


# -- On desk pages --------------------------------------------------------------------


def sign(
    mall: Mall, shift: Shift, body: Mapping[str, Any], member: Membership, now: datetime
) -> UUID:
    """Sign the handover of a shift, as the body of its entry says. Flushes.

    Raises:
        Refused("closed"): another version was accepted meanwhile.
    """
    story = _story(mall, shift)
    if story.standing.is_closed:
        raise Refused("closed", _("Meanwhile the handover was accepted. It stands."))
    return _record(mall, "handover_sign", body, story, member, now)


def answer(
    mall: Mall, shift: Shift, body: Mapping[str, Any], member: Membership, now: datetime
) -> UUID:
    """Accept or refuse the version that was on the screen. Flushes.

    Raises:
        Refused("closed"): it was accepted before.
        Refused("new_version"): nobody signed it, or a newer one was signed meanwhile.
        Refused("second_person"): the same person signed it.
    """
    story = _story(mall, shift)
    if story.standing.is_closed:
        raise Refused("closed", _("Meanwhile the handover was accepted. It stands."))
    if story.current is None or story.current.digest != body["digest"]:
        text = _("Meanwhile another version was signed. Look at it again.")
        raise Refused("new_version", text)
    if access.has_signed(story, member.user_id):
        text = _("You signed it yourself: somebody else must accept it.")
        raise Refused("second_person", text)
    return _record(mall, "handover_accept", body, story, member, now)


def decide(
    mall: Mall, shift: Shift, body: Mapping[str, Any], member: Membership, now: datetime
) -> UUID:
    """A manager's word on a refused handover. Flushes.

    Raises:
        Refused("not_refused"): it is not refused, or not any more.
        Refused("second_person"): the manager signed or refused it.
    """
    story = _story(mall, shift)
    if story.standing.state != "refused" or story.standing.signature is None:
        raise Refused("not_refused", _("Meanwhile it stands differently. Look again."))
    refused_by = story.closing.by_id if story.closing else None
    if member.user_id == refused_by or access.has_signed(story, member.user_id):
        text = _("You signed or refused it yourself: another manager must decide.")
        raise Refused("second_person", text)
    said = {"handover": story.standing.signature, **body}
    return _record(mall, "handover_decision", said, story, member, now)


def acknowledge(
    mall: Mall, shift: Shift, entries: Sequence[str], member: Membership, now: datetime
) -> UUID:
    """Take note of late entries: of those that were on the screen. Flushes.

    Raises:
        Refused("nothing_late"): none of them waits for it.
    """
    story = _story(mall, shift)
    _known, since = queries.stories_and_windows(mall, [shift])
    late = (
        addendum.addendum(mall, story.current, since[shift.id]) if story.current else []
    )
    waiting = {str(one.line.entry_id) for one in late if not one.is_acknowledged}
    noted = [id_ for id_ in dict.fromkeys(entries) if id_ in waiting]
    if not noted:
        raise Refused("nothing_late", _("Somebody took note of these entries before."))
    body = {"handover": story.standing.signature, "entries": noted}
    return _record(mall, "addendum_acknowledgement", body, story, member, now)


def instruct(
    mall: Mall, body: Mapping[str, Any], member: Membership, now: datetime
) -> UUID:
    """Tell the shifts what they must know. Flushes."""
    return _record(mall, "instruction", body, Story(), member, now)


def _story(mall: Mall, shift: Shift) -> Story:
    """What is known, once nobody else writes to this mall: phones wait in this row."""
    head = sa.select(LedgerHead).filter_by(mall_id=mall.id).with_for_update()
    db.session.scalars(head).one()
    return queries.story_of(mall.id, shift.id)


def _record(
    mall: Mall,
    kind: str,
    body: Mapping[str, Any],
    story: Story,
    member: Membership,
    now: datetime,
) -> UUID:
    """A step at the desk comes after all that was seen there, even of a phone whose
    clock is ahead by less than is corrected.
    """
    seen = [one.signed_at for one in story.versions.values()]
    seen += [one.at for one in story.acceptances.values()]
    seen += [one.at for one in story.decisions.values()]
    at = max([now, *(moment + timedelta(milliseconds=1) for moment in seen)])
    entry = ledger.desk_entry(mall, kind, body, member.user_id, at)
    ledger.record(mall, entry)
    return entry.id


# -- What entries mean ----------------------------------------------------------------


def add_handovers(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note versions that were signed."""
    insert_rows(Handover, _of(mall, rows))


def add_acceptances(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note what the incoming said; instructions they accepted are taken note of."""
    every = _of(mall, rows)
    noted = [
        {
            "entry_id": row["entry_id"],
            "mall_id": mall.id,
            "instruction_id": instruction_id,
            "team": row["team"],
            "at": row["at"],
            "by_id": row["by_id"],
        }
        for row in every
        for instruction_id in _instructions_in(row)
    ]
    columns = [{k: v for k, v in row.items() if k != "team"} for row in every]
    insert_rows(HandoverAcceptance, columns)
    insert_rows(InstructionAcknowledgement, noted)


def add_decisions(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note what managers decided."""
    insert_rows(HandoverDecision, _of(mall, rows))


def add_acknowledgements(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note who took note of which late entries."""
    insert_rows(AddendumAcknowledgement, _of(mall, rows))


def add_instructions(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note what management said."""
    insert_rows(Instruction, _of(mall, rows))


def _of(mall: Mall, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "mall_id": mall.id} for row in rows]


def _instructions_in(row: Mapping[str, Any]) -> list[UUID]:
    """The instructions among the lines that were accepted."""
    if row["verdict"] != "accept":
        return []
    found = []
    for key in row["lines"]:
        if key.startswith(INSTRUCTION):
            try:
                found.append(UUID(key.removeprefix(INSTRUCTION)))
            except ValueError:  # an invented key names nothing
                continue
    return found
