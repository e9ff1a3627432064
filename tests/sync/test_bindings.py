"""Whose word a binding is: after a phone was lost, and after an id was given again."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.ledger.models import Entry
from mallops.people import phones
from mallops.people.models import Install, UserSession
from mallops.sync import bindings
from tests.support.builders import sign_in
from tests.support.phone import Phone


@pytest.fixture
def officer(make_user, mall):
    return make_user(mall)


@pytest.fixture
def own(phone, officer):
    return phone(officer)


@pytest.fixture
def lose(officer, clock):
    def lose(phone):
        phones.lose(db.session.get(Install, phone.install), officer, clock.now)
        db.session.commit()

    return lose


def stored():
    return db.session.scalars(sa.select(Entry).order_by(Entry.ledger_seq)).all()


# -- A lost phone


def test_a_lost_phone_is_signed_out_and_another_one_is_not(own, officer, phone, lose):
    another = phone(officer)
    lose(own)
    assert own.batch(own.note()).status_code == 401
    assert another.batch(another.note()).status_code == 200
    assert db.session.get(Install, own.install).user_id is None


def test_everybodys_session_on_a_lost_phone_ends(own, phone, make_user, mall, lose):
    colleague = phone(make_user(mall), install=own.install)
    lose(own)
    assert colleague.batch().status_code == 401


def test_a_session_that_never_said_its_phone_ends_with_it(own, officer, lose):
    agent = db.session.get(Install, own.install).user_agent
    unlinked = sa.update(UserSession).values(install_id=None, user_agent=agent)
    db.session.execute(unlinked)
    db.session.commit()
    lose(own)
    assert own.batch().status_code == 401


def test_what_a_lost_phone_still_holds_is_held_and_not_dropped(
    own, phone, make_user, mall, officer, lose
):
    sealed = own.note("from before"), own.note("or from a stranger")
    lose(own)
    results = phone(make_user(mall)).hand_in(*sealed)
    assert [result["status"] for result in results] == ["held", "held"]
    for entry in stored():
        assert entry.held_because == "phone_lost"
        assert (entry.recorded_by_id, entry.install_id) == (officer.id, own.install)


def test_what_came_before_the_loss_stays_accepted(own, phone, officer, lose):
    sealed = own.note()
    own.hand_in(sealed)
    lose(own)
    (result,) = phone(officer).hand_in(sealed)
    assert (result["status"], stored()[0].held_because) == ("duplicate", None)


def test_a_phone_that_was_found_is_trusted_after_signing_in_again(
    app, own, officer, clock, lose
):
    old = own.note("while it was away")
    for _ in range(2):
        lose(own)
        found = Phone(app, officer, clock, own.install)
        assert found.binding != own.binding
        found.seqs = own.seqs
        results = found.hand_in(old, found.note("found"))
        assert results[0]["status"] in {"held", "duplicate"}
        assert results[1]["status"] == "accepted"


def test_asking_again_gives_the_same_binding(own):
    for _ in range(2):
        again = own.get(f"/sync/session?install={own.install}").json["binding"]
        assert again == own.binding


# -- An id that was given again: the account was made after the backup


def test_work_of_an_account_that_is_no_more_is_not_the_new_ones(
    own, officer, phone, make_user, mall, clock
):
    sealed = own.note("by the one before")
    officer.created_at = clock.now + timedelta(milliseconds=1)
    db.session.commit()
    (result,) = phone(make_user(mall)).hand_in(sealed)
    assert result["status"] == "held"
    (entry,) = stored()
    assert (entry.recorded_by_id, entry.held_because) == (None, "unknown_author")


def unnamed(app, officer, install):
    """As it was issued before it said when the account was made."""
    return bindings.issue(app.config["SETTINGS"].secret_keys, officer.id, install)


def test_a_binding_of_before_stays_good(app, own, officer):
    note = own.note(binding=unnamed(app, officer, own.install))
    (result,) = own.hand_in(note)
    assert result["status"] == "accepted"
    assert stored()[0].recorded_by_id == officer.id


def test_a_binding_of_before_does_not_name_an_account_younger_than_the_work(
    app, own, officer, phone, make_user, mall, clock
):
    note = own.note(binding=unnamed(app, officer, own.install))
    officer.created_at = clock.now + timedelta(minutes=3)
    db.session.commit()
    (result,) = phone(make_user(mall)).hand_in(note)
    assert (result["status"], stored()[0].held_because) == ("held", "unknown_author")


def test_a_desk_session_names_no_phone(app, officer, clock):
    client = sign_in(app.test_client(), officer, clock.now)
    assert client.get("/me/").status_code == 200
    assert db.session.scalars(sa.select(UserSession.install_id)).all() == [None]
