"""The one process that works by the clock: its jobs, how often, and a graceful end."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from mallops.backups import tasks as backups
from mallops.inbox import tasks as inbox
from mallops.operations import tasks as operations
from mallops.privacy import tasks as privacy
from mallops.web import now

log = logging.getLogger(__name__)
LOOK_FOR_PARENT_S = 2


@dataclass(frozen=True)
class Job:
    """A task and how often it is done. The task gets the time and commits itself."""

    name: str
    task: Callable[[datetime], object]
    seconds: int
    begins_after: int = 0  # seconds


# A further job is a further line. Two workers may run at once, so a task must be safe
# to do twice at the same moment, and to be cut off at any.
JOBS = (
    Job("escalate", inbox.escalate, seconds=30),
    # Soon after the other, so that what was just told is sent at once.
    Job("send_digests", inbox.send_digests, seconds=30, begins_after=3),
    Job("beat", operations.beat, seconds=30),
    # Looks whether one is due; a failed one is tried again then.
    Job("back_up", backups.back_up, seconds=600, begins_after=10),
    Job("end_terms", privacy.end_terms, seconds=86_400, begins_after=60),
)


def run(app: Flask, parent: int | None = None, jobs: Sequence[Job] = JOBS) -> None:
    """Do the jobs until told to stop, or until the parent process is gone.

    What is being done when the signal comes is finished first.
    """
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = _scheduler(app, jobs)
    scheduler.start()
    log.info(
        "worker started: %s", ", ".join(f"{j.name} every {j.seconds} s" for j in jobs)
    )
    while not stop.wait(LOOK_FOR_PARENT_S if parent else None):
        if os.getppid() != parent:
            log.info("the server is gone")
            break
    log.info("worker stops when what it does is done")
    scheduler.shutdown(wait=True)
    log.info("worker stopped")


def _scheduler(app: Flask, jobs: Sequence[Job]) -> BackgroundScheduler:
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(len(jobs))},
        # After a pause once is enough, and never the same job beside itself.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in jobs:
        scheduler.add_job(
            do,
            "interval",
            (app, job),
            seconds=job.seconds,
            next_run_time=datetime.now(UTC) + timedelta(seconds=job.begins_after),
            name=job.name,
        )
    return scheduler


def do(app: Flask, job: Job) -> None:
    """One job, once. What goes wrong is logged and tried again the next time."""
    with app.app_context():
        try:
            job.task(now())
        except Exception:
            log.exception("%s failed; next try in %s s", job.name, job.seconds)
