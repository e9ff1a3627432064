"""What the worker does once a day: end what has run out of its term."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from mallops.db import db, start_writing
from mallops.ledger import erasing, heads
from mallops.ledger.models import Tombstone
from mallops.people.models import Membership
from mallops.places.models import Mall
from mallops.privacy import actions, due, journal
from mallops.privacy.actions import Cause
from mallops.privacy.terms import Terms

log = logging.getLogger(__name__)
AT_ONCE = 100  # entries or photos in one transaction


def end_terms(now: datetime) -> Counter[str]:
    """End the terms of all malls. Commits in small parts.

    Two at once do no harm: what is due is looked at again at the ledger's head.
    """
    done: Counter[str] = Counter()
    for mall_id in db.session.scalars(sa.select(Mall.id)).all():
        try:
            done += end_terms_of(mall_id, now)
        except Exception:
            db.session.rollback()
            log.exception("cannot end the terms of mall %s", mall_id)
    journal.update()
    db.session.rollback()
    if done:
        log.info("erased what has run out of its term: %s", dict(done))
    return done


def terms_of(mall: Mall) -> tuple[Terms, int] | None:
    """A mall's terms, and on whose word; None: nothing is ever erased by term."""
    kept = mall.settings.get("retention")
    if not kept:
        return None
    return msgspec.convert(kept["terms"], Terms), kept["by"]


def end_terms_of(mall_id: int, now: datetime) -> Counter[str]:
    mall = db.session.get_one(Mall, mall_id)
    given = terms_of(mall)
    if given is None:
        return Counter()
    terms, by_id = given
    done: Counter[str] = Counter()
    for term, ids in list(due.entries(mall, terms, now)):
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            done[term] += _end(mall_id, term, some, [], by_id, now)
    hashes = due.photos(db.session.get_one(Mall, mall_id), terms, now)
    for start in range(0, len(hashes), AT_ONCE):
        some_photos = hashes[start : start + AT_ONCE]
        done["photos"] += _end(mall_id, "photos", [], some_photos, by_id, now)
    return done + _forget(mall_id, terms, now)


def _end(
    mall_id: int,
    term: str,
    ids: Sequence[UUID],
    photos: Sequence[str],
    by_id: int,
    now: datetime,
) -> int:
    """One part in one transaction; what another worker has done meanwhile is left."""
    start_writing()
    heads.locked(mall_id)
    mall = db.session.get_one(Mall, mall_id)
    erased = sa.select(Tombstone.entry_id).where(Tombstone.entry_id.in_(ids))
    left = [id_ for id_ in ids if id_ not in set(db.session.scalars(erased))]
    cause = Cause("term", f"term: {term}", by_id, now, {"term": term})
    gone = actions.erase(mall, left, photos, cause)
    db.session.commit()
    erasing.delete_files(mall_id, gone)
    return len(left) + len(photos)


def _forget(mall_id: int, terms: Terms, now: datetime) -> Counter[str]:
    start_writing()
    mall = db.session.get_one(Mall, mall_id)
    members = sa.select(Membership.user_id).where(Membership.mall_id == mall_id)
    users = db.session.scalars(members.distinct()).all()
    done = Counter(
        roster=actions.forget_roster(mall, terms, now),
        permits=actions.forget_permits(mall, terms, now),
        sign_ins=actions.forget_sign_ins(users, terms, now),
    )
    db.session.commit()
    return +done
