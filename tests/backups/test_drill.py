"""The drill: yesterday's backup, and the phones feed the missing day again (A66)."""

from dataclasses import dataclass, field
from itertools import count

import pytest
import sqlalchemy as sa

from mallops.cli import verify
from mallops.db import db
from mallops.ledger import storage
from mallops.ledger.models import Entry, LedgerHead, LogLine, Photo
from tests.support import builders
from tests.support.phone import Phone

_colours = count(1)


@dataclass
class Pocket:
    """A phone that keeps what it handed in, and feeds it again as the real one does."""

    phone: Phone
    entries: list = field(default_factory=list)
    photos: dict = field(default_factory=dict)
    waiting: list = field(default_factory=list)

    def record(self, text):
        """A note with a photo of its own, handed in at once."""
        photo = builders.jpeg((next(_colours) % 256, 80, 160))
        sha256 = builders.sha256(photo)
        self.photos[sha256] = photo
        body = {"text": text, "place": None, "photos": [sha256]}
        entry = self.phone.seal(body, photos=[sha256])
        self.entries.append(entry)
        self.waiting.append(entry)
        self.meet()
        return entry["id"]

    def meet(self):
        """What a phone does with a network: learn where the server stands, hand in."""
        phone = self.phone
        session = phone.get(f"/sync/session?install={phone.install}").json
        if session["epoch"] != phone.epoch:
            self.waiting, phone.epoch = list(self.entries), session["epoch"]
        have = {"protocol": "mallops-sync/1", "hashes": list(self.photos)}
        for sha256 in phone.post("/sync/photos/have", have).json["missing"]:
            assert phone.put_photo(self.photos[sha256]).status_code == 201
        results = phone.hand_in(*self.waiting) if self.waiting else []
        self.waiting = []
        return [result["status"] for result in results]

    def go_to(self, server, user):
        """The same phone and outbox, and another server behind the same address."""
        now = self.phone.clock.now
        self.phone.client = builders.sign_in(server.test_client(), user, now)


@pytest.fixture
def pocket(mall, make_user, phone):
    return Pocket(phone(make_user(mall, username="officer")))


def ledger():
    """Every entry but where and when it arrived."""
    columns = (
        Entry.id, Entry.kind, Entry.body, Entry.sha256, Entry.photos, Entry.flags,
        Entry.status, Entry.recorded_by_id, Entry.carried_by_id, Entry.recorded_at,
        Entry.occurred_at, Entry.business_day, Entry.install_id, Entry.install_seq,
    )  # fmt: skip
    rows = db.session.execute(sa.select(*columns).order_by(Entry.id)).all()
    lines = db.session.execute(
        sa.select(LogLine.entry_id, LogLine.summary).order_by(LogLine.entry_id)
    )
    return [tuple(row) for row in rows], [tuple(line) for line in lines]


def seqs():
    return db.session.scalars(sa.select(Entry.ledger_seq).order_by(Entry.ledger_seq))


def officer():
    from mallops.people.models import User

    return db.session.scalars(sa.select(User).filter_by(username="officer")).one()


def test_a_day_that_the_backup_lacks_comes_back_by_itself(
    app, back_up, restored, pocket, clock
):
    pocket.record("yesterday")
    made = back_up()
    clock.move(hours=8)
    for number in range(3):
        pocket.record(f"today {number}")
    before = ledger()
    with restored(made) as server:
        assert len(ledger()[0]) == 1
        pocket.go_to(server, officer())
        assert pocket.meet() == ["duplicate", "accepted", "accepted", "accepted"]
        assert ledger() == before
        assert list(seqs()) == [1, 2, 3, 4]
        for photo in db.session.scalars(sa.select(Photo)):
            assert storage.store().get(photo.mall_id, photo.sha256)
        assert "the ledger holds" in server.test_cli_runner().invoke(verify).output
        assert pocket.meet() == []


def test_what_is_in_the_backup_counts_as_backed_up_there(back_up, restored, pocket):
    pocket.record("before")
    made = back_up()
    pocket.record("after")
    with restored(made) as server:
        pocket.go_to(server, officer())
        pocket.meet()
        head = db.session.scalars(sa.select(LedgerHead)).one()
        assert (head.ledger_seq, head.backed_up_through) == (2, 1)


def test_an_old_cookie_and_an_old_binding_are_good_on_the_restored_server(
    app, back_up, restored, pocket
):
    """The signing key travels with the backup."""
    made = back_up()
    cookie = pocket.phone.client.get_cookie("mallops").value
    with restored(made) as server:
        pocket.phone.client = server.test_client()
        pocket.phone.client.set_cookie("mallops", cookie)
        assert pocket.record("with the old binding")
        assert db.session.scalars(sa.select(Entry.status)).all() == ["accepted"]
