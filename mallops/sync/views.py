"""The sync protocol over HTTP (docs/sync.md). It never redirects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from flask import Blueprint, Response, abort, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from mallops.db import SAFE_METHODS, db, start_writing, will_write
from mallops.errors import Refused
from mallops.ledger import photos
from mallops.ledger import queries as ledger
from mallops.people import phones
from mallops.people import queries as people
from mallops.places.models import Mall
from mallops.sync import actions, rules
from mallops.sync.actions import Delivery, Stored
from mallops.sync.authors import keys
from mallops.sync.opening import open_up
from mallops.sync.turns import hand_in
from mallops.web import now

bp = Blueprint("sync", __name__)


@bp.before_request
def refuse_foreign_pages() -> ResponseReturnValue | None:
    """CSRF for the phone: same-origin by the browser's own word (docs/sync.md)."""
    if request.method in SAFE_METHODS:
        return None
    if not _is_same_origin() or request.headers.get("X-MallOps") != "1":
        return jsonify(code="foreign_origin"), 403
    return None


def _is_same_origin() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == request.host_url.rstrip("/")


@bp.errorhandler(OSError)
def disk_unwell(error: OSError) -> ResponseReturnValue:
    """The photo's disk is full or gone: nothing was stored."""
    db.session.rollback()
    return jsonify(code="no_room"), 507


@bp.get("/session")
def session() -> ResponseReturnValue:
    """Who is signed in here, the binding for this install, where the server stands."""
    try:
        install_id = UUID(request.args.get("install", ""))
    except ValueError:
        return jsonify(code="malformed"), 400
    membership = people.current_membership(current_user, now())
    if membership is None:
        return jsonify(code="no_mall"), 403
    mall = db.session.get_one(Mall, membership.mall_id)
    agent = request.headers.get("User-Agent", "")
    binding = actions.bind(current_user, install_id, agent, now())
    phones.use_session_on(install_id, g.user_session)
    if unsent := rules.read_unsent(request.args, now()):
        phones.note_unsent(install_id, unsent.highest_seq, unsent.waiting, unsent.since)
    answer = {
        "protocol": rules.PROTOCOL,
        "user": {
            "id": str(current_user.id),
            "name": current_user.name,
            "role": membership.role,
            "mall": mall.code,
        },
        "binding": binding,
        **_told(*ledger.standing(mall.id)),
    }
    db.session.commit()
    return jsonify(answer)


@bp.post("/photos/have")
def photos_have() -> ResponseReturnValue:
    """Which of these photos the caller's mall still lacks."""
    hashes = rules.read_hashes(_json())
    if hashes is None:
        return jsonify(code="malformed"), 400
    held = ledger.photos_held(_mall_id(), hashes)
    missing = [sha256 for sha256 in hashes if sha256 not in held]
    return jsonify(protocol=rules.PROTOCOL, missing=missing)


@bp.put("/photos/<sha256>")
def photo(sha256: str) -> ResponseReturnValue:
    """201 kept · 200 known · 422 not these bytes or no image · 413 too large."""
    request.max_content_length = photos.MAX_BYTES
    if request.mimetype != "image/jpeg":
        return jsonify(code="not_a_jpeg"), 415
    mall_id, user_id = _mall_id(), current_user.id
    db.session.rollback()  # do not read on while the photo arrives and is decoded
    try:
        data = request.get_data(cache=False)
        will_write()
        new = photos.keep(mall_id, sha256, data, user_id, now())
    except Refused as refusal:
        db.session.rollback()
        return jsonify(code=refusal.code, text=refusal.text), 422
    db.session.commit()
    return jsonify(protocol=rules.PROTOCOL, sha256=sha256), 201 if new else 200


@bp.post("/batch")
def batch() -> ResponseReturnValue:
    """Store entries, each on its own merits; answer once the commit is durable."""
    request.max_content_length = rules.MAX_BATCH_BYTES
    carrier_id, agent = current_user.id, request.headers.get("User-Agent", "")
    db.session.rollback()  # do not read on while the batch arrives and is opened
    given = rules.read_batch(_json())
    if given is None:
        return jsonify(code="malformed"), 400
    received_at = now()
    opened = open_up(given.entries, keys())
    delivery = actions.Delivery(given, opened, carrier_id, agent, received_at)
    stored = hand_in(delivery, _store)
    results = actions.results(stored)
    g.batch_statuses = Counter(result["status"] for result in results)  # for /metrics
    answer = {
        "protocol": rules.PROTOCOL,
        "nonce": given.nonce,
        **_told(*stored.standing),
        "results": results,
        "missing": stored.missing,
    }
    return _answer(answer)


def _store(deliveries: Sequence[Delivery]) -> list[Stored]:
    """In one transaction; the read part comes before the wait for the lock."""
    db.session.rollback()
    attributed = actions.attribute(deliveries)
    find_standing = cache(ledger.standing)
    standing = [find_standing(one.authors.home or 0) for one in deliveries]
    start_writing()
    for one in sorted(deliveries, key=lambda one: one.batch.install):
        phones.note_contact(
            one.batch.install, one.carrier_id, one.user_agent, one.received_at
        )
    said = actions.take_in(attributed)
    missing = [ledger.missing(one.batch.verify) for one in deliveries]
    db.session.commit()
    return [Stored(*its) for its in zip(said, missing, standing, strict=True)]


def _answer(content: dict[str, Any]) -> Response:
    # Flask's own way takes a few times as long for fifty results.
    return Response(msgspec.json.encode(content), mimetype="application/json")


def _told(epoch: str, backed_up_through: int) -> dict[str, object]:
    return {
        "epoch": epoch,
        "server_time": actions.instant(now()),
        "backed_up_through": backed_up_through,
    }


def _json() -> bytes:
    if request.mimetype != "application/json":
        abort(415)
    return request.get_data(cache=False)


def _mall_id() -> int:
    membership = people.current_membership(current_user, now())
    if membership is None:
        abort(403)
    return membership.mall_id
