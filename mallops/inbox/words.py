"""What an item of the inbox says, on the page and in a message, and where it leads."""

from __future__ import annotations

from urllib.parse import quote

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mallops.findings.models import Finding
from mallops.findings.words import SEVERITIES
from mallops.inbox.ladder import STEP
from mallops.inbox.models import InboxItem
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
        _l("%(number)s %% of the time to acknowledge it have passed"),
        _l("Not acknowledged in time"),
        _l("Nobody acknowledged it within %(number)s minutes"),
    ),
    "fix": (
        _l("%(number)s %% of the time to fix it have passed"),
        _l("Not fixed in time"),
        _l("Not fixed within %(number)s minutes"),
    ),
}


def about_words(about: str) -> str:
    """Why somebody is told."""
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


def what(finding: Finding) -> str:
    """What was found: the item's words and the finder's, shortened."""
    said = [in_words(finding.title) if finding.title else "", finding.text]
    text = " – ".join(" ".join(part.split()) for part in said if part.strip())
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def where(finding: Finding) -> str:
    if finding.unit:
        return finding.unit.no
    return in_words(finding.place.name) if finding.place else ""


def path_of(mall_code: str, item: InboxItem) -> str:
    """Where an item leads; by hand, because a message has no request to ask."""
    if item.finding_id == THE_LIST:
        severity = item.about.split("_")[1]
        return f"/malls/{mall_code}/findings/?severity={severity}"
    return f"/malls/{mall_code}/findings/{quote(item.finding_id)}"


def inbox_path(mall_code: str) -> str:
    return f"/malls/{mall_code}/inbox/"
