"""What the lines of a handover, its states and its entries are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mallops.daylog.words import ROUND_STATES
from mallops.doors.words import times_off
from mallops.findings.words import CATEGORIES
from mallops.findings.words import STATES as FINDING_STATES
from mallops.handovers import rules
from mallops.handovers.rules import Line
from mallops.notices.words import LEVELS
from mallops.notices.words import STATES as NOTICE_STATES
from mallops.translating import spoken
from mallops.web import in_words

STATES = {
    "open": _l("Not signed yet"),
    "signed": _l("Signed, not accepted yet"),
    "refused": _l("Acceptance refused"),
    "sign_again": _l("To be signed again"),
    "accepted": _l("Accepted"),
    "reserved": _l("Accepted with reservations"),
    "stands": _l("Stands by the manager's decision"),
}
# Said instead where a phone cannot sign it (``rules.is_for_a_phone``).
FOR_THE_DESK = _l("Too long to be signed on a phone: sign it on its page at the desk")
# Colour and icon of each state; never colour alone.
STATE_LOOKS = {
    "open": ("due", "pen-line"),
    "signed": ("waiting", "clock"),
    "refused": ("wrong", "ban"),
    "sign_again": ("late", "rotate-ccw"),
    "accepted": ("done", "check"),
    "reserved": ("late", "circle-alert"),
    "stands": ("done", "check"),
}
CASES = {
    "late": _l("opened late"),
    "not_open": _l("did not open"),
    "early": _l("closed early"),
}
KINDS = {
    "finding": _l("Finding"),
    "round": _l("Round"),
    "case": _l("Shop door"),
    "notice": _l("Notice"),
    "asset": _l("Asset"),
    "instruction": _l("Instruction"),
    "text": _l("Remarks"),
}
CARRIED = {False: "", True: _l("still due when the shift before signed")}
# Until when; whether that is over.
BY = {False: _l("by %(at)s"), True: _l("overdue since %(at)s")}
ANSWERS = {
    "accepted": _l("Accepted"),
    "reserved": _l("Accepted with a reservation"),
}

RULINGS = {
    "stands": _l("It stands as signed"),
    "sign_again": _l("It is signed again"),
}
DONE = {
    "sign": _l("Signed. The next shift can accept it now."),
    "accept": _l("Accepted. The shift is yours."),
    "refuse": _l("Refused. A manager decides on it."),
    "decide": _l("Decided."),
    "acknowledge": _l("Acknowledged."),
    "instruct": _l("Given. The shifts see it in their handover."),
}

DECIDED = _l("Handover of %(shift)s decided: %(verdict)s %(reason)s")
NOTED = _l("%(number)s late entries of %(shift)s acknowledged")
INSTRUCTED = _l("Instruction: %(text)s")
SIGNED = _l("Handover of %(shift)s signed, %(lines)s lines, code %(code)s")
ACCEPTED = _l("Handover of %(shift)s accepted, code %(code)s")
RESERVED = _l(
    "Handover of %(shift)s accepted with %(number)s reservations, code %(code)s"
)
REFUSED = _l("Handover of %(shift)s refused: %(reason)s")


def state(standing: rules.Standing) -> str:
    """Its code for words and looks: an acceptance with reservations is its own."""
    reserved = standing.state == "accepted" and bool(standing.reserved)
    return "reserved" if reserved else standing.state


def answers() -> dict[str, str]:
    """What may be said of a line, put into words once for a whole page."""
    return {code: str(word) for code, word in ANSWERS.items()}


def handover_state(code: str) -> str:
    return str(STATES[code])


def handover_look(code: str) -> tuple[str, str]:
    return STATE_LOOKS[code]


def clock(text: str) -> str:
    """The time of day out of a moment that was kept with the mall's offset."""
    return datetime.fromisoformat(text).strftime("%H:%M")


def day_and_clock(text: str) -> str:
    return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M")


# -- Lines ----------------------------------------------------------------------------


def title(line: Line) -> str:
    """What is handed over, in the reader's language."""
    return _TITLES[line.kind](line.facts)


def detail(line: Line) -> str:
    """Where, since when, how it stands."""
    return " · ".join(part for part in _DETAILS[line.kind](line.facts) if part)


def by_section(lines: Sequence[Line]) -> dict[str, list[Line]]:
    """The lines by where they stand on the page: findings by what they are about."""
    found: dict[str, list[Line]] = {name: [] for name in PARTS}
    for line in lines:
        category = line.facts.get("category", "")
        found[_OWN_PARTS.get(category, line.kind)].append(line)
    return found


PARTS = (*KINDS, "equipment", "incident")
_OWN_PARTS = {
    "equipment": "equipment",
    "incident": "incident",
    "complaint": "incident",
}


def _finding_title(facts: Mapping[str, Any]) -> str:
    said = [in_words(facts["title"]) if facts["title"] else "", facts["text"]]
    return " – ".join(part for part in said if part.strip())


def _finding_detail(facts: Mapping[str, Any]) -> list[str]:
    return [
        f"{facts['number']}",
        facts["unit"] or (in_words(facts["place"]) if facts["place"] else ""),
        spoken(CATEGORIES)[facts["category"]],
        spoken(FINDING_STATES)[facts["state"]],
        _by(facts["fix_by"], facts["overdue"]),
    ]


def _by(moment: str | None, overdue: bool) -> str:
    if moment is None:
        return ""
    return spoken(BY)[bool(overdue)] % {"at": day_and_clock(moment)}


def _round_title(facts: Mapping[str, Any]) -> str:
    return f"{in_words(facts['title'])} · {facts['place']}"


def _round_detail(facts: Mapping[str, Any]) -> list[str]:
    return [
        clock(facts["at"]),
        spoken(ROUND_STATES)[facts["state"]],
        spoken(CARRIED)[bool(facts.get("carried"))],
    ]


def _case_title(facts: Mapping[str, Any]) -> str:
    tenant = in_words(facts["tenant"]) if facts["tenant"] else ""
    return f"{facts['unit']} {tenant} {CASES[facts['case']]}".replace("  ", " ")


def _case_detail(facts: Mapping[str, Any]) -> list[str]:
    off = [one for one in (facts["least"], facts["most"]) if one is not None]
    return [
        clock(facts["planned_at"]) if facts["planned_at"] else "",
        times_off(off[0], off[-1]) if off else "",
    ]


def _notice_title(facts: Mapping[str, Any]) -> str:
    return f"{facts['number']} · {facts['unit']} {in_words(facts['tenant'])}"


def _notice_detail(facts: Mapping[str, Any]) -> list[str]:
    return [
        spoken(LEVELS)[facts["level"]],
        spoken(NOTICE_STATES)[facts["state"]],
        _by(facts["rectify_by"], facts["overdue"]),
        facts["text"],
    ]


def _asset_detail(facts: Mapping[str, Any]) -> list[str]:
    return [_("expected: %(number)s", number=facts["expected"])]


def _instruction_detail(facts: Mapping[str, Any]) -> list[str]:
    return [facts["by"], day_and_clock(facts["at"])]


_TITLES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "finding": _finding_title,
    "round": _round_title,
    "case": _case_title,
    "notice": _notice_title,
    "asset": lambda facts: in_words(facts["name"]),
    "instruction": lambda facts: str(facts["text"]),
    "text": lambda facts: str(facts["text"]),
}
_DETAILS: dict[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "finding": _finding_detail,
    "round": _round_detail,
    "case": _case_detail,
    "notice": _notice_detail,
    "asset": _asset_detail,
    "instruction": _instruction_detail,
    "text": lambda facts: [],
}


# -- Entries --------------------------------------------------------------------------


def summarise_sign(summary: Mapping[str, Any]) -> str:
    return str(SIGNED) % {**_named(summary), "lines": summary["lines"]}


def summarise_accept(summary: Mapping[str, Any]) -> str:
    if summary["verdict"] == "refuse":
        return str(REFUSED) % {**_named(summary), "reason": summary["reason"]}
    if summary["reserved"]:
        return str(RESERVED) % {**_named(summary), "number": summary["reserved"]}
    return str(ACCEPTED) % _named(summary)


def _named(summary: Mapping[str, Any]) -> dict[str, Any]:
    shift = f"{in_words(summary['shift'])} {summary['day']}".strip()
    return {"shift": shift, "code": summary["code"]}


def summarise_decision(summary: Mapping[str, Any]) -> str:
    verdict = str(RULINGS[summary["verdict"]])
    return str(DECIDED) % {**summary, "verdict": verdict}


def summarise_acknowledgement(summary: Mapping[str, Any]) -> str:
    return str(NOTED) % {"number": summary["entries"], "shift": summary["shift"]}


def summarise_instruction(summary: Mapping[str, Any]) -> str:
    return str(INSTRUCTED) % {"text": summary["text"]}


def leader_facts(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The page of a leader's entry: what it says, by name."""
    verdict = body.get("verdict")
    entries = body.get("entries", [])
    found = [
        (_("Decision"), str(RULINGS[verdict]) if verdict else ""),
        (_("Reason"), body.get("reason", "")),
        (_("Late entries"), "\n".join(entries)),
        (_("Instruction"), body.get("text", "")),
        (_("For"), body.get("team") or ""),
        (_("Last day"), body.get("until") or ""),
    ]
    return [(name, text) for name, text in found if text]


def entry_facts(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The page of an entry: what it says, by name."""
    found = [
        (_("Shift"), body["shift"]),
        (_("Code"), rules.short_code(body["digest"])),
        (_("Remarks"), body.get("remarks", "")),
        (_("Reason"), body.get("reason", "")),
    ]
    lines = body.get("lines", {})
    reserved = [key for key, said in lines.items() if said == "reserved"]
    notes = body.get("notes", {}) | body.get("reasons", {})
    if reserved:
        found.append((str(ANSWERS["reserved"]), "\n".join(reserved)))
    if notes:
        said = "\n".join(f"{key}{_(': ')}{text}" for key, text in notes.items())
        found.append((_("Notes"), said))
    return [(name, text) for name, text in found if text]
