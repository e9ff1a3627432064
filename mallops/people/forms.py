"""Forms of people: signing in, a new password, language and theme."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # stubs without SelectChoice
    EmailField,
    PasswordField,
    RadioField,
    SelectChoice,
    StringField,
)
from wtforms.validators import EqualTo, InputRequired, Length

LANGUAGE_CHOICES = [
    SelectChoice("en", "English"),
    SelectChoice("zh-Hans", "简体中文"),
    SelectChoice("zh-Hant", "繁體中文"),
]
THEME_CHOICES = [
    SelectChoice("auto", _l("Like the device")),
    SelectChoice("light", _l("Light")),
    SelectChoice("dark", _l("Dark")),
]
TYPED = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
# Generous: above any real name or password, below what would only make work.
LONGEST_TYPED = 1000


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    username = StringField(
        _l("User name"),
        [InputRequired(_l("Enter your user name.")), Length(max=LONGEST_TYPED)],
        render_kw={**TYPED, "autocomplete": "username"},
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST_TYPED)],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(FlaskForm):  # type: ignore[misc]
    current = PasswordField(
        _l("Current password"),
        [InputRequired(_l("Enter your current password.")), Length(max=LONGEST_TYPED)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("New password"),
        [InputRequired(_l("Enter a new password.")), Length(max=LONGEST_TYPED)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password again"),
        [EqualTo("new", _l("The two new passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )


class PreferencesForm(FlaskForm):  # type: ignore[misc]
    language = RadioField(_l("Language"), choices=LANGUAGE_CHOICES)
    theme = RadioField(_l("Appearance"), choices=THEME_CHOICES)


class EmailForm(FlaskForm):  # type: ignore[misc]
    email = EmailField(
        _l("E-mail address"),
        [Length(max=LONGEST_TYPED)],
        render_kw={**TYPED, "autocomplete": "email", "inputmode": "email"},
    )
