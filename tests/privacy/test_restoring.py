"""A backup older than an erasure does not bring back what was erased."""

from uuid import UUID, uuid4

from mallops.cli import migrate
from mallops.db import db
from mallops.ledger import storage
from mallops.ledger.models import Entry
from mallops.ledger.queries import first_break
from mallops.people.models import User
from mallops.places.queries import find_mall
from tests.support.builders import jpeg, sha256
from tests.support.phone import Phone

SECRET, NAME = "Wei slipped here", "Lin Xiaolan"


def test_what_was_erased_stays_erased_after_a_restore(
    own,
    mall,
    boss,
    make_user,
    run,
    back_up,
    restored,
    clock,
):
    lin = make_user(mall, username="lin")
    lin.name, lin_id, boss_id = NAME, lin.id, boss.id
    db.session.commit()
    photo = sha256(jpeg())
    own.put_photo(jpeg())
    before = own.seal({"text": SECRET, "photos": [photo]}, photos=[photo])
    named = own.note(f"Told {NAME}")
    own.hand_in(before, named)
    old = back_up()
    own.hand_in(after := own.note(SECRET))
    for sealed in (before, after):
        run("erase", sealed["id"], "--by", "boss", "--reason", "private", "--yes")
    run("person", "erase", "lin", "--by", "boss", "--yes")
    back_up()  # writes down beside the backups what was erased
    with restored(old) as server:
        assert SECRET in db.session.get_one(Entry, UUID(before["id"])).body
        db.session.rollback()
        said = server.test_cli_runner().invoke(migrate)
        assert "erased again after a restore: 3" in said.output, said.output
        db.session.expire_all()
        assert SECRET not in db.session.get_one(Entry, UUID(before["id"])).body
        assert NAME not in db.session.get_one(Entry, UUID(named["id"])).body
        assert db.session.get_one(User, lin_id).username == f"erased-{lin_id}"
        assert not list(storage.store().root.glob(f"*/*/{photo}*"))
        restored_mall = find_mall("demo")
        assert first_break(restored_mall.id) is None
        again = Phone(server, db.session.get_one(User, boss_id), clock)
        results = again.hand_in(before, after, named, again.note(str(uuid4())))
        told = [result["status"] for result in results]
        assert told == ["gone", "gone", "gone", "accepted"]
        db.session.rollback()
        said = server.test_cli_runner().invoke(migrate)
        assert "erased again" not in said.output, "once is enough"
