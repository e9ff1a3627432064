"""The words of the reader's language, found quickly: a page asks for hundreds."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, g
from flask_babel import Babel, Domain, get_locale
from jinja2 import pass_context
from jinja2.runtime import Context

MOST_KEPT = 20_000  # far more than all templates say in all languages


class Catalogues(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """Keeps the catalogue of each language, and of a request its own, by itself.

    Flask-Babel's own way spells the language's name out for every word.
    """

    def __init__(self) -> None:
        super().__init__()
        self._by_locale: dict[Locale | None, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        """Kept where Flask-Babel forgets it whenever the language is changed."""
        context = g.get("_flask_babel")
        found = getattr(context, "babel_translations", None)
        if found is None:
            found = self._of_language()
            if context is not None:
                context.babel_translations = found
        return found

    def _of_language(self) -> NullTranslations:
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
    words: MutableMapping[str, Any] = app.jinja_env.globals
    words["gettext"] = _remembered(words["gettext"], babel.domain_instance)
    words["_"] = words["gettext"]  # Jinja's alias looks it up anew for every word


def _remembered(say: Callable[..., str], catalogues: Catalogues) -> Callable[..., str]:
    """Jinja's own way, gone once for words without variables.

    It marks the words as HTML and formats them, which takes longer than to find them.
    """
    known: dict[tuple[NullTranslations, bool, str], str] = {}

    @pass_context
    def gettext(context: Context, words: str, /, **variables: object) -> str:
        if variables:
            return say(context, words, **variables)
        is_html = bool(context.eval_ctx.autoescape)
        key = (catalogues.get_translations(), is_html, words)
        said = known.get(key)
        if said is None:
            if len(known) >= MOST_KEPT:
                known.clear()
            said = known[key] = say(context, words)
        return said

    return gettext
