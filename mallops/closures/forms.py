"""Forms of closures: asking for one, deciding on it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # stubs without SelectChoice
    BooleanField,
    DateField,
    MultipleFileField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from mallops.notices.forms import LINE, TEXT, TOO_LONG, tidy

NO_DAY = _l("This is not a date.")
NO_TIME = _l("This is not a time.")


class DayField(DateField):
    """A day within what calendars can reckon with."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(NO_DAY)) from None
        if self.data and not 2000 <= self.data.year <= 2999:
            raise ValueError(str(NO_DAY))


class ClockField(TimeField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(NO_TIME)) from None


class RequestForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Asks for hours of one shop, or of all of them with ``whole_mall``."""

    unit = StringField(
        _l("Unit number"),
        [Length(max=LINE, message=TOO_LONG)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    whole_mall = BooleanField(_l("The whole mall"))
    first_day = DayField(_l("First day"), [InputRequired(_l("Which day?"))])
    last_day = DayField(_l("Last day"), [Optional()])
    what = RadioField(
        _l("What is asked for"),
        [InputRequired(_l("Choose: closed, or other hours."))],
        choices=[
            SelectChoice("closed", _l("Stays closed")),
            SelectChoice("hours", _l("Other hours")),
        ],
    )
    opens_at = ClockField(_l("Opens at"), [Optional()])
    closes_at = ClockField(_l("Closes at"), [Optional()])
    reason = TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("Say why the shop stays closed or keeps other hours.")),
            Length(max=TEXT, message=TOO_LONG),
        ],
        render_kw={"rows": 3, "dir": "auto"},
    )
    photos = MultipleFileField(
        _l("Photos, such as the tenant's letter"),
        render_kw={"accept": "image/jpeg,image/png,image/webp"},
    )

    def said(self) -> dict[str, Any]:
        """What was asked for, but for the unit and the photos."""
        closed = self.what.data == "closed"
        first = self.first_day.data
        return {
            "first_day": first,
            "last_day": self.last_day.data or first,
            "closed": closed,
            "opens_at": None if closed else self.opens_at.data,
            "closes_at": None if closed else self.closes_at.data,
            "reason": tidy(self.reason.data),
        }


class DecisionForm(FlaskForm):  # type: ignore[misc]
    verdict = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose: approve or refuse."))],
        choices=[
            SelectChoice("approved", _l("Approve")),
            SelectChoice("refused", _l("Refuse")),
        ],
    )
    reason = TextAreaField(
        _l("Reason"),
        [Length(max=TEXT, message=TOO_LONG)],
        render_kw={"rows": 2, "dir": "auto"},
    )


def unknown_unit() -> str:
    return str(_("There is no unit with this number here."))


def no_unit() -> str:
    return str(_("Say which unit, or tick “The whole mall”."))
