"""One batch at a time in each process, so that two processes work side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import cast

from flask import Flask, current_app
from werkzeug.exceptions import ServiceUnavailable

from mallops.db import LOCK_SECONDS


def init_app(app: Flask) -> None:
    app.extensions["mallops.turn"] = Lock()


@contextmanager
def turn() -> Iterator[None]:
    """From the opening of a batch to its commit.

    Of the threads of a process one runs at a time: those that opened theirs meanwhile
    would hold up the one for which all others wait at the ledger. What a second process
    opens meanwhile costs nobody anything.

    Raises:
        ServiceUnavailable: it did not come in time; a phone comes again.
    """
    lock = cast(Lock, current_app.extensions["mallops.turn"])
    if not lock.acquire(timeout=LOCK_SECONDS):
        raise ServiceUnavailable
    try:
        yield
    finally:
        lock.release()
