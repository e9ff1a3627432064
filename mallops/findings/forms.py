"""What is typed into the form of a step, read and kept for the case it is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from mallops.findings import details as extra
from mallops.findings import rules
from mallops.findings.queries import Receivers

MOST_TEXT = 8000
MOST_LINE = 200
LONG = frozenset({"people", "course", "wish", "outcome"})
PHOTOS = 4
# What the form of a step asks beside a text; what else is sent with it is not read.
ASKED = {
    "assign": frozenset({"to", "fix_by"}),
    "prioritise": frozenset({"severity", "fix_by"}),
    "wait": frozenset({"waiting_for"}),
}
# To whom a finding goes: "team:cleaning", "team:" (operations) or "person:12".
TEAM, PERSON = "team", "person"


@dataclass
class StepForm:
    """One step as it was typed; ``errors`` by field, in the reader's language."""

    step: str = ""
    shown: str | None = None  # the mark of the finding on the page that was typed on
    text: str = ""
    to: str = ""
    severity: str = ""
    waiting_for: str = ""
    fix_by: str = ""
    kept: list[str] = field(default_factory=list)  # photos that are on the server
    details: dict[str, Any] = field(default_factory=dict)
    was: dict[str, Any] = field(default_factory=dict)  # the details the page showed
    errors: dict[str, str] = field(default_factory=dict)
    refusal: str = ""  # why the step as a whole was not taken

    @property
    def is_report(self) -> bool:
        return self.step == "comment" and bool(self.details)


Form = MultiDict[str, str]


def read(form: Form, category: str) -> StepForm:
    """The form as typed; what cannot be meant is named in ``errors``."""
    step = form.get("step", "")

    def asked(name: str) -> str:
        return form.get(name, "").strip() if name in ASKED.get(step, ()) else ""

    typed = StepForm(
        step=step,
        shown=form.get("shown") or None,
        text=_text(form, "text"),
        to=asked("to"),
        severity=asked("severity"),
        waiting_for=asked("waiting_for"),
        fix_by=asked("fix_by"),
        kept=list(dict.fromkeys(form.getlist("kept")))[:PHOTOS],
    )
    if typed.step == "comment" and "report" in form:
        typed.details = _details(form, category)
        typed.was = _was(form.get("was", "{}"))
    typed.errors = _errors(typed)
    return typed


def _text(form: Form, name: str) -> str:
    return form.get(name, "").replace("\0", "").replace("\r\n", "\n").strip()


def _details(form: Form, category: str) -> dict[str, Any]:
    """The extra fields of a category; each as the body of a step names it."""
    return {name: _detail(form, name) for name in extra.ASKED.get(category, ())}


def _detail(form: Form, name: str) -> Any:
    if name == "told":
        both = zip(form.getlist("told_who"), form.getlist("told_at"), strict=False)
        tidy = [(who.strip()[:MOST_LINE], at.strip()[:MOST_LINE]) for who, at in both]
        return [{"who": who, "at": at} for who, at in tidy if who][:20]
    if name == "emergency_called":
        return {"yes": True, "no": False}.get(form.get(name, ""))
    return _text(form, name)


def _errors(typed: StepForm) -> dict[str, str]:
    found: dict[str, str] = {}
    if len(typed.text) > MOST_TEXT:
        found["text"] = _("Keep it within %(count)s characters.", count=MOST_TEXT)
    elif typed.step in rules.NEED_TEXT and not (typed.text or typed.is_report):
        found["text"] = _("Say why, in a few words.")
    for name, value in typed.details.items():
        most = MOST_TEXT if name in LONG else MOST_LINE
        if isinstance(value, str) and len(value) > most:
            found[name] = _("Keep it within %(count)s characters.", count=most)
    return {**found, **_choices_to_make(typed)}


def _choices_to_make(typed: StepForm) -> dict[str, str]:
    if typed.step == "assign" and not typed.to:
        return {"to": _("Choose a team or a person.")}
    if typed.step == "prioritise" and typed.severity not in rules.LIMITS:
        return {"severity": _("Choose a severity.")}
    if typed.step == "wait" and typed.waiting_for not in rules.WAITING_FOR:
        return {"waiting_for": _("Choose what it waits for.")}
    return {}


def body_of(typed: StepForm, receivers: Receivers, zone: str) -> dict[str, Any]:
    """The body of the step (bodies.UpdateBody); errors are added to the form's."""
    body: dict[str, Any] = {
        "step": typed.step,
        "text": typed.text,
        "photos": typed.kept,
        "severity": typed.severity,
        "waiting_for": typed.waiting_for,
        "details": _changed(typed, zone),
    }
    if typed.fix_by:
        body["fix_by"] = _moment(typed, "fix_by", typed.fix_by, zone)
    if typed.step == "assign" and typed.to:
        body |= _receiver(typed, receivers)
    return {name: value for name, value in body.items() if value}


def _receiver(typed: StepForm, receivers: Receivers) -> dict[str, Any]:
    """Where it goes; no team at all is operations."""
    kind, _colon, which = typed.to.partition(":")
    if kind == TEAM and which in {"", *receivers.teams}:
        return {"team": which}
    person = receivers.people.get(which) if kind == PERSON else None
    if person:
        return {"person": person.id, "team": person.team}
    typed.errors["to"] = _("There is no such team or person here.")
    return {}


def _changed(typed: StepForm, zone: str) -> dict[str, Any]:
    given = dict(typed.details)
    told_back = given.get("outcome_told_at")
    if told_back:
        given["outcome_told_at"] = _moment(typed, "outcome_told_at", told_back, zone)
    changed = extra.changes(typed.was, given)
    if typed.is_report and not changed:
        typed.errors["report"] = _("Nothing is new in it yet.")
    return changed


def _moment(typed: StepForm, name: str, text: str, zone: str) -> str | None:
    """A time on the mall's clock, as a browser sends it, with its offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        typed.errors[name] = _("“%(text)s” is not a time.", text=text[:30])
        return None
    local = moment.replace(tzinfo=ZoneInfo(zone)) if moment.tzinfo is None else moment
    return local.isoformat()


def _was(text: str) -> dict[str, Any]:
    """Out of a hidden field; nothing if it is not ours."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
