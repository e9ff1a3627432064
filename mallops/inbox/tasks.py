"""What the worker does by the clock: tell people what is due, send digests."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from time import monotonic

from flask import current_app

from mallops.config import Settings
from mallops.db import db, start_writing
from mallops.inbox import actions, queries
from mallops.inbox.digest import Part, compose
from mallops.inbox.post import Post, Unreachable, Unwanted
from mallops.inbox.rules import Telling
from mallops.people import queries as people
from mallops.people.models import User

log = logging.getLogger(__name__)
# A slow mail server must not keep the worker from ending; the rest is sent next time.
RUN_S = 20
AT_ONCE = 500  # rows written in one transaction, some milliseconds


# -- Telling


def escalate(now: datetime) -> int:
    """Tell people of all malls what is due. Commits.

    Everything is read first and written in small parts, so that phones never wait
    long for the write lock.
    """
    due = list(_due(now))
    told = 0
    for mall_id, tellings in due:
        for start in range(0, len(tellings), AT_ONCE):
            start_writing()
            told += actions.tell(mall_id, tellings[start : start + AT_ONCE], now)
            db.session.commit()
    db.session.rollback()
    if told:
        log.info("told people %s things", told)
    return told


def _due(now: datetime) -> Iterator[tuple[int, list[Telling]]]:
    """One mall's trouble must not keep the others from being told."""
    for mall in queries.malls():
        try:
            yield mall.id, actions.due_tellings(mall, now)
        except Exception:
            db.session.rollback()
            log.exception("cannot escalate in %s", mall.code)


# -- E-mail


def send_digests(now: datetime) -> int:
    """Send everybody one message with what they have not been sent yet. Commits.

    No transaction is open while the mail server takes its time. A message is marked
    as sent after the server took it: a crash between the two sends it again, later.
    """
    settings: Settings = current_app.config["SETTINGS"]
    if settings.smtp is None:
        return 0
    waiting, sent = queries.waiting_for_mail(now), 0
    db.session.rollback()
    go_on_until = monotonic() + RUN_S
    with Post(settings.smtp) as post:
        for user_id in waiting:
            try:
                sent += _send_digest(post, user_id, settings, now)
            except Unreachable as error:
                log.warning("the mail server is unreachable: %s", error)
                break  # the others keep their turn
            if monotonic() > go_on_until:
                break
    if sent:
        log.info("sent %s digests", sent)
    return sent


def _send_digest(post: Post, user_id: int, settings: Settings, now: datetime) -> bool:
    """Whether one was sent.

    Raises:
        Unreachable: the server takes nothing at the moment.
    """
    start_writing()
    is_ours = actions.claim_mailing(user_id, now)
    db.session.commit()
    if not is_ours:
        return False
    try:
        message, item_ids = _digest(user_id, settings, now)
        if message is not None:
            post.send(message)
    except Exception as error:
        _note_failed(user_id, error, now)
        if isinstance(error, Unreachable):
            raise
        return False
    start_writing()
    actions.note_mailed(user_id, item_ids, now)
    db.session.commit()
    return message is not None


def _note_failed(user_id: int, error: Exception, now: datetime) -> None:
    start_writing()
    ready_at = actions.note_failed(user_id, now)
    db.session.commit()
    unknown = not isinstance(error, Unreachable | Unwanted)
    log.warning(
        "no digest for user %s, next try at %s: %s",
        user_id,
        ready_at.strftime("%H:%M:%S"),
        error,
        exc_info=error if unknown else None,
    )


def _digest(
    user_id: int, settings: Settings, now: datetime
) -> tuple[EmailMessage | None, list[int]]:
    """The message for one person and the ids of its items; None: nothing to say."""
    person = db.session.get_one(User, user_id)
    parts = [part for part in _parts(person, now) if part.lines]
    item_ids = [line.item.id for part in parts for line in part.lines]
    message = None
    if parts and settings.smtp:
        origin = settings.origin or ""
        message = compose(person, parts, settings.smtp.sender, origin, now)
    db.session.rollback()
    return message, item_ids


def _parts(person: User, now: datetime) -> Iterator[Part]:
    """What of each mall where the person works; nothing they may not see any more."""
    for member in people.memberships_of(person, now):
        mall = people.mall_of(member)
        yield Part(mall, queries.unsent(mall, member, now))
