"""What an item of the inbox says, on the page and in a message, and where it leads."""

from __future__ import annotations

from urllib.parse import quote

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mallops.findings.models import Finding
from mallops.findings.words import SEVERITIES
from mallops.handovers.words import STATES
from mallops.inbox.handover_queries import Named
from mallops.inbox.ladder import STEP
from mallops.inbox.queries import Line
from mallops.inbox.rules import THE_LIST
from mallops.web import in_words

LONGEST_TEXT = 160  # characters of what was found

ALONE = {
    "opened": _l("Newly found"),
    "assigned": _l("For you or your team to fix"),
}
# Of both limits: a share of the time, the whole of it, so many minutes.
LIMITS = {
    "acknowledge": (
        _l("%(number)s %% of the time to acknowledge it has passed"),
        _l("Not acknowledged in time"),
        _l("Nobody acknowledged it within %(number)s minutes"),
    ),
    "fix": (
        _l("%(number)s %% of the time to fix it has passed"),
        _l("Not fixed in time"),
        _l("Not fixed within %(number)s minutes"),
    ),
}


# Of handovers, by the beginning of the step.
HANDOVERS = {
    "refused": _l("Handover refused"),
    "sign_again": _l("Handover to be signed again"),
    "unsigned": _l("Handover not signed %(number)s minutes after the shift's end"),
    "unaccepted": _l("Handover signed and not accepted for %(number)s minutes"),
}


def about_words(about: str) -> str:
    """Why somebody is told."""
    if about.startswith(tuple(HANDOVERS)):
        return _of_handover(about)
    if about.startswith("weekly_"):
        severity = str(SEVERITIES[about.split("_")[1]])
        return str(
            _("Weekly list of what is still open: %(severity)s", severity=severity)
        )
    named = STEP.fullmatch(about)
    if not named or named["alone"]:
        return str(ALONE.get(about, about))
    share, whole, minutes = LIMITS[named["limit"]]
    is_whole = named["number"] == "100"
    text = minutes if named["minutes"] else whole if is_whole else share
    return str(text) % {"number": named["number"]}


def _of_handover(about: str) -> str:
    step = next(step for step in HANDOVERS if about.startswith(step))
    number = about.removeprefix(step).removesuffix("_min").strip("_")
    return str(HANDOVERS[step]) % {"number": number}


def shift_of(named: Named) -> str:
    """Which shift a handover is of: its name and day."""
    return f"{in_words(named.shift.name)} · {named.shift.day}"


def stands(named: Named) -> str:
    """How a handover stands, and why it was refused."""
    state = str(STATES[named.state])
    reason = " ".join(named.refusal.split())
    return _shortened(f"{state}{_(': ')}{reason}" if reason else state)


def what(finding: Finding) -> str:
    """What was found: the item's words and the finder's, shortened."""
    said = [in_words(finding.title) if finding.title else "", finding.text]
    return _shortened(" – ".join(" ".join(p.split()) for p in said if p.strip()))


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def where(finding: Finding) -> str:
    if finding.unit:
        return finding.unit.no
    return in_words(finding.place.name) if finding.place else ""


def path_of(mall_code: str, line: Line) -> str:
    """Where an item leads; by hand, because a message has no request to ask."""
    item, handover = line.item, line.handover
    if item.subject_kind == THE_LIST.kind:
        severity = item.about.split("_")[1]
        return f"/malls/{mall_code}/findings/?severity={severity}"
    if handover and not handover.at_desk:
        side = "incoming" if item.about.startswith("unaccepted") else "outgoing"
        return f"/floor/#handover/{side}"
    sort = "handovers" if handover else "findings"
    return f"/malls/{mall_code}/{sort}/{quote(item.subject_id)}"


def inbox_path(mall_code: str) -> str:
    return f"/malls/{mall_code}/inbox/"
