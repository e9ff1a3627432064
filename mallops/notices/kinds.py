"""What entries about notices mean: issued, delivered, replied to, withdrawn.

Issuing, replies and withdrawals are made on desk pages only; no phone can send one,
so they are not in ``people.rights.RECORDERS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from mallops.ledger.kinds import Judged, Judgement, Kind, Received
from mallops.ledger.models import Entry
from mallops.notices import actions, bodies, queries, words
from mallops.notices.bodies import DeliveryBody, IssueBody, ReplyBody, WithdrawalBody
from mallops.notices.models import Notice, NoticeStep
from mallops.places import queries as places
from mallops.places.models import Mall
from mallops.places.queries import Spot

# What the log's list shows of a long text; the entry's own page shows the whole.
LINE = 280


def plain(text: str) -> str:
    """What every database can keep."""
    return text.replace("\0", " ")


# -- Issued -------------------------------------------------------------------------


def judge_issues(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    spots = places.named_spots(mall.id, {entry.body.unit for entry in entries})
    return [_judge_issue(entry, entry.body, spots) for entry in entries]


def _judge_issue(
    entry: Received, body: IssueBody, spots: Mapping[str, Spot]
) -> Judgement:
    spot = spots.get(body.unit)
    rectify_by = body.rectify_by.isoformat() if body.rectify_by else None
    summary = {
        "number": body.number,
        "level": body.level,
        "unit": body.unit,
        "tenant": body.tenant,
        "what": body.what[:LINE],
        "rectify_by": rectify_by,
    }
    search = "\n".join([body.number, body.unit, body.what, *body.tenant.values()])
    if spot is None or spot.unit_id is None:
        return Judgement(summary, search, held_because="unknown_place")
    return Judgement(
        summary,
        search,
        zone_id=spot.zone_id,
        unit_id=spot.unit_id,
        facts=_notice_row(entry, body, spot.unit_id),
    )


def _notice_row(entry: Received, body: IssueBody, unit_id: int) -> dict[str, Any]:
    return {
        "id": entry.id,
        "finding_id": body.finding,
        "number": body.number,
        "level": body.level,
        "unit_id": unit_id,
        "tenant": dict(body.tenant),
        "what": plain(body.what),
        "clause": plain(body.clause),
        "rectify_by": body.rectify_by,
        "language": body.language,
        "issued_at": entry.occurred_at,
        "issued_by_id": entry.recorded_by_id,
    }


def apply_issues(mall: Mall, judged: Sequence[Judged]) -> None:
    actions.add_notices(mall, [judgement.facts for _, judgement in judged])


# -- The steps after it -------------------------------------------------------------


def judge_deliveries(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    return _judge_steps(mall, entries, _delivery)


def _delivery(entry: Received, body: DeliveryBody) -> dict[str, Any]:
    return {
        "step": "delivery",
        "outcome": body.outcome,
        "who": plain(body.signer_name),
        "signature": body.signature,
        "photos": list(body.photos),
        "text": plain(body.note),
    }


def judge_replies(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    return _judge_steps(mall, entries, _reply)


def _reply(entry: Received, body: ReplyBody) -> dict[str, Any]:
    step = "appeal" if body.appeal else "reply"
    return {"step": step, "who": plain(body.by_whom), "text": plain(body.text)}


def judge_withdrawals(mall: Mall, entries: Sequence[Received]) -> list[Judgement]:
    return _judge_steps(mall, entries, _withdrawal)


def _withdrawal(entry: Received, body: WithdrawalBody) -> dict[str, Any]:
    return {"step": "withdrawal", "text": plain(body.reason)}


def _judge_steps(mall: Mall, entries: Sequence[Received], says: Any) -> list[Judgement]:
    notices = queries.named(mall.id, {entry.body.notice for entry in entries})
    return [
        _judge_step(entry, says(entry, entry.body), notices.get(entry.body.notice))
        for entry in entries
    ]


def _judge_step(
    entry: Received, says: Mapping[str, Any], notice: Notice | None
) -> Judgement:
    row = {**NOTHING_SAID, **says, **_made(entry)}
    summary = {
        "number": notice.number if notice else None,
        "step": row["step"],
        "outcome": row["outcome"],
        "who": row["who"],
        "text": row["text"][:LINE],
    }
    said = "\n".join([row["who"], row["text"], notice.number if notice else ""])
    if notice is None:
        return Judgement(summary, said, held_because="unknown_notice", facts=row)
    return Judgement(
        summary,
        said,
        problem=row["outcome"] == "refused",
        zone_id=notice.unit.zone_id,
        unit_id=notice.unit_id,
        flags=("no_proof",) if lacks_proof(entry, row) else (),
        facts=row,
    )


NOTHING_SAID: Mapping[str, Any] = {
    "outcome": None,
    "who": "",
    "signature": None,
    "photos": [],
    "text": "",
}


def _made(entry: Received) -> dict[str, Any]:
    return {
        "entry_id": entry.id,
        "notice_id": entry.body.notice,
        "at": entry.occurred_at,
        "by_id": entry.recorded_by_id,
    }


def lacks_proof(entry: Received, row: Mapping[str, Any]) -> bool:
    """Brought on the floor, and neither a signature nor a photo shows it.

    What is noted at the desk has its proof on paper.
    """
    served = row["outcome"] in ("signed", "refused")
    return served and entry.install_id is not None and not entry.photos


def apply_steps(mall: Mall, judged: Sequence[Judged]) -> None:
    actions.add_steps(mall, [judgement.facts for _, judgement in judged])


# -- The pages of entries -----------------------------------------------------------


def issue_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    notice = queries.find(entry.mall_id, entry.id)
    return {"notice": notice, "penalty": None, "facts": words.issue_facts(body)}


def step_facts(entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    notice = queries.find(entry.mall_id, UUID(body["notice"]))
    return {"notice": notice, "penalty": None, "facts": words.step_facts(body)}


PAGE = "notices/_entry.html"


def _kinds() -> Iterable[Kind]:
    yield Kind(
        name="notice_issue",
        v=1,
        read=bodies.reader(IssueBody),
        judge=judge_issues,
        apply=apply_issues,
        summarise=words.summarise_issue,
        page=PAGE,
        title=_l("Notice to a tenant"),
        tables=(NoticeStep, Notice),
        page_facts=issue_facts,
    )
    yield Kind(
        name="notice_delivery",
        v=1,
        read=bodies.reader(DeliveryBody),
        judge=judge_deliveries,
        apply=apply_steps,
        summarise=words.summarise_step,
        page=PAGE,
        title=_l("Delivery of a notice"),
        page_facts=step_facts,
    )
    yield Kind(
        name="notice_reply",
        v=1,
        read=bodies.reader(ReplyBody),
        judge=judge_replies,
        apply=apply_steps,
        summarise=words.summarise_step,
        page=PAGE,
        title=_l("Tenant's reply"),
        page_facts=step_facts,
    )
    yield Kind(
        name="notice_withdrawal",
        v=1,
        read=bodies.reader(WithdrawalBody),
        judge=judge_withdrawals,
        apply=apply_steps,
        summarise=words.summarise_step,
        page=PAGE,
        title=_l("Notice withdrawn"),
        page_facts=step_facts,
    )


KINDS = tuple(_kinds())
