"""Each entry covers the one before it; the first that does not fit is named."""

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.ledger import chain
from mallops.ledger.models import Entry, LedgerHead, LogLine
from mallops.ledger.queries import first_break

SHANGHAI = timezone(timedelta(hours=8))
COLUMNS = {
    "ledger_seq": 7,
    "id": UUID(int=1),
    "kind": "note",
    "v": 1,
    "install_id": UUID(int=2),
    "install_seq": 3,
    "recorded_by_id": 4,
    "carried_by_id": 5,
    "recorded_at": datetime(2026, 11, 21, 10, tzinfo=SHANGHAI),
    "recorded_offset_minutes": 480,
    "sent_at": datetime(2026, 11, 21, 2, tzinfo=UTC),
    "received_at": datetime(2026, 11, 21, 2, tzinfo=UTC),
    "occurred_at": datetime(2026, 11, 21, 2, tzinfo=UTC),
    "business_day": date(2026, 11, 21),
    "sha256": "a" * 64,
    "photos": ["b" * 64],
    "flags": ["late"],
    "status": "accepted",
    "held_because": None,
}
OTHER = {
    "id": UUID(int=9),
    "kind": "door",
    "install_id": None,
    "recorded_at": datetime(2026, 11, 21, 10, 0, 1, tzinfo=SHANGHAI),
    "sent_at": datetime(2026, 11, 21, 3, tzinfo=UTC),
    "received_at": datetime(2026, 11, 21, 3, tzinfo=UTC),
    "occurred_at": datetime(2026, 11, 21, 3, tzinfo=UTC),
    "business_day": date(2026, 11, 20),
    "sha256": "c" * 64,
    "photos": [],
    "flags": [],
    "status": "held",
    "held_because": "role_lacks_right",
}


def test_the_chain_covers_every_column_but_itself_the_body_and_the_mall():
    """The body is covered by its hash; a mall's chain starts with the mall."""
    columns = {column.key for column in sa.inspect(Entry).columns}
    assert columns - set(chain.COVERED) == {"chain", "body", "mall_id"}
    assert set(COLUMNS) == set(chain.COVERED)


@pytest.mark.parametrize("name", chain.COVERED)
def test_a_change_of_one_column_changes_the_link(name):
    changed = {**COLUMNS, name: OTHER.get(name, 99)}
    assert chain.link(chain.GENESIS, changed) != chain.link(chain.GENESIS, COLUMNS)


def test_another_entry_before_changes_the_link():
    assert chain.link("1" * 64, COLUMNS) != chain.link(chain.GENESIS, COLUMNS)


def test_the_same_moment_in_another_zone_is_the_same_link():
    utc = {**COLUMNS, "recorded_at": COLUMNS["recorded_at"].astimezone(UTC)}
    assert chain.link(chain.GENESIS, utc) == chain.link(chain.GENESIS, COLUMNS)


def test_the_link_is_the_one_ledgers_out_there_were_made_with():
    """A change here would break every ledger that exists."""
    assert chain.link(chain.GENESIS, COLUMNS) == (
        "e870646da6cb40d5af2ed678e5a54f3098e1768c87df793e948f1e76c6550df5"
    )


def test_a_body_hashes_like_on_the_phone():
    assert chain.body_hash("灯 💡") == hashlib.sha256("灯 💡".encode()).hexdigest()


# -- On the database


@pytest.fixture
def stored(mall, make_user, phone):
    """A ledger of six notes; the ids in their order."""
    own = phone(make_user(mall))
    sealed = [own.note(f"note {number}") for number in range(6)]
    for some in (sealed[:2], sealed[2:5], sealed[5:]):
        own.hand_in(*some)
    return [UUID(entry["id"]) for entry in sealed]


def rows():
    query = sa.select(Entry.__table__).order_by(Entry.ledger_seq)
    return [dict(row) for row in db.session.execute(query).mappings()]


def rewrite(changed):
    """What somebody with the password of the database can do."""
    db.session.execute(sa.delete(LogLine))
    db.session.execute(sa.delete(Entry))
    db.session.execute(sa.insert(Entry.__table__), changed)
    db.session.commit()
    db.session.expire_all()


def test_a_ledger_nobody_touched_holds(stored, mall):
    assert first_break(mall.id) is None


def test_an_empty_ledger_holds(mall):
    assert first_break(mall.id) is None


ALTERATIONS = [
    'UPDATE entries SET body = \'{"text": "all well"}\' WHERE ledger_seq = 3',
    "UPDATE entries SET recorded_by_id = NULL WHERE ledger_seq = 3",
    "UPDATE entries SET business_day = '2026-11-19' WHERE ledger_seq = 3",
    "UPDATE entries SET flags = '[\"late\"]' WHERE ledger_seq = 3",
    "UPDATE entries SET status = 'held' WHERE ledger_seq = 3",
    "UPDATE entries SET install_seq = 99 WHERE ledger_seq = 3",
    "UPDATE entries SET kind = 'door' WHERE ledger_seq = 3",
    "UPDATE entries SET recorded_offset_minutes = 60 WHERE ledger_seq = 3",
]


@pytest.mark.parametrize("statement", ALTERATIONS, ids=lambda s: s.split()[3])
def test_an_altered_entry_is_named(stored, mall, statement):
    db.session.execute(sa.text(statement))
    db.session.commit()
    broken = first_break(mall.id)
    assert (broken.ledger_seq, broken.entry_id) == (3, stored[2])
    assert "altered" in broken.reason


def test_a_body_altered_together_with_its_hash_is_named(stored, mall):
    some = rows()
    some[2] |= {"body": "{}", "sha256": chain.body_hash("{}")}
    rewrite(some)
    assert first_break(mall.id).entry_id == stored[2]


def test_an_entry_altered_with_its_link_is_betrayed_by_the_next(stored, mall):
    some = rows()
    some[2] |= {"body": "{}", "sha256": chain.body_hash("{}")}
    some[2]["chain"] = chain.link(some[1]["chain"], some[2])
    rewrite(some)
    assert first_break(mall.id).entry_id == stored[3]


def test_a_deleted_entry_is_missed(stored, mall):
    some = rows()
    del some[2]
    rewrite(some)
    broken = first_break(mall.id)
    assert (broken.ledger_seq, broken.entry_id) == (3, stored[3])
    assert "missing" in broken.reason


def test_a_deleted_entry_with_the_rest_moved_up_is_missed(stored, mall):
    some = rows()
    del some[2]
    rewrite([{**row, "ledger_seq": seq} for seq, row in enumerate(some, start=1)])
    assert first_break(mall.id).entry_id == stored[3]


def test_an_inserted_entry_is_named(stored, mall):
    some = rows()
    invented = {**some[2], "id": uuid4(), "body": "{}"}
    some.insert(2, invented | {"sha256": chain.body_hash("{}")})
    rewrite([{**row, "ledger_seq": seq} for seq, row in enumerate(some, start=1)])
    assert first_break(mall.id).entry_id == invented["id"]


def test_two_entries_that_changed_places_are_named(stored, mall):
    some = rows()
    some[2]["ledger_seq"], some[3]["ledger_seq"] = 4, 3
    rewrite(some)
    broken = first_break(mall.id)
    assert (broken.ledger_seq, broken.entry_id) == (3, stored[3])


def test_a_cut_tail_is_missed(stored, mall):
    rewrite(rows()[:4])
    broken = first_break(mall.id)
    assert (broken.ledger_seq, broken.entry_id) == (5, None)
    assert "end" in broken.reason


def test_a_ledger_emptied_as_a_whole_is_missed(stored, mall):
    db.session.execute(sa.delete(LogLine))
    db.session.execute(sa.delete(Entry))
    db.session.commit()
    assert first_break(mall.id).ledger_seq == 1


@pytest.mark.parametrize("values", [{"ledger_seq": 5}, {"chain": "0" * 64}])
def test_a_head_that_was_turned_back_is_noticed(stored, mall, values):
    db.session.execute(sa.update(LedgerHead).values(**values))
    db.session.commit()
    assert first_break(mall.id) is not None


def test_a_lost_head_is_noticed(stored, mall):
    db.session.execute(sa.delete(LedgerHead))
    db.session.commit()
    assert first_break(mall.id) is not None


def test_one_malls_damage_is_not_anothers(stored, mall, make_mall, make_user, phone):
    other = make_mall(code="other")
    theirs = phone(make_user(other))
    theirs.hand_in(theirs.note("ours"))
    db.session.execute(sa.text(ALTERATIONS[0]))
    db.session.commit()
    assert first_break(mall.id) is not None
    assert first_break(other.id) is None


def test_the_command_names_the_entry_and_fails(stored, mall, app):
    from mallops.cli import verify

    assert "demo: the ledger holds" in app.test_cli_runner().invoke(verify).output
    db.session.execute(sa.text(ALTERATIONS[0]))
    db.session.commit()
    result = app.test_cli_runner().invoke(verify)
    assert result.exit_code == 1
    assert str(stored[2]) in result.output
