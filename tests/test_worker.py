"""``mallops worker``, as a real process: it tells, it sends, it ends when asked."""

import asyncio
import logging
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from threading import Event

import pytest
import sqlalchemy as sa

from mallops import worker
from mallops.db import db
from mallops.inbox.models import InboxItem
from mallops.worker import Job
from tests.support.gunicorn import free_port, health
from tests.support.mail import MailServer
from tests.support.worker import Worker, until


@pytest.fixture
def clock():
    """The worker's own: today's."""

    class Today:
        @property
        def now(self):
            return datetime.now(UTC)

        def __call__(self):
            return self.now

    return Today()


@pytest.fixture
def finding(mall, make_user, phone, app):
    """A finding that endangers people, and a supervisor with an address."""
    supervisor = make_user(mall, "supervisor", username="supervisor")
    supervisor.email = "supervisor@mall.example"
    db.session.commit()
    own = phone(make_user(mall))
    body = {"place": "L1-A", "category": "other", "severity": "S1", "text": "Smoke"}
    entry = own.seal(body, kind="finding")
    assert own.hand_in(entry)[0]["status"] == "accepted"
    db.session.rollback()
    return entry["id"]


def env(settings, mail=None):
    given = {"DATABASE_URL": settings.database_url}
    if mail:
        given |= {"MALLOPS_SMTP": mail.url, "MALLOPS_MAIL_FROM": "m@mall.example"}
    return given


def items():
    db.session.rollback()
    found = db.session.scalars(sa.select(InboxItem)).all()
    db.session.rollback()
    return found


def test_it_tells_sends_and_ends_when_asked(settings, finding):
    with MailServer() as mail, Worker(settings.data, env(settings, mail)) as running:
        until(lambda: mail.received, "a message")
        until(lambda: items()[0].emailed_at, "the note that it was sent")
        assert running.stop() == 0
    assert [one.about for one in items()] == ["opened"]
    assert "Smoke" in mail.received[0].text
    for line in ("worker started: escalate every 30 s", "told people 1", "stopped"):
        assert line in running.log


def test_two_at_once_tell_and_send_once(settings, finding):
    with MailServer() as mail, ExitStack() as stack:
        two = [
            stack.enter_context(
                Worker(settings.data, env(settings, mail), name=f"worker{number}")
            )
            for number in range(2)
        ]
        until(lambda: mail.received, "a message")
        for one in two:
            one.wait_for_log("worker started")
            assert one.stop() == 0
    assert len(items()) == len(mail.received) == 1


def test_what_it_is_doing_is_finished_before_it_ends(settings, finding):
    asked, go_on = Event(), Event()

    class Slow(MailServer):
        async def handle_DATA(self, *given):
            asked.set()
            await asyncio.get_running_loop().run_in_executor(None, go_on.wait, 30)
            return await super().handle_DATA(*given)

    with Slow() as mail, Worker(settings.data, env(settings, mail)) as running:
        assert asked.wait(30)
        with ThreadPoolExecutor(1) as pool:
            ending = pool.submit(running.stop)
            running.wait_for_log("worker stops when")
            go_on.set()
            assert ending.result(60) == 0
    assert items()[0].emailed_at


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_beside_a_server_it_ends_with_it(settings, finding):
    port = free_port()
    given = {**env(settings), "PORT": str(port), "WEB_CONCURRENCY": "1"}
    command = ("serve", "--with-worker")
    with Worker(settings.data, given, *command) as running:
        until(lambda: health(port).startswith("200"), "the server")
        until(lambda: items(), "somebody to be told")
        running.process.send_signal(signal.SIGKILL)
        running.wait_for_log("the server is gone")
        running.wait_for_log("worker stopped")


# -- A job


def test_a_job_gets_the_time_and_a_context_of_its_own(app, clock):
    given = []
    worker.do(app, Job("note", given.append, 30))
    assert abs(given[0] - clock.now).seconds < 60


def test_a_job_that_fails_is_logged_and_tried_again(app, caplog):
    def fail(_now):
        raise ValueError("the moon is full")

    with caplog.at_level(logging.ERROR):
        worker.do(app, Job("howl", fail, 30))
    assert "howl failed; next try in 30 s" in caplog.text
    assert "the moon is full" in caplog.text


def test_every_job_has_a_name_of_its_own():
    names = [job.name for job in worker.JOBS]
    assert len(names) == len(set(names))
