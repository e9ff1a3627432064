"""The form that marks a tenant to watch."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, InputRequired, Length

from mallops.closures.forms import DayField
from mallops.notices.forms import LINE, TOO_LONG, tidy


class WatchForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    unit = StringField(
        _l("Unit number"),
        [DataRequired(_l("Which unit?")), Length(max=LINE, message=TOO_LONG)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    reason = StringField(
        _l("Reason"),
        [
            DataRequired(_l("Say why the shifts shall watch this tenant.")),
            Length(max=LINE, message=TOO_LONG),
        ],
        filters=[tidy],
        render_kw={"dir": "auto", "autocomplete": "off"},
    )
    last_day = DayField(_l("Last day"), [InputRequired(_l("Until which day?"))])

    def said(self) -> dict[str, Any]:
        return {
            "unit_no": self.unit.data,
            "reason": self.reason.data,
            "last_day": self.last_day.data,
        }
