"""``mallops verify`` names what was changed of what a signature covers."""

import json
from uuid import UUID

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.handovers import rules, verify
from mallops.ledger import chain, queries
from mallops.ledger.models import Entry, LedgerHead
from mallops.ledger.rebuild import rebuild


@pytest.fixture
def covered(going, own, clock):
    """The id of an entry that a signature covers."""
    own.hand_in(sealed := own.note("Lift 3 is noisy"), own.note("all quiet"))
    clock.move(hours=5)
    going.hand_in(going.sign())
    return UUID(sealed["id"])


def named(mall):
    return {(fault.entry_id, fault.reason.split(",")[0]) for fault in found(mall)}


def found(mall):
    return list(verify.faults(mall.id))


def rechained(mall):
    """What a clever forger does: every hash made again, to the head of the ledger."""
    previous = chain.GENESIS
    rows = sa.select(Entry).where(Entry.mall_id == mall.id).order_by(Entry.ledger_seq)
    for entry in db.session.scalars(rows):
        entry.sha256 = chain.body_hash(entry.body)
        columns = {name: getattr(entry, name) for name in chain.COVERED}
        entry.chain = previous = chain.link(previous, columns)
    db.session.get_one(LedgerHead, mall.id).chain = previous
    db.session.commit()


def test_an_untouched_ledger_holds(mall, covered):
    assert found(mall) == []
    assert queries.first_break(mall.id) is None


def test_a_covered_entry_that_was_altered_is_named(mall, covered):
    body = '{"text":"Lift 3 is quiet","place":null,"photos":[]}'
    db.session.get_one(Entry, covered).body = body
    db.session.commit()
    assert named(mall) == {(covered, "a covered entry was altered")}


def test_even_when_every_hash_was_made_again(mall, covered):
    body = '{"text":"Lift 3 is quiet","place":null,"photos":[]}'
    db.session.get_one(Entry, covered).body = body
    db.session.commit()
    rechained(mall)
    assert queries.first_break(mall.id) is None  # the chain alone does not tell
    assert named(mall) == {(covered, "a covered entry was altered")}


def test_a_snapshot_that_was_altered_is_named(mall, covered):
    signed = db.session.scalars(sa.select(Entry).filter_by(kind="handover_sign")).one()
    signed.body = signed.body.replace("Lift 3 is noisy", "Lift 3 is quiet")
    id_ = signed.id
    db.session.commit()
    rechained(mall)
    reason = "the snapshot of this handover is not what was signed"
    assert named(mall) == {(id_, reason)}


def test_a_signature_held_for_its_digest_claims_nothing(mall, going):
    going.hand_in(going.sign(digest="0" * 64))
    assert found(mall) == []


def test_the_command_names_it_and_fails(app, mall, covered):
    db.session.get_one(Entry, covered).body = '{"text":"x","place":null,"photos":[]}'
    db.session.commit()
    rechained(mall)
    result = app.test_cli_runner().invoke(args=["verify"])
    from mallops.cli import main

    result = app.test_cli_runner().invoke(main, ["verify"])
    assert result.exit_code == 1
    assert str(covered) in result.output


def test_what_can_be_no_entry_is_named_and_stops_nothing(mall, covered, own, going):
    """A ledger may hold such a signature from before it was held; see test_shown."""
    signed = db.session.scalars(sa.select(Entry).filter_by(kind="handover_sign")).one()
    body = json.loads(signed.body)
    body["snapshot"]["covered"].append("-" * 36 + " " + "0" * 64)
    signed.body = json.dumps(body | {"digest": rules.digest(body["snapshot"])})
    id_ = signed.id
    db.session.commit()
    rechained(mall)
    reason = "this handover says it covers what can be no entry"
    assert named(mall) == {(id_, reason)}
    rebuild()  # neither is it a stop there
