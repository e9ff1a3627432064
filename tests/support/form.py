"""One form of the product, and the fields a page has for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict

Fields = Mapping[str, object]


@dataclass(frozen=True)
class Form:
    """Who sends what; ``on``: the page it stands on, whose hidden fields go along.

    ``first``: forms that were sent before, and ``meanwhile`` what happened then.
    ``given``: what its address names, where that is not the usual object. ``fields``
    may be read from the form itself.
    """

    who: str = ""
    fields: Fields | Callable[["Controls"], Fields] = field(default_factory=dict)
    on: str = ""
    given: Mapping[str, object] = field(default_factory=dict)
    first: tuple[str, ...] = ()
    meanwhile: Callable[[], None] = lambda: None


class Controls(HTMLParser):
    """The fields of the form of a page that is sent to an address."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self.page, self._action, self._is_in = page, action, False
        self.hidden, self.names = MultiDict(), []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            action = (given.get("action") or "").partition("#")[0]
            self._is_in = action == self._action
        name = given.get("name")
        if not self._is_in or not name or name == "csrf_token":
            return
        if given.get("type") in {"hidden", "checkbox"} and "value" in given:
            self.hidden.add(name, given["value"])
        elif name not in self.names:
            self.names.append(name)

    def handle_endtag(self, tag):
        self._is_in = self._is_in and tag != "form"
