"""The product with kill points, for tests only.

    gunicorn tests.support.faulty_wsgi:app

A point strikes when a file of its name lies in the folder FAULTS; the file holds the
beginning of the path it waits for, and is used up. The process then dies at once, as
in a power cut. The product itself knows nothing of this.
"""

import os
import signal
from pathlib import Path

import sqlalchemy as sa
from flask import g, has_request_context, request

from mallops import create_app
from mallops.db import db
from mallops.floor import assets
from mallops.sync import actions

FAULTS = Path(os.environ["FAULTS"])


def strike(point: str) -> None:
    trap = FAULTS / point
    if not has_request_context() or not trap.exists():
        return
    if request.path.startswith(trap.read_text()):
        trap.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def replace(source, target, _replace=os.replace) -> None:
    strike("before_rename")
    _replace(source, target)
    strike("after_rename")


def at_commit(point: str):
    """A batch is committed after its entries were taken in, not when it is let in."""

    def struck(_session) -> None:
        if has_request_context() and "taken_in" in g:
            strike(point)

    return struck


def take_in(attributed, _take_in=actions.take_in):
    results = _take_in(attributed)
    g.taken_in = True
    return results


def with_kill_points(app):
    actions.take_in = take_in
    for point in ("before_commit", "after_commit"):
        sa.event.listen(db.session, point, at_commit(point))
    os.replace = replace
    return app


def as_another_build() -> None:
    """Name the build differently, as a deployment with one changed file would."""
    mark = ("build", os.environ.get("BUILD_MARK", ""))
    hashes = assets._hashes_outside()
    assets._hashes_outside = lambda: [*hashes, mark]


as_another_build()
app = with_kill_points(create_app())
