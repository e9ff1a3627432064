"""Forms of cases: a warning or notice, a manager's note, taking a case out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # stubs without SelectChoice
    RadioField,
    SelectChoice,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length

from mallops.cases.words import CAUSES
from mallops.doors.words import EVENTS
from mallops.notices.forms import TEXT, TOO_LONG, IssueForm, ProposalForm

__all__ = ["DismissalForm", "NoteForm", "ProposalForm", "WarningForm"]


class WarningForm(IssueForm):
    """Its level is the step that was prepared."""

    level = None  # type: ignore[assignment]


class NoteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    note = TextAreaField(
        _l("What is done about it"),
        [
            DataRequired(_l("Say what is done about it.")),
            Length(max=TEXT, message=TOO_LONG),
        ],
        render_kw={"rows": 3, "dir": "auto"},
    )


class DismissalForm(FlaskForm):  # type: ignore[misc]
    event = RadioField(
        _l("What is taken out"),
        [InputRequired(_l("Choose what is taken out."))],
        choices=[SelectChoice(code, name) for code, name in EVENTS.items()],
    )
    cause = RadioField(
        _l("Why"),
        [InputRequired(_l("Choose why."))],
        choices=[SelectChoice(code, name) for code, name in CAUSES.items()],
    )
    reason = TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("Give a reason; it is kept with the case.")),
            Length(max=TEXT, message=TOO_LONG),
        ],
        render_kw={"rows": 2, "dir": "auto"},
    )
