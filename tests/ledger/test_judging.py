"""What can be said of entries before their turn to be stored is said before it."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa

from mallops.checklists.models import FailedAnswer
from mallops.db import db
from mallops.ledger.models import LogLine

FAILS = {"O01": {"value": "fail", "note": "The door does not close"}}


@pytest.fixture
def own(phone, make_user, mall):
    return phone(make_user(mall))


@contextmanager
def tables_asked():
    """The tables that statements name first, in the order they are sent."""
    asked = []

    def note(_connection, _cursor, statement, *_):
        words = statement.replace("INTO", "FROM").split()
        if words[0] == "UPDATE":
            asked.append(words[1])
        elif "FROM" in words:
            asked.append(words[words.index("FROM") + 1])

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(db.engine, "before_cursor_execute", note)


def meter_read(own):
    at = own.clock.now.isoformat()
    body = {"checklist": "vacant_unit", "place": "L1-001"}
    times = {"started_at": at, "finished_at": at}
    return own.inspection({"V04": {"value": 120}}, body=body | times)


def test_an_inspection_is_judged_before_its_turn_comes(own):
    with tables_asked() as asked:
        own.hand_in(own.inspection())
    queue = asked.index("ledger_heads")
    assert asked.index("users") < asked.index("checklist_versions") < queue
    assert "checklist_versions" not in asked[queue:]
    assert asked.index("entries", queue) > queue


def test_a_meter_is_judged_when_its_turn_has_come(own):
    """Whoever was before it in the queue may have read the same one."""
    with tables_asked() as asked:
        own.hand_in(meter_read(own))
    assert asked.index("meter_readings") > asked.index("ledger_heads")


def test_what_breaks_when_judged_early_is_judged_in_its_turn(app, own, monkeypatch):
    def break_down(mall, entries):
        raise LookupError("a mistake of ours")

    known = app.extensions["mallops.kinds"]
    key = ("inspection", 1)
    monkeypatch.setitem(known, key, replace(known[key], foresee=break_down))
    (result,) = own.hand_in(own.inspection(FAILS))
    assert result["status"] == "accepted"
    assert db.session.scalars(sa.select(FailedAnswer.item)).all() == ["O01"]


def test_of_two_with_one_id_each_is_judged_by_its_own_words(own):
    first = own.inspection(FAILS)
    second = own.inspection() | {"id": first["id"]}
    statuses = [result["status"] for result in own.hand_in(first, second)]
    assert statuses == ["accepted", "conflict"]
    line = db.session.scalars(sa.select(LogLine)).one()
    assert (line.problem, line.summary["failed"]) == (True, ["O01"])
