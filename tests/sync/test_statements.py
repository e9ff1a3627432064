"""How often a batch asks the database: as often for fifty entries as for one."""

from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from mallops.db import db
from tests.support.builders import make_plan

# Who asks (1), the contact (1), whose entries (3), the ledger (5), what they are judged
# by (3), a savepoint (2), what they say (3), where all stands (1).
MOST = 21


@contextmanager
def statements():
    """Those that are sent meanwhile."""
    sent = []

    def note(_connection, _cursor, statement, *_):
        sent.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def own(phone, make_user, mall):
    make_plan(mall)
    own = phone(make_user(mall))
    own.hand_in(own.inspection())  # the checklist is read once and kept
    return own


def sent_for(own, *entries):
    with statements() as sent:
        results = own.hand_in(*entries)
    assert {result["status"] for result in results} == {"accepted"}
    return [statement.split(" (")[0] for statement in sent]


def walked(own):
    return own.inspection(
        {"O01": {"value": "pass"}, "O18": {"value": "na", "note": "closed for works"}},
        body={"round": "opening.L1-A.20261121.0900"},
    )


def test_a_batch_of_inspections_takes_few_statements(own):
    sent = sent_for(own, *(walked(own) for _ in range(50)))
    assert len(sent) <= MOST, sent


@pytest.mark.parametrize("make", [walked, lambda own: own.note()], ids=["walk", "note"])
def test_fifty_entries_take_as_many_statements_as_one(own, make):
    assert sent_for(own, make(own)) == sent_for(own, *(make(own) for _ in range(50)))


def test_a_duplicate_writes_nothing_but_the_contact(own):
    sealed = [own.note(str(number)) for number in range(50)]
    own.hand_in(*sealed)
    with statements() as sent:
        results = own.hand_in(*sealed)
    assert {result["status"] for result in results} == {"duplicate"}
    written = [
        s.split()[1] for s in sent if s.startswith(("INSERT", "UPDATE", "DELETE"))
    ]
    assert written == ["installs"]


def test_batches_of_much_the_same_length_are_the_same_statements(own):
    """Drivers keep what they prepared: a hundred lengths would take 20 MB."""

    def texts(count):
        with statements() as sent:
            own.hand_in(*(own.note() for _ in range(count)))
        return sent

    assert texts(33) == texts(50)
    assert texts(33) != texts(32)
