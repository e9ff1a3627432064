"""A person gets all that is kept about them, and can have their name taken out."""

import io
import json
import zipfile
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.ledger import storage
from mallops.ledger.models import Entry
from mallops.people import tries
from mallops.people.models import (
    Install,
    Membership,
    SignInFailure,
    User,
    UserSession,
)
from mallops.people.rules import account_key, address_key
from mallops.privacy.persons import replacing
from mallops.watches import actions as watches
from tests.handovers.conftest import Hand
from tests.ledger.test_rebuild import rebuilt
from tests.support import builders
from tests.support.derived import derived

NAME, SIGN_IN = "林小兰", "lin.xiaolan"


@pytest.fixture
def lin(mall, make_user):
    user = make_user(mall, "supervisor", username=SIGN_IN)
    user.name, user.email = NAME, "lin.xiaolan@mall.example"
    db.session.commit()
    return user


@pytest.fixture
def recorded(mall, lin, own, phone, clock):
    """Lin on a shift, in a signed handover, in notes of hers and of others."""
    pattern = builders.make_pattern(mall)
    builders.make_duty(pattern, clock.now.date(), lin, clock.now, is_lead=True)
    hers = phone(lin)
    hers.get(f"/sync/session?install={hers.install}") if hasattr(hers, "get") else None
    data = builders.jpeg()
    hers.put_photo(data)
    sha256 = builders.sha256(data)
    note = hers.seal({"text": "Mine", "photos": [sha256]}, photos=[sha256])
    other = own.note(f"Told {NAME} of it")
    hers.hand_in(note)
    own.hand_in(other, own.note(f"{NAME} refused", sha256="0" * 64))
    soon = clock.now + timedelta(hours=1)
    builders.make_permit(mall, clock.now, soon, lin, who=f"Ask {NAME}")
    watched = {"unit_no": "L1-001", "reason": f"{NAME} saw boxes"}
    day = clock.now.date()
    watches.mark(mall, **watched, last_day=day, by_id=lin.id, now=clock.now)
    db.session.commit()
    hand = Hand(hers)
    hand.hand_in(hand.sign(hand.look()))
    return {"note": note, "other": other, "photo": sha256}


def dump():
    """Everything the database holds, and the names of all photo files."""
    found = []
    for table in db.metadata.sorted_tables:
        found += map(str, db.session.execute(sa.select(table)).all())
    found += [str(path) for path in storage.store().root.rglob("*")]
    return "\n".join(found)


def test_an_export_has_all_that_is_kept(lin, recorded, run, tmp_path):
    run("person", "export", SIGN_IN, "--to", tmp_path / "lin.zip")
    with zipfile.ZipFile(tmp_path / "lin.zip") as archive:
        data = json.loads(archive.read("data.json"))
        names = archive.namelist()
    assert f"photos/{recorded['photo']}.jpg" in names
    assert data["account"]["name"] == NAME
    kinds = [one["kind"] for one in data["entries"]]
    assert kinds == ["note", "handover_sign"]
    assert [one["id"] for one in data["named_in"]] == [recorded["other"]["id"]]
    elsewhere = {"memberships", "user_sessions", "shift_duties"}
    assert elsewhere | {"permits", "tenant_watches"} <= set(data["elsewhere"])
    text = json.dumps(data)
    assert lin.password_hash not in text
    assert "token_sha256" not in text


def test_an_erased_persons_name_is_found_nowhere(
    lin, recorded, run, boss, holds, mall, tmp_path
):
    lin_id = lin.id
    assert NAME in dump()
    told = run("person", "erase", SIGN_IN, "--by", "boss")
    assert "would" in told
    assert NAME in dump()
    told = run("person", "erase", SIGN_IN, "--by", "boss", "--yes")
    assert NAME not in told
    text = dump()
    assert NAME not in text
    assert json.dumps(NAME)[1:-1] not in text
    assert SIGN_IN not in text
    journal = (tmp_path / "erasures.jsonl").read_text()
    assert NAME not in journal
    assert holds()
    assert "demo: the ledger holds" in run("verify")
    note = db.session.get_one(Entry, UUID(recorded["note"]["id"]))
    assert note.recorded_by.name == f"Person {lin_id}"
    before = derived()
    rebuilt()
    assert derived() == before


def test_an_erased_person_is_out_at_once(lin, run, boss, signed_in):
    browser = signed_in(lin)
    assert browser.get("/me/").status_code == 200
    run("person", "erase", SIGN_IN, "--by", "boss", "--yes")
    assert browser.get("/me/").status_code == 302
    user = db.session.get_one(User, lin.id)
    assert (user.email, user.password_hash) == (None, "!")
    ended = db.session.scalars(sa.select(UserSession).filter_by(user_id=lin.id)).all()
    assert {one.address for one in ended} == {""}
    assert db.session.scalars(sa.select(Install).filter_by(user_id=lin.id)).all() == []


def test_a_phone_that_brings_back_the_name_is_answered_gone(
    lin, recorded, own, run, boss
):
    run("person", "erase", SIGN_IN, "--by", "boss", "--yes")
    (answer,) = own.hand_in(recorded["other"])
    assert answer["status"] == "gone"
    assert NAME not in dump()


def test_nobody_is_taken_for_a_namesake(lin, run, boss, mall, make_user):
    make_user(mall, username="another").name = NAME
    db.session.commit()
    assert "too" in run("person", "erase", SIGN_IN, "--by", "boss", "--yes", ends=1)
    assert NAME in dump()


def test_a_name_is_not_looked_for_within_other_words():
    replace = replacing("Ed", "Person 7")
    assert replace("Ed fixed it, needed ed.") == "Person 7 fixed it, needed Person 7."
    assert replacing("林小兰", "Person 7")("告诉林小兰了") == "告诉Person 7了"


def test_who_is_called_like_a_role_leaves_the_roles_as_they_are(
    lin, own, run, boss, mall
):
    lin.name = "Supervisor"
    db.session.commit()
    told = own.note("Told the supervisor of it")
    own.hand_in(told)
    run("person", "erase", SIGN_IN, "--by", "boss", "--yes")
    roles = db.session.scalars(sa.select(Membership.role).filter_by(user_id=lin.id))
    assert roles.all() == ["supervisor"]
    body = db.session.get_one(Entry, UUID(told["id"])).body
    assert json.loads(body)["text"] == f"Told the Person {lin.id} of it"


def test_the_zip_reads_whole(lin, recorded, run, tmp_path):
    run("person", "export", SIGN_IN, "--to", tmp_path / "lin.zip")
    data = io.BytesIO((tmp_path / "lin.zip").read_bytes())
    assert zipfile.ZipFile(data).testzip() is None


def test_the_back_offs_of_others_outlive_an_erasure(lin, run, boss, clock):
    (of_lin, there) = (account_key(SIGN_IN), account_key(SIGN_IN, "203.0.113.7"))
    others = {account_key("lin.xiaolan2"), address_key("203.0.113.7")}
    tries.take([of_lin, there, *others], clock.now)
    db.session.commit()
    run("person", "erase", SIGN_IN, "--by", "boss", "--yes")
    assert set(db.session.scalars(sa.select(SignInFailure.key))) == others
