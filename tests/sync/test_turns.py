"""Batches that come at the same moment are stored together, by one thread."""

import time
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from mallops.db import db
from mallops.ledger.models import Entry, Quarantined
from mallops.sync import actions, turns, views
from tests.support import builders
from tests.support.at_once import at_once
from tests.support.worker import until


@pytest.fixture
def phones(app, mall, make_user, phone, clock):
    """Four phones, each with a client of its own, as threads need it."""

    def with_client(user):
        own = phone(user)
        own.client = builders.sign_in(app.test_client(), user, clock.now)
        return own

    return [with_client(make_user(mall)) for _ in range(4)]


@pytest.fixture
def at_work(app, phones, monkeypatch):
    """How many batches each transaction held. While the first one is at work with one
    phone's batch all others come in."""
    line, store, together = app.extensions["mallops.line"], views._store, []

    def held(deliveries):
        together.append(len(deliveries))
        if together == [1]:
            until(lambda: len(line._waiting) == len(phones) - 1, "the others wait")
        return store(deliveries)

    monkeypatch.setattr(views, "_store", held)
    return together


def send_at_once(app, phones, *batches):
    """Each phone its batch in a thread of its own; the answers in order."""

    def sender(own, sealed):
        def send():
            with app.app_context():  # a thread has none
                return own.batch(*sealed)

        return send

    return at_once(*map(sender, phones, batches))


def statuses(answers):
    return [[r["status"] for r in answer.json["results"]] for answer in answers]


def numbers(answers):
    results = [result for answer in answers for result in answer.json["results"]]
    return [result["receipt"]["ledger_seq"] for result in results]


def test_what_comes_in_while_one_is_stored_is_stored_in_one_go(app, phones, at_work):
    sealed = [(own.note("before"), own.note("after")) for own in phones]
    answers = send_at_once(app, phones, *sealed)
    assert at_work == [1, 3]
    assert statuses(answers) == [["accepted", "accepted"]] * 4
    assert sorted(numbers(answers)) == list(range(1, 9))
    for answer, pair in zip(answers, sealed, strict=True):
        results = answer.json["results"]
        assert [r["id"] for r in results] == [entry["id"] for entry in pair]
        first, second = (r["receipt"]["ledger_seq"] for r in results)
        assert second == first + 1, "a phone's entries stay in their order"
    rows = db.session.execute(sa.select(Entry.id, Entry.recorded_by_id))
    assert len({author for _, author in rows}) == 4, "each has its own author"


def test_the_same_entry_from_two_phones_is_stored_once(app, phones, at_work):
    note = phones[0].note("sent by both, after one phone was restored from the other")
    answers = send_at_once(app, phones, (note,), (note,), (note,), (note,))
    assert at_work == [1, 1, 1, 1], "those that share an entry are not stored together"
    assert sorted(statuses(answers)) == [["accepted"], *[["duplicate"]] * 3]
    assert numbers(answers) == [1, 1, 1, 1]


def test_what_one_phone_sends_wrong_spoils_nothing_of_the_others(app, phones, at_work):
    broken = {**phones[1].note(), "sha256": "0" * 64}
    foreign = phones[2].note(mall="no-such-mall")
    answers = send_at_once(
        app,
        phones,
        (phones[0].note(),),
        (broken, phones[1].note()),
        (foreign,),
        (phones[3].note(),),
    )
    assert statuses(answers) == [
        ["accepted"],
        ["rejected", "accepted"],
        ["rejected"],
        ["accepted"],
    ]
    kept = db.session.scalars(sa.select(Quarantined.entry_id))
    assert set(kept) == {broken["id"], foreign["id"]}


def test_each_is_answered_in_the_language_of_its_phone(app, phones, at_work):
    for own, language in zip(phones, ["en", "zh-Hans", "zh-Hant", "en"], strict=True):
        own.client.set_cookie("mallops_language", language)
    broken = [({**own.note(), "sha256": "0" * 64},) for own in phones]
    answers = send_at_once(app, phones, *broken)
    texts = [answer.json["results"][0]["reason"]["text"] for answer in answers]
    assert texts[0] == texts[3]
    assert len(set(texts)) == 3


def test_if_our_own_code_fails_each_is_stored_alone(app, phones, at_work, monkeypatch):
    attribute = actions.attribute

    def breaks_at_a_word(deliveries):
        if any(b"breaks" in bytes(raw) for d in deliveries for raw in d.batch.entries):
            raise LookupError
        return attribute(deliveries)

    monkeypatch.setattr(actions, "attribute", breaks_at_a_word)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    words = ["fine", "this breaks", "fine", "fine"]
    sealed = [(own.note(text),) for own, text in zip(phones, words, strict=True)]
    answers = send_at_once(app, phones, *sealed)
    assert [answer.status_code for answer in answers] == [200, 500, 200, 200]
    assert sorted(numbers([answers[0], *answers[2:]])) == [1, 2, 3]


def test_when_the_database_is_unwell_all_are_asked_to_come_again(
    app, phones, at_work, monkeypatch
):
    tried = []

    def unwell(deliveries):
        tried.append(len(deliveries))
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    monkeypatch.setattr(actions, "attribute", unwell)
    answers = send_at_once(app, phones, *((own.note(),) for own in phones))
    assert [answer.status_code for answer in answers] == [503] * 4
    assert tried == [1, 3], "nothing is tried four times on a database that is locked"


def test_a_batch_whose_turn_does_not_come_is_asked_to_come_again(
    app, phones, monkeypatch
):
    monkeypatch.setattr(turns, "LOCK_SECONDS", 0.1)
    own, *_ = phones
    note, line = own.note(), app.extensions["mallops.line"]
    line._is_at_work = True
    answer = own.batch(note)
    assert (answer.status_code, answer.json) == (503, {"code": "busy"})
    assert int(answer.headers["Retry-After"]) > 0
    assert line._waiting == [], "it does not wait in the line any more"
    line._done()
    (result,) = own.hand_in(note)
    assert result["status"] == "accepted"


def test_who_is_being_stored_waits_for_the_answer_however_long(monkeypatch):
    monkeypatch.setattr(turns, "LOCK_SECONDS", 1)
    line, together = turns.Line(), []

    def store(deliveries):
        together.append(len(deliveries))
        if len(together) == 1:
            until(lambda: len(line._waiting) == 2, "the others wait")
        else:
            time.sleep(1.5)  # longer than anybody waits for a turn
        return [f"stored {delivery.ids}" for delivery in deliveries]

    def sender(number):
        return lambda: line.hand_in(SimpleNamespace(ids={number}), store)

    assert at_once(*map(sender, range(3))) == [f"stored {{{n}}}" for n in range(3)]
    assert together == [1, 2]


def test_no_more_are_stored_together_than_is_good_for_the_memory():
    line, together = turns.Line(), []

    def store(deliveries):
        if not together:
            until(lambda: len(line._waiting) == 3, "the others wait")
        together.append(sum(len(delivery.ids) for delivery in deliveries))
        return [None for _ in deliveries]

    def sender(number):
        ids = {(number, place) for place in range(turns.MOST_TOGETHER // 2)}
        return lambda: line.hand_in(SimpleNamespace(ids=ids), store)

    at_once(*map(sender, range(4)))
    most = turns.MOST_TOGETHER
    assert together == [most // 2, most, most // 2]


def test_a_batch_that_fails_gives_its_turn_back(app, phones, monkeypatch):
    monkeypatch.setattr(turns, "LOCK_SECONDS", 0.1)
    own, *_ = phones

    def broken(*_):
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(actions, "attribute", broken)
        with pytest.raises(MemoryError):
            own.batch(own.note())
    assert own.batch(own.note()).status_code == 200
