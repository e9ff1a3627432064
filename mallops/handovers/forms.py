"""What the forms of a handover say, read from what was sent.

Their fields follow from the lines of the handover, so they are read by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from mallops.handovers import rules, seen
from mallops.handovers.pages import Page, Tried
from mallops.handovers.rules import News
from mallops.notices.forms import tidy
from mallops.people import queries as people
from mallops.places.models import Mall

LINE, TEXT = 300, 4000
MOST_COUNTED = 10**9

Sent = Mapping[str, str]


class Wrong(Exception):
    """What was sent cannot be taken like this; ``errors`` by the name of the field."""

    def __init__(
        self,
        problem: str,
        errors: Mapping[str, str] | None = None,
        saw: str = "",
        news: News | None = None,
    ) -> None:
        super().__init__(problem)
        self.problem, self.errors = problem, errors or {}
        self.saw, self.news = saw, news

    def tried(self, name: str, typed: Sent) -> Tried:
        return Tried(name, typed, self.errors, self.problem, self.saw, self.news)


def read_signature(page: Page, sent: Sent) -> dict[str, Any]:
    """The body of a signature.

    Raises:
        Wrong: more came in since the page was shown and nobody chose what to sign, a
            text is missing, or the silence was not confirmed.
    """
    snapshot = _chosen(page, sent)
    reasons = {
        one["key"]: tidy(sent.get(one["key"]))
        for one in snapshot["rounds"]["lines"]
        if tidy(sent.get(one["key"]))
    }
    errors: dict[str, str] = {}
    counts = _counts(snapshot, sent, errors)
    for key in rules.missing_words(snapshot, reasons, counts):
        errors.setdefault(key, _missing(key))
    for key, text in [*reasons.items(), ("remarks", tidy(sent.get("remarks")))]:
        if len(text) > (TEXT if key == "remarks" else LINE):
            errors[key] = _("This text is too long.")
    if page.silence and not sent.get("silence"):
        errors["silence"] = _("Confirm that you know who was not heard of.")
    if errors:
        raise Wrong(_("Something is still missing. It is marked below."), errors)
    following = snapshot["next_shift"]
    return {
        "shift": page.shift.id,
        "snapshot": snapshot,
        "digest": rules.digest(snapshot),
        "reasons": reasons,
        "counts": counts,
        "remarks": tidy(sent.get("remarks")),
        "next_shift": following["id"] if following else None,
        "silence_confirmed": bool(sent.get("silence")),
    }


def _missing(key: str) -> str:
    if key.startswith("round:"):
        return str(_("Say why the round was missed."))
    return str(_("Count it; where the number differs, say why."))


def _chosen(page: Page, sent: Sent) -> dict[str, Any]:
    """The snapshot to sign: what was seen, unless more came in meanwhile."""
    saw = seen.unseal(sent.get("saw", ""), page.shift.id)
    if sent.get("choice") == "saw" and saw is not None:
        return saw
    shown = seen.unseal(sent.get("seen", ""), page.shift.id)
    if shown is None:
        raise Wrong(_("The page was too old. Look at it again, then sign."))
    if rules.digest(shown) != rules.digest(page.draft):
        text = _("Meanwhile more came in. Sign it as it stands now, or what you saw.")
        raise Wrong(text, saw=sent["seen"], news=rules.news(shown, page.draft))
    return shown


def _counts(
    snapshot: Mapping[str, Any], sent: Sent, errors: dict[str, str]
) -> dict[str, dict[str, Any]]:
    found = {}
    for one in snapshot["assets"]:
        typed = tidy(sent.get(one["key"]))
        if not typed:
            continue
        if not (typed.isascii() and typed.isdecimal()) or int(typed) > MOST_COUNTED:
            errors[one["key"]] = _("Write the number in figures.")
            continue
        note = tidy(sent.get(f"{one['key']}.note"))[:LINE]
        found[one["code"]] = {"count": int(typed), "note": note}
    return found


def read_acceptance(page: Page, sent: Sent) -> dict[str, Any]:
    """The body of an acceptance.

    Raises:
        Wrong: a line was not answered, or a reservation has no words.
    """
    lines, notes, errors = {}, {}, {}
    for line in page.lines:
        said, note = sent.get(line.key, ""), tidy(sent.get(f"{line.key}.note"))
        if said not in rules.ANSWERS:
            errors[line.key] = _("Accept it, or say what you reserve.")
        elif said == "reserved" and not note:
            errors[line.key] = _("Say what you reserve.")
        elif len(note) > LINE:
            errors[line.key] = _("This text is too long.")
        lines[line.key] = said
        if note:
            notes[line.key] = note
    if errors:
        raise Wrong(_("Something is still missing. It is marked below."), errors)
    return _answer(page, sent, "accept", lines=lines, notes=notes)


def read_refusal(page: Page, sent: Sent) -> dict[str, Any]:
    """The body of a refusal.

    Raises:
        Wrong: it has no reason.
    """
    reason = _said(sent, "reason", _("Say why you refuse it."))
    return _answer(page, sent, "refuse", reason=reason)


def _answer(page: Page, sent: Sent, verdict: str, **said: Any) -> dict[str, Any]:
    nothing = {"lines": {}, "notes": {}, "reason": ""}
    about = {"shift": page.shift.id, "digest": sent.get("digest", "")}
    return {**about, "verdict": verdict, **nothing, **said}


def read_decision(page: Page, sent: Sent) -> dict[str, Any]:
    """The body of a decision, but for the handover it is on.

    Raises:
        Wrong: it has no verdict or no reason.
    """
    if sent.get("verdict") not in ("stands", "sign_again"):
        text = _("Choose: it stands, or it is signed again.")
        raise Wrong(text, {"verdict": text})
    return {
        "verdict": sent["verdict"],
        "reason": _said(sent, "ruling", _("Say why.")),
    }


def read_entries(page: Page, sent: Any) -> list[str]:
    """The late entries that were on the screen."""
    found: list[str] = sent.getlist("entry")
    return found


def read_instruction(mall: Mall, sent: Sent) -> dict[str, Any]:
    """The body of an instruction.

    Raises:
        Wrong: it says nothing, names no team of the mall, or its last day is no date.
    """
    text = _said(sent, "text", _("Say what the shifts must know."))
    team, until = sent.get("team") or None, sent.get("until", "")
    if team and people.find_team(mall.id, team.replace("\0", "")) is None:
        raise Wrong(_("There is no such team here."), {"team": _("Choose a team.")})
    try:
        last = date.fromisoformat(until).isoformat() if until else None
    except ValueError:
        wrong = _("This is not a date.")
        raise Wrong(wrong, {"until": wrong}) from None
    return {"text": text, "team": team, "until": last}


def _said(sent: Sent, name: str, missing: str) -> str:
    text = tidy(sent.get(name))
    if not text:
        raise Wrong(missing, {name: missing})
    if len(text) > TEXT:
        raise Wrong(_("This text is too long."), {name: _("This text is too long.")})
    return text
