"""Batches that come at the same moment are stored together, by one thread.

Whoever writes to a mall keeps all others waiting until the commit is durable, and the
threads of a process hold each other up. So one of them works at a time and takes along
what has come in meanwhile: several batches share one wait for the lock, one set of
statements and one commit. What a second process does costs nobody here anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition
from time import monotonic
from typing import cast
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import ServiceUnavailable

from mallops.db import LOCK_SECONDS
from mallops.sync.actions import Delivery, Stored

MOST_TOGETHER = 200  # entries: more take memory and save little
Store = Callable[[Sequence[Delivery]], Sequence[Stored]]


def init_app(app: Flask) -> None:
    app.extensions["mallops.line"] = Line()


def hand_in(delivery: Delivery, store: Store) -> Stored:
    """What became of a delivery, once the commit that holds it is durable.

    Raises:
        ServiceUnavailable: its turn did not come in time; a phone comes again.
    """
    return cast(Line, current_app.extensions["mallops.line"]).hand_in(delivery, store)


@dataclass(eq=False)
class _Waiting:
    """A delivery whose thread waits for its answer, or works itself."""

    delivery: Delivery
    answer: Future[Stored] = field(default_factory=Future)


class Line:
    """The deliveries that wait in this process, in the order in which they came."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting: list[_Waiting] = []
        self._is_at_work = False

    def hand_in(self, delivery: Delivery, store: Store) -> Stored:
        mine = _Waiting(delivery)
        with self._changed:
            self._waiting.append(mine)
        while together := self._next(mine):
            try:
                _answer(together, store)
            finally:
                self._done()
        return mine.answer.result()

    def _next(self, mine: _Waiting) -> list[_Waiting]:
        """Those that this thread is to store now; none once its own has its answer."""
        give_up_at = monotonic() + LOCK_SECONDS
        with self._changed:
            while self._is_at_work and not mine.answer.done():
                left = give_up_at - monotonic()
                if left <= 0 and mine in self._waiting:
                    self._waiting.remove(mine)
                    raise ServiceUnavailable
                self._changed.wait(left if left > 0 else 1)
            if mine.answer.done():
                return []
            self._is_at_work = True
            together = _fitting(self._waiting)
            self._waiting = [one for one in self._waiting if one not in together]
            return together

    def _done(self) -> None:
        with self._changed:
            self._is_at_work = False
            self._changed.notify_all()


def _fitting(waiting: Sequence[_Waiting]) -> list[_Waiting]:
    """The first, and those that go with it: not too many, and no entry twice.

    Who sends an entry that somebody else sends too is told what became of it.
    """
    together: list[_Waiting] = []
    seen: set[UUID] = set()
    for one in waiting:
        ids = one.delivery.ids
        few = len(seen) + len(ids) <= MOST_TOGETHER
        if not together or (few and seen.isdisjoint(ids)):
            together.append(one)
            seen |= ids
    return together


def _answer(together: Sequence[_Waiting], store: Store) -> None:
    """Store them in one go; if our own code fails at it, one by one.

    So no batch is held up by what another one breaks.
    """
    try:
        stored = store([one.delivery for one in together])
    except Exception as error:
        if len(together) > 1 and not isinstance(error, OperationalError):
            for one in together:
                _answer([one], store)
            return
        for one in together:
            one.answer.set_exception(error)
    else:
        for one, its in zip(together, stored, strict=True):
            one.answer.set_result(its)
    finally:
        for one in together:
            if not one.answer.done():  # the thread itself was ended
                one.answer.set_exception(ServiceUnavailable())
