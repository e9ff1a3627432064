"""Rows that go past SQLAlchemy to the driver are stored as SQLAlchemy stores them."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from mallops.db import db, insert_rows
from mallops.ledger.models import Entry, LogLine, Photo

SHANGHAI = timezone(timedelta(hours=8))
NASTY = "';-- \\ \" %s %(x)s {} é 扶手 💧 \n\t\u2028"


@pytest.fixture
def entry(mall, make_user, clock):
    """The columns of an entry, one of each type the product stores."""
    user = make_user(mall)
    return {
        "id": uuid4(),
        "mall_id": mall.id,
        "ledger_seq": 2**40,
        "kind": "note",
        "v": 1,
        "install_id": None,
        "install_seq": None,
        "recorded_by_id": user.id,
        "carried_by_id": user.id,
        "recorded_at": datetime(2026, 11, 21, 9, 58, 3, 120, tzinfo=SHANGHAI),
        "recorded_offset_minutes": 480,
        "sent_at": datetime(1999, 1, 2, tzinfo=UTC),
        "received_at": clock.now,
        "occurred_at": clock.now,
        "business_day": date(2026, 11, 21),
        "body": NASTY,
        "sha256": "a" * 64,
        "photos": [],
        "flags": ["late", NASTY, "\0"],
        "status": "accepted",
        "held_because": None,
        "chain": "b" * 64,
    }


def stored(table):
    """Its only row, by column."""
    return dict(db.session.execute(sa.select(*columns(table))).mappings().one())


def columns(table):
    return table.__table__.columns


def as_the_database_has_it(table):
    """Each value as text, whatever its type."""
    names = ", ".join(f'CAST("{column.name}" AS TEXT)' for column in columns(table))
    return db.session.execute(
        sa.text(f"SELECT {names} FROM {table.__tablename__}")
    ).all()


def test_what_is_read_is_what_was_written(entry):
    insert_rows(Entry, [entry])
    assert stored(Entry) == entry


def test_the_database_has_what_sqlalchemy_would_have_written(entry):
    insert_rows(Entry, [entry])
    ours = as_the_database_has_it(Entry)
    db.session.execute(sa.delete(Entry))
    db.session.execute(sa.insert(Entry.__table__), [entry])
    assert ours == as_the_database_has_it(Entry)


def test_json_holds_whatever_people_write(entry, mall):
    insert_rows(Entry, [entry])
    summary = {"text": NASTY + "\0", "failed": [], "failed_words": [{"en": NASTY}]}
    line = {
        "entry_id": entry["id"],
        "mall_id": mall.id,
        "business_day": entry["business_day"],
        "occurred_at": entry["occurred_at"],
        "ledger_seq": entry["ledger_seq"],
        "kind": "note",
        "state": "accepted",
        "problem": True,
        "summary": summary,
        "search": NASTY,
    }
    insert_rows(LogLine, [line])
    found = stored(LogLine)
    assert found["summary"] == summary
    assert (found["search"], found["problem"], found["unit_id"]) == (NASTY, True, None)


def test_many_rows_keep_their_order(entry):
    several = [{**entry, "id": UUID(int=n), "ledger_seq": 500 - n} for n in range(400)]
    insert_rows(Entry, several)
    query = sa.select(Entry.id, Entry.ledger_seq).order_by(Entry.ledger_seq)
    assert [row.id for row in db.session.execute(query)] == [
        row["id"] for row in reversed(several)
    ]


def test_no_rows_are_no_statement(app):
    insert_rows(Entry, [])


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([{"mall_id": 1, "sha256": "a"}, {"mall_id": 1}], ValueError),
        ([{"mall_id": 1, "sha256": "a"}, {"mall_id": 1, "width": 1}], KeyError),
        ([{"mall_id": 1, "colour": "a"}], KeyError),
    ],
    ids=["one fewer", "another", "one that is not there"],
)
def test_rows_of_unlike_columns_are_refused(app, rows, error):
    with pytest.raises(error):
        insert_rows(Photo, rows)


def test_a_moment_without_an_offset_is_refused(entry):
    naive = entry["received_at"].replace(tzinfo=None)
    with pytest.raises(ValueError, match="offset"):
        insert_rows(Entry, [{**entry, "received_at": naive}])
