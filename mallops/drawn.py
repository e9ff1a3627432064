"""Signs that macros drew, kept for all readers: a list has the same few in each row.

Calling a macro takes longer than all else in a row of a table.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup

from mallops import web

MOST_KEPT = 2_500  # of one macro, in one language
_kept: dict[tuple[str, ...], dict[tuple[Hashable, ...], str]] = {}


def init_app(app: Flask) -> None:
    app.jinja_env.globals["remembered"] = remembered


def remembered(name: str, macro: Callable[..., str]) -> Callable[..., str]:
    """The macro, drawn once for the same arguments and language.

    Only for one whose text depends on nothing else: no mall, no reader, no clock.
    ``name``: one for each macro of the product.
    """
    where = (name, str(get_locale()), web.icon_base())
    kept = _kept.setdefault(where, {})

    def draw(*given: Hashable) -> str:
        # By their types too: text that is marked as HTML equals the same plain text.
        key = (*given, *map(type, given))
        text = kept.get(key)
        if text is None:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            text = kept[key] = macro(*given)
        return text

    return draw


class Joined:
    """Pieces that macros drew, one after the other, as HTML.

    A template escapes each piece it is handed, drawn ones too, if only to see that
    nothing is left to do. For the thousands of a wall that is half of its time.
    """

    def __init__(self, pieces: Sequence[str]) -> None:
        """
        Raises:
            TypeError: one of them is plain text (the programmer's mistake).
        """
        if not {Markup}.issuperset(map(type, pieces)):
            raise TypeError("only what a macro drew can be joined")
        self._html = "".join(pieces)

    def __html__(self) -> str:
        return self._html
