"""Refusals: what the world, not the programmer, got wrong."""

from __future__ import annotations


class Refused(Exception):
    """Something that cannot be done, with a stable code and a text for people.

    ``code`` is snake_case and never changes; ``text`` is in the reader's language.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
