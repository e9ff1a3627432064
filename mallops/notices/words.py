"""What levels, states and outcomes are called; money; the lines of the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import flask_babel
from babel.core import get_global
from babel.numbers import get_currency_precision, get_territory_currencies
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mallops.notices import rules
from mallops.web import in_words

LANGUAGE_NAMES = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"}
LEVELS = {
    "verbal": _l("Verbal warning"),
    "written": _l("Rectification notice"),
}
# A written notice that asks for nothing to be put right any more.
WRITTEN_WARNING = _l("Written warning")
STATES = {
    "draft": _l("Draft"),
    "issued": _l("Issued, to deliver"),
    "not_reached": _l("Nobody reached"),
    "refused": _l("Refused to sign"),
    "delivered": _l("Signed for"),
    "rectified": _l("Rectified"),
    "withdrawn": _l("Withdrawn"),
}
# Colour and icon of each state; never colour alone.
STATE_LOOKS = {
    "draft": ("due", "pen-line"),
    "issued": ("due", "send"),
    "not_reached": ("late", "circle-alert"),
    "refused": ("wrong", "ban"),
    "delivered": ("waiting", "check"),
    "rectified": ("done", "check"),
    "withdrawn": ("unknown", "x"),
}
OUTCOMES = {
    "signed": _l("Signed for"),
    "refused": _l("Refused to sign"),
    "not_reached": _l("Nobody reached"),
}
PENALTY_STATES = {
    "proposed": _l("Proposed"),
    "approved": _l("Approved"),
    "declined": _l("Declined"),
}
PENALTY_LOOKS = {
    "proposed": ("due", "clock"),
    "approved": ("done", "check"),
    "declined": ("unknown", "x"),
}
STEPS = {
    "delivery": _l("Delivery"),
    "reply": _l("Reply"),
    "appeal": _l("Appeal"),
    "withdrawal": _l("Withdrawal"),
}

# What the log says of each step; a delivery by its outcome.
STEP_LINES = {
    "signed": _l("Notice %(number)s signed for by %(who)s %(text)s"),
    "refused": _l("Notice %(number)s: the shop refused to sign %(text)s"),
    "not_reached": _l("Notice %(number)s: nobody reached %(text)s"),
    "reply": _l("Reply to notice %(number)s by %(who)s: %(text)s"),
    "appeal": _l("Appeal against notice %(number)s by %(who)s: %(text)s"),
    "withdrawal": _l("Notice %(number)s withdrawn: %(text)s"),
}
ISSUED = _l("%(title)s %(number)s to %(unit)s %(tenant)s: %(what)s")
PROPOSED = _l("Penalty proposed for %(unit)s: %(what)s")
APPROVED = _l("Penalty for %(unit)s approved %(text)s")
DECLINED = _l("Penalty for %(unit)s declined: %(text)s")


def title(level: str, rectify_by: object) -> str:
    """What a notice is called, on screen and on paper."""
    if level == "written" and rectify_by is None:
        return str(WRITTEN_WARNING)
    return str(LEVELS[level])


def summarise_issue(summary: Mapping[str, Any]) -> str:
    return str(ISSUED) % {
        "title": title(summary["level"], summary["rectify_by"]),
        "number": summary["number"],
        "unit": summary["unit"],
        "tenant": in_words(summary["tenant"]),
        "what": summary["what"],
    }


def summarise_step(summary: Mapping[str, Any]) -> str:
    line = STEP_LINES[summary["outcome"] or summary["step"]]
    words = {
        "number": summary["number"] or "?",
        "who": summary["who"] or "?",
        "text": summary["text"],
    }
    return (str(line) % words).strip()


def summarise_proposal(summary: Mapping[str, Any]) -> str:
    said = [
        money(summary["amount"], summary["currency"]),
        summary["clause"],
        summary["text"],
    ]
    what = " · ".join(word for word in said if word)
    return str(PROPOSED) % {"unit": summary["unit"] or "?", "what": what}


def summarise_decision(summary: Mapping[str, Any]) -> str:
    line = APPROVED if summary["verdict"] == "approved" else DECLINED
    words = {"unit": summary["unit"] or "?", "text": summary["text"]}
    return (str(line) % words).strip()


# -- Money --------------------------------------------------------------------------


def money(amount: int | None, currency: str | None) -> str:
    """An amount in minor units as the reader writes it; empty where there is none."""
    if amount is None or currency is None:
        return ""
    value = rules.major_units(amount, digits_of(currency))
    return cast(str, flask_babel.format_currency(value, currency))


def digits_of(currency: str) -> int:
    return get_currency_precision(currency)


def currency_of(time_zone: str, settings: Mapping[str, Any]) -> str:
    """What the mall is paid in: as set, else what is paid with in its time zone."""
    territory = get_global("zone_territories").get(time_zone)
    local = get_territory_currencies(territory) if territory else []
    return str(settings.get("currency") or next(iter(local), "USD"))


# -- The pages of entries: what it says, by name ------------------------------------

Facts = list[tuple[str, str]]


def issue_facts(body: Mapping[str, Any]) -> Facts:
    return _said(
        (_("Number"), body["number"]),
        (_("Unit"), body["unit"]),
        (_("Tenant"), in_words(body["tenant"])),
        (_("What was found"), body["what"]),
        (_("Clause"), body["clause"]),
        (_("Language"), LANGUAGE_NAMES[body["language"]]),
    )


def step_facts(body: Mapping[str, Any]) -> Facts:
    outcome = body.get("outcome")
    return _said(
        (_("Outcome"), str(OUTCOMES[outcome]) if outcome else ""),
        (_("Signed by"), body.get("signer_name", "")),
        (_("By whom"), body.get("by_whom", "")),
        (_("Reason"), body.get("reason", "")),
        (_("Text"), body.get("text", "") or body.get("note", "")),
    )


def proposal_facts(body: Mapping[str, Any]) -> Facts:
    return _said(
        (_("Unit"), body.get("unit") or ""),
        (_("Amount"), money(body.get("amount"), body.get("currency"))),
        (_("Clause"), body.get("clause", "")),
        (_("Reason"), body.get("text", "")),
    )


def decision_facts(body: Mapping[str, Any]) -> Facts:
    return _said(
        (_("Decision"), str(PENALTY_STATES[body["verdict"]])),
        (_("Reason"), body.get("text", "")),
    )


def _said(*facts: tuple[str, str]) -> Facts:
    return [(name, text) for name, text in facts if text]
