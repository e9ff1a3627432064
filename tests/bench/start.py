"""``make run`` on a machine that has the libraries: how soon somebody can sign in."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from flask_migrate import upgrade

from mallops import create_app
from mallops.config import read_settings
from mallops.db import db
from mallops.demo import actions as demo
from tests.bench.figures import Figure, median, spread
from tests.support.gunicorn import CHECKOUT, OURS, free_port, health

AGAIN_S = 3.0
DEMO_S = 5.0
STARTS = 5
GIVE_UP_S = 120


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="mallops-bench-") as folder:
        first = _start(Path(folder))
        again = [_start(Path(folder)) for _ in range(STARTS)]
    yield Figure("first start, with the demo", first, "s")
    yield Figure("… the demo in it loaded, two malls", _demo(), "s", at_most=DEMO_S)
    note = spread(again)
    yield Figure("started again", median(again), "s", at_most=AGAIN_S, note=note)


def _demo() -> float:
    """Seconds until the demo is in a database that has its tables."""
    with tempfile.TemporaryDirectory(prefix="mallops-bench-") as folder:
        app = create_app(read_settings({"MALLOPS_DATA": folder}))
        with app.app_context():
            upgrade()
            began = time.perf_counter()
            demo.load(db.session, datetime.now(UTC), "a password for the bench")
            db.session.commit()
            took = time.perf_counter() - began
            db.session.remove()
            db.engine.dispose()
    return took


def _start(data: Path) -> float:
    """Seconds until it answers."""
    port = free_port()
    ours = (*OURS, "PYTHONDONTWRITEBYTECODE")
    env = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    env |= {"MALLOPS_DATA": str(data), "PORT": str(port)}
    began = time.perf_counter()
    running = subprocess.Popen(
        ["make", "run"],
        cwd=CHECKOUT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not health(port).startswith("200"):
            if time.perf_counter() - began > GIVE_UP_S or running.poll() is not None:
                raise RuntimeError("make run did not start")
            time.sleep(0.02)
        return time.perf_counter() - began
    finally:
        os.killpg(running.pid, signal.SIGTERM)
        running.wait()
