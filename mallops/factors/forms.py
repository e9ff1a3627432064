"""Forms of the second factor: a code; and one's password with a code."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from mallops.people.forms import LONGEST_TYPED

# Digits on one keyboard; phones offer what they have just received or copied.
DIGITS = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "autocapitalize": "none",
    "spellcheck": "false",
}


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    code = StringField(
        _l("Authentication code"),
        [InputRequired(_l("Enter the code.")), Length(max=LONGEST_TYPED)],
        render_kw=DIGITS,
    )


class PasswordAgainForm(FlaskForm):  # type: ignore[misc]
    """For who has no second factor yet."""

    password = PasswordField(
        _l("Current password"),
        [InputRequired(_l("Enter your current password.")), Length(max=LONGEST_TYPED)],
        render_kw={"autocomplete": "current-password"},
    )


class BothAgainForm(CodeForm, PasswordAgainForm):
    """For who has one: whoever found the browser open has neither."""
