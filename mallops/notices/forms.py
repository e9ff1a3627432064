"""Forms of notices: issue, delivery, reply, withdrawal; and of penalties."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # stubs without SelectChoice
    BooleanField,
    DateTimeLocalField,
    MultipleFileField,
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
    Optional,
    ValidationError,
)

from mallops.errors import Refused
from mallops.notices import rules
from mallops.notices.words import LANGUAGE_NAMES, LEVELS, OUTCOMES, digits_of

LINE, TEXT = 200, 4000
TOO_LONG = _l("Keep it within %(max)d characters.")


def tidy(text: str | None) -> str:
    """What was typed, without what no database keeps."""
    return (text or "").replace("\0", "").replace("\r\n", "\n").strip()


def _line() -> Length:
    return Length(max=LINE, message=TOO_LONG)


def _text() -> Length:
    return Length(max=TEXT, message=TOO_LONG)


class MomentField(DateTimeLocalField):
    """A time on the mall's clock, within what calendars can reckon with."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("This is not a date with a time.")) from None
        if self.data and not 2000 <= self.data.year <= 2999:
            raise ValueError(_("This is not a date with a time."))


class IssueForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    level = RadioField(
        _l("Kind"),
        [InputRequired(_l("Choose: a verbal warning or a written notice."))],
        choices=[SelectChoice(code, name) for code, name in LEVELS.items()],
    )
    what = TextAreaField(
        _l("What was found"),
        [DataRequired(_l("Say what was found.")), _text()],
        render_kw={"rows": 5, "dir": "auto"},
    )
    clause = StringField(
        _l("Clause of the lease or the house rules"),
        [_line()],
        render_kw={"dir": "auto"},
    )
    rectify_by = MomentField(
        _l("To be rectified by"),
        [Optional()],
        format="%Y-%m-%dT%H:%M",
    )
    language = SelectField(
        _l("Language of the notice"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGE_NAMES.items()],
    )


class DeliveryForm(FlaskForm):  # type: ignore[misc]
    outcome = RadioField(
        _l("Outcome"),
        [InputRequired(_l("Choose what became of it."))],
        choices=[SelectChoice(code, name) for code, name in OUTCOMES.items()],
    )
    signer_name = StringField(
        _l("Signed by"), [_line()], render_kw={"autocomplete": "off"}
    )
    note = TextAreaField(_l("Note"), [_text()], render_kw={"rows": 2, "dir": "auto"})
    photos = MultipleFileField(
        _l("Photo of the signed paper"),
        render_kw={"accept": "image/jpeg,image/png,image/webp"},
    )

    def validate_signer_name(self, name: StringField) -> None:
        if self.outcome.data == "signed" and not tidy(name.data):
            raise ValidationError(_("Who signed for it? Enter the name."))

    def said(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome.data,
            "signer_name": tidy(self.signer_name.data),
            "note": tidy(self.note.data),
        }


class ReplyForm(FlaskForm):  # type: ignore[misc]
    reply = TextAreaField(
        _l("What the tenant says"),
        [DataRequired(_l("Say what the tenant says.")), _text()],
        render_kw={"rows": 3, "dir": "auto"},
    )
    by_whom = StringField(_l("By whom"), [_line()], render_kw={"autocomplete": "off"})
    appeal = BooleanField(_l("It is an appeal against the notice"))

    def said(self) -> dict[str, Any]:
        return {
            "text": tidy(self.reply.data),
            "by_whom": tidy(self.by_whom.data),
            "appeal": bool(self.appeal.data),
        }


class WithdrawalForm(FlaskForm):  # type: ignore[misc]
    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Give a reason; it is kept with the notice.")), _text()],
        render_kw={"rows": 2, "dir": "auto"},
    )

    def said(self) -> str:
        return tidy(self.reason.data)


class ProposalForm(FlaskForm):  # type: ignore[misc]
    """``unit`` is asked for only where the penalty is not for a notice."""

    unit = StringField(
        _l("Unit number"),
        [_line()],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    penalty_clause = StringField(
        _l("Clause of the lease"), [_line()], render_kw={"dir": "auto"}
    )
    amount = StringField(_l("Amount"), [_line()], render_kw={"inputmode": "decimal"})
    penalty_text = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say what the penalty is for.")), _text()],
        render_kw={"rows": 3, "dir": "auto"},
    )

    def said(self, currency: str) -> dict[str, Any]:
        """What was typed, the amount in minor units.

        Raises:
            Refused("bad_amount"): what stands as the amount is none.
        """
        typed = tidy(self.amount.data)
        amount = _minor_units(typed, currency) if typed else None
        return {
            "clause": tidy(self.penalty_clause.data),
            "text": tidy(self.penalty_text.data),
            "amount": amount,
            "currency": currency if amount else None,
        }


class DecisionForm(FlaskForm):  # type: ignore[misc]
    verdict = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose: approve or decline."))],
        choices=[
            SelectChoice("approved", _l("Approve")),
            SelectChoice("declined", _l("Decline")),
        ],
    )
    reason = TextAreaField(
        _l("Reason"), [_text()], render_kw={"rows": 2, "dir": "auto"}
    )


def _minor_units(typed: str, currency: str) -> int:
    try:
        return rules.minor_units(typed, digits_of(currency))
    except ValueError:
        wrong = _("Write the amount in figures, such as 500 or 499.50.")
        raise Refused("bad_amount", wrong) from None
