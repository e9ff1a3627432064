"""The words of the reader's language, found quickly: a page asks for hundreds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, g
from flask_babel import Babel, Domain, get_domain, get_locale
from jinja2 import pass_context
from jinja2.runtime import Context

MOST_KEPT = 10_000  # far more than all templates say

Code = TypeVar("Code")


@dataclass(frozen=True, eq=False)
class Language:
    """The catalogue of a language, and what was put into words of it before."""

    catalogue: NullTranslations
    of_templates: dict[tuple[bool, str], str] = field(default_factory=dict)
    # With the table itself, so that no other one ever gets its id.
    of_tables: dict[int, tuple[Any, Any]] = field(default_factory=dict)


class Catalogues(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """Keeps each language, and the one of a request, by itself.

    Flask-Babel's own way spells the language's name out for every word.
    """

    def __init__(self) -> None:
        super().__init__()
        self._by_locale: dict[Locale | None, Language] = {}

    def get_translations(self) -> NullTranslations:
        return self.language().catalogue

    def language(self) -> Language:
        """Kept where Flask-Babel forgets it whenever another one is to be spoken."""
        context = g.get("_flask_babel")
        found: Language | None = getattr(context, "babel_translations", None)
        if found is None:
            found = self._of(get_locale())
            g._flask_babel.babel_translations = found
        return found

    def _of(self, locale: Locale | None) -> Language:
        if locale not in self._by_locale:
            self._by_locale[locale] = Language(super().get_translations())
        return self._by_locale[locale]


def init_app(app: Flask, babel: Babel) -> None:
    """Once Babel knows the app."""
    babel.domain_instance = Catalogues()
    words: MutableMapping[str, Any] = app.jinja_env.globals
    words["gettext"] = _remembered(words["gettext"])
    words["_"] = words["gettext"]  # Jinja's alias looks it up anew for every word


def _remembered(say: Callable[..., str]) -> Callable[..., str]:
    """Jinja's own way, gone once for words without variables.

    It marks the words as HTML and formats them, which takes longer than to find them.
    """

    @pass_context
    def gettext(context: Context, words: str, /, **variables: object) -> str:
        if variables:
            return say(context, words, **variables)
        known = _language().of_templates
        key = (bool(context.eval_ctx.autoescape), words)
        said = known.get(key)
        if said is None:
            if len(known) >= MOST_KEPT:
                known.clear()
            said = known[key] = say(context, words)
        return said

    return gettext


def spoken(table: Mapping[Code, object]) -> Mapping[Code, str]:
    """A table of words that a module keeps, in the language spoken now.

    Put into words once: each line of a long page asks for some of the same few.
    """
    known = _language().of_tables
    found: tuple[Any, Mapping[Code, str]] | None = known.get(id(table))
    if found is None:
        words = {code: str(word) for code, word in table.items()}
        found = known[id(table)] = table, words
    return found[1]


def _language() -> Language:
    """The one spoken now; asking the domain first would take twice as long."""
    context = g.get("_flask_babel")
    found: Language | None = getattr(context, "babel_translations", None)
    return found or get_domain().language()
