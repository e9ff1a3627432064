"""One batch at a time in each process; another process does not wait for it."""

import pytest

from mallops.sync import actions, turns, views
from tests.support import builders
from tests.support.at_once import at_once


@pytest.fixture
def phones(app, mall, make_user, phone, clock):
    """Four phones, each with a client of its own, as threads need it."""

    def with_client(user):
        own = phone(user)
        own.client = builders.sign_in(app.test_client(), user, clock.now)
        return own

    return [with_client(make_user(mall)) for _ in range(4)]


def test_of_the_batches_of_a_process_one_is_worked_on_at_a_time(
    app, phones, monkeypatch
):
    open_up, inside, most = views.open_up, [], []

    def noted(entries, keys):
        inside.append(None)
        most.append(len(inside))
        return open_up(entries, keys)

    def take_in(attributed, _take_in=actions.take_in):
        results = _take_in(attributed)
        inside.pop()
        return results

    monkeypatch.setattr(views, "open_up", noted)
    monkeypatch.setattr(actions, "take_in", take_in)
    sealed = [own.note() for own in phones]

    def work(own, note):
        def send():
            with app.app_context():  # a thread has none
                return own.batch(note)

        return send

    answers = at_once(*map(work, phones, sealed))
    assert [answer.status_code for answer in answers] == [200] * len(phones)
    assert (max(most), len(most)) == (1, len(phones))


def test_a_batch_whose_turn_does_not_come_is_asked_to_come_again(
    app, phones, monkeypatch
):
    monkeypatch.setattr(turns, "LOCK_SECONDS", 0.1)
    own, *_ = phones
    note = own.note()
    with app.extensions["mallops.turn"]:
        answer = own.batch(note)
        assert (answer.status_code, answer.json) == (503, {"code": "busy"})
        assert int(answer.headers["Retry-After"]) > 0
    (result,) = own.hand_in(note)
    assert result["status"] == "accepted"


def test_a_batch_that_fails_gives_its_turn_back(app, phones, monkeypatch):
    monkeypatch.setattr(turns, "LOCK_SECONDS", 0.1)
    own, *_ = phones

    def broken(*_):
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(views, "open_up", broken)
        with pytest.raises(MemoryError):
            own.batch(own.note())
    assert own.batch(own.note()).status_code == 200
