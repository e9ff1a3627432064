"""The product with slow batches: each goes on when a file is there; for tests only.

gunicorn tests.support.slow_wsgi:app

It waits before a batch is read; with SLOW_AT=commit when its entries are written down,
and not yet committed.
"""

import os
import time
from pathlib import Path

import sqlalchemy as sa
from flask import g, has_request_context

from mallops import create_app
from mallops.db import db
from mallops.sync import actions, rules

DATA = Path(os.environ["MALLOPS_DATA"])


def wait() -> None:
    (DATA / "begun").touch()
    while not (DATA / "go_on").exists():
        time.sleep(0.05)


def read_batch(data, _read_batch=rules.read_batch):
    wait()
    return _read_batch(data)


def take_in(attributed, _take_in=actions.take_in):
    results = _take_in(attributed)
    g.taken_in = True
    return results


def before_commit(_session) -> None:
    if has_request_context() and "taken_in" in g:
        wait()


if os.environ.get("SLOW_AT") == "commit":
    actions.take_in = take_in
    sa.event.listen(db.session, "before_commit", before_commit)
else:
    rules.read_batch = read_batch
app = create_app()
