"""Signs that macros drew, kept for all readers: a list has the same few in each row.

Calling a macro takes longer than all else in a row of a table.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from flask import Flask
from flask_babel import get_locale

from mallops import web

MOST_KEPT = 5_000
_kept: dict[tuple[Hashable, ...], str] = {}


def init_app(app: Flask) -> None:
    app.jinja_env.globals["remembered"] = remembered


def remembered(name: str, macro: Callable[..., str]) -> Callable[..., str]:
    """The macro, drawn once for the same arguments and language.

    Only for one whose text depends on nothing else: no mall, no reader, no clock.
    ``name``: one for each macro of the product.
    """
    where = (name, str(get_locale()), web.icon_base())

    def draw(*given: Hashable) -> str:
        # By their types too: text that is marked as HTML equals the same plain text.
        key = (*where, *given, *map(type, given))
        text = _kept.get(key)
        if text is None:
            if len(_kept) >= MOST_KEPT:
                _kept.clear()
            text = _kept[key] = macro(*given)
        return text

    return draw
