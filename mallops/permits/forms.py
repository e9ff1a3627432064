"""Forms of permits: adding and changing one, closing it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # stubs without SelectChoice
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from mallops.notices.forms import LINE, TEXT, TOO_LONG, MomentField, tidy
from mallops.permits.words import KINDS

A_LINE = Length(max=LINE, message=TOO_LONG)
MOMENT = "%Y-%m-%dT%H:%M"
SOME = _l("Write how many, from 1 to 9999.")


class CountField(IntegerField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(SOME)) from None


class PermitForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Of the moments it says what stands on the mall's clock."""

    kind = RadioField(
        _l("Kind"),
        [InputRequired(_l("Choose what it is."))],
        choices=[SelectChoice(code, name) for code, name in KINDS.items()],
    )
    title = StringField(
        _l("What it is about"),
        [DataRequired(_l("Say what it is about.")), A_LINE],
        filters=[tidy],
        render_kw={"dir": "auto", "autocomplete": "off"},
    )
    unit = StringField(
        _l("Unit number"),
        [A_LINE],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    place = SelectField(_l("Or the place"))
    starts_at = MomentField(
        _l("Begins"), [InputRequired(_l("From when?"))], format=MOMENT
    )
    ends_at = MomentField(_l("Ends"), [InputRequired(_l("Until when?"))], format=MOMENT)
    who = StringField(
        _l("Company or contact"),
        [A_LINE],
        render_kw={"dir": "auto", "autocomplete": "off"},
    )
    people = CountField(
        _l("Number of people"),
        [Optional(), NumberRange(1, 9999, SOME)],
        render_kw={"min": 1, "max": 9999},
    )
    note = TextAreaField(
        _l("Remarks"),
        [Length(max=TEXT, message=TOO_LONG)],
        render_kw={"rows": 2, "dir": "auto"},
    )

    def validate_place(self, place: SelectField) -> None:
        if place.data and tidy(self.unit.data):
            raise ValidationError(_("Choose a place or enter a unit, not both."))

    def said(self) -> dict[str, Any]:
        """What stands in it, but for where and when."""
        return {
            "kind": self.kind.data,
            "title": self.title.data,
            "who": tidy(self.who.data),
            "people": self.people.data,
            "note": tidy(self.note.data),
        }


class ClosureForm(FlaskForm):  # type: ignore[misc]
    outcome = RadioField(
        _l("What became of it"),
        [InputRequired(_l("Choose what became of it."))],
        choices=[
            SelectChoice("done", _l("Done, or goods checked off")),
            SelectChoice("cancelled", _l("It does not take place")),
        ],
    )
    reason = StringField(
        _l("Reason"), [A_LINE], render_kw={"dir": "auto", "autocomplete": "off"}
    )
