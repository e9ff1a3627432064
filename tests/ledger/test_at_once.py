"""Several servers on one ledger: no gap, no fork, nothing twice (A19, A64)."""

import pytest
import sqlalchemy as sa

from mallops import create_app
from mallops.db import db
from mallops.ledger.models import Entry
from mallops.ledger.queries import first_break
from tests.support import builders
from tests.support.at_once import at_once

SERVERS = 4


@pytest.fixture
def servers(settings, clock, app):
    """Apps of their own on one database, as processes behind a proxy are."""
    made = [create_app(settings, clock=clock, TESTING=True) for _ in range(SERVERS)]
    yield made
    for server in made:
        with server.app_context():
            db.engine.dispose()


@pytest.fixture
def phones(servers, mall, make_user, phone, clock):
    """A phone at each server."""

    def moved(server):
        user = make_user(mall)
        own = phone(user)
        own.client = builders.sign_in(server.test_client(), user, clock.now)
        return own

    return [moved(server) for server in servers]


def numbers():
    db.session.rollback()
    return db.session.scalars(
        sa.select(Entry.ledger_seq).order_by(Entry.ledger_seq)
    ).all()


def test_many_writers_leave_one_unbroken_chain(phones, mall):
    def shift(own):
        def work():
            return [r for _ in range(5) for r in persist(own, [own.note(), own.note()])]

        return work

    results = at_once(*(shift(own) for own in phones))
    assert {r["status"] for some in results for r in some} == {"accepted"}
    seqs = [r["receipt"]["ledger_seq"] for some in results for r in some]
    assert sorted(seqs) == numbers() == list(range(1, SERVERS * 10 + 1))
    assert first_break(mall.id) is None


def persist(own, sealed):
    """As a phone does: busy means to come again, nothing else is forgiven."""
    for _ in range(20):
        response = own.batch(*sealed)
        if response.status_code == 200:
            return response.json["results"]
        assert response.status_code == 503
    raise AssertionError("busy for ever")


def test_two_copies_of_one_entry_sent_together_are_stored_once(phones, mall):
    sealed = [phones[0].note(str(number)) for number in range(10)]
    tasks = [lambda own=own: persist(own, sealed) for own in phones]
    results = at_once(*tasks)
    for copies in zip(*results, strict=True):
        states = sorted(copy["status"] for copy in copies)
        assert states == ["accepted"] + ["duplicate"] * (SERVERS - 1)
        assert len({copy["receipt"]["ledger_seq"] for copy in copies}) == 1
    assert numbers() == list(range(1, 11))
    assert first_break(mall.id) is None


def test_one_id_with_two_bodies_sent_together_is_one_entry_and_a_conflict(phones, mall):
    first = phones[0].note("one")
    second = phones[1].note("two", id=first["id"])
    results = at_once(
        lambda: persist(phones[0], [first]), lambda: persist(phones[1], [second])
    )
    assert sorted(r["status"] for (r,) in results) == ["accepted", "conflict"]
    assert numbers() == [1]


def test_one_photo_sent_by_several_at_once_is_kept_once(phones):
    data = builders.jpeg(size=(300, 200))
    codes = at_once(
        *(lambda own=own: own.put_photo(data).status_code for own in phones)
    )
    assert sorted(codes) == [200] * (SERVERS - 1) + [201]


def test_writers_in_two_malls_do_not_mix(phones, mall, make_mall, make_user, phone):
    other = make_mall(code="other")
    malls = [mall.id, other.id]
    theirs = phone(make_user(other))
    theirs.client = builders.sign_in(
        phones[1].client.application.test_client(), make_user(other), theirs.clock.now
    )
    at_once(
        lambda: [persist(phones[0], [phones[0].note()]) for _ in range(5)],
        lambda: [persist(theirs, [theirs.note()]) for _ in range(5)],
    )
    assert numbers() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert [first_break(mall_id) for mall_id in malls] == [None, None]


def test_two_batches_with_two_malls_the_other_way_round_do_not_stop_each_other(
    phones, mall, make_mall, make_user, phone
):
    other = make_mall(code="other")
    theirs = phone(make_user(other))

    def relay(own, *, theirs_first):
        def work():
            for _ in range(5):
                both = [own.note(), theirs.note()]
                response = own.batch(*(reversed(both) if theirs_first else both))
                assert response.status_code == 200

        return work

    at_once(relay(phones[0], theirs_first=False), relay(phones[1], theirs_first=True))
    assert [first_break(mall_id) for mall_id in (mall.id, other.id)] == [None, None]
    assert len(numbers()) == 20
