"""The words of the reader's language, found quickly: a page asks for hundreds."""

from __future__ import annotations

from babel import Locale
from babel.support import NullTranslations
from flask import Flask
from flask_babel import Babel, Domain, get_locale


class Catalogues(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """Keeps the catalogue of each language by itself.

    Flask-Babel's own way spells the language's name out for every word.
    """

    def __init__(self) -> None:
        super().__init__()
        self._by_locale: dict[Locale | None, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        found = self._by_locale.get(locale)
        if found is None:
            found = super().get_translations()
            if locale is not None:
                self._by_locale[locale] = found
        return found


def init_app(app: Flask, babel: Babel) -> None:
    """Once Babel knows the app."""
    babel.domain_instance = Catalogues()
    words = app.jinja_env.globals
    words["_"] = words["gettext"]  # Jinja's alias looks it up anew for every word
