"""Commands: serve, worker, migrate, backup, restore, doctor, mall, user, …"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import FlaskGroup
from flask_migrate import upgrade
from gunicorn.app import wsgiapp as gunicorn

from mallops import config, create_app, worker
from mallops.backups.commands import backup, restore
from mallops.checklists.commands import checklists
from mallops.db import db, will_write
from mallops.demo import actions as demo_actions
from mallops.doors.commands import hours
from mallops.errors import Refused
from mallops.factors.commands import second_factor
from mallops.handovers.commands import assets
from mallops.ledger import photos
from mallops.ledger import queries as ledger
from mallops.ledger import rebuild as rebuilding
from mallops.ledger.verifying import Break
from mallops.operations import logs
from mallops.operations.commands import doctor
from mallops.people.commands import user
from mallops.places.commands import mall, places
from mallops.places.models import Mall
from mallops.privacy.commands import erase, erase_again, person, retention
from mallops.shifts.commands import shifts


@click.group(
    cls=FlaskGroup,
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
)
def main() -> None:
    """MallOps: what a mall's operations team carries while walking the floors."""


main.add_command(backup)
main.add_command(restore)
main.add_command(doctor)
main.add_command(mall)
main.add_command(places)
main.add_command(shifts)
main.add_command(hours)
main.add_command(assets)
main.add_command(user)
main.add_command(second_factor)
main.add_command(checklists)
main.add_command(retention)
main.add_command(erase)
main.add_command(person)


@main.command()
def migrate() -> None:
    """Bring the database to what this version expects; safe to run at every start."""
    upgrade()
    erase_again()


@main.command()
def demo() -> None:
    """Load the demo mall into an empty database."""
    _load_demo()


@main.command()
@click.option("--with-worker", is_flag=True, help="Start `mallops worker` beside it.")
def serve(with_worker: bool) -> None:
    """Migrate, load the demo into an empty database, and serve with gunicorn."""
    upgrade()
    erase_again()
    if not _load_demo_if_empty():
        _tell_demo_sign_ins()
    db.session.remove()
    db.engine.dispose()
    click.echo(f"MallOps is at http://127.0.0.1:{os.environ.get('PORT', '8000')}/")
    sys.stdout.flush()
    os.chdir(config.ROOT)
    server = os.getpid()
    if with_worker and os.fork() == 0:
        _work(parent=server)  # ends by itself when the server is gone
        sys.exit()
    # In this process: its workers inherit what is imported already, and start sooner.
    sys.argv = ["gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]
    gunicorn.run()


@main.command("worker")
def work() -> None:
    """Do what comes by the clock: escalate findings, send e-mail."""
    _work()


@main.command()
def verify() -> None:
    """Walk every mall's ledger; name the first broken entry and exit 1.

    And what features check besides: every signature against what it covers.
    """
    broken = False
    for code, mall_id in db.session.execute(sa.select(Mall.code, Mall.id)).all():
        faults = list(_faults(mall_id))
        for fault in faults:
            at = f"{fault.ledger_seq} ({fault.entry_id})"
            click.echo(f"{code}: broken at {at}: {fault.reason}")
        if not faults:
            click.echo(f"{code}: the ledger holds{_told_erased(mall_id)}")
        broken = broken or bool(faults)
    sys.exit(1 if broken else 0)


def _told_erased(mall_id: int) -> str:
    count = ledger.count_erased(mall_id)
    return f"; {count} entries were erased on purpose" if count else ""


def _faults(mall_id: int) -> Iterator[Break]:
    fault = ledger.first_break(mall_id)
    if fault:
        yield fault
    for check in current_app.extensions["mallops.checks"]:
        yield from check(mall_id)


@main.command()
def sweep() -> None:
    """Remove photo files that a crash left without an entry in the database."""
    click.echo(f"removed {photos.sweep(datetime.now(UTC))} files")


@main.command()
def rebuild() -> None:
    """Make all pages' data again from the ledger."""
    will_write()
    count = rebuilding.rebuild()
    db.session.commit()
    click.echo(f"applied {count} entries again")


def _work(parent: int | None = None) -> None:
    app = cast(Any, current_app)._get_current_object()
    logs.configure(app.config["SETTINGS"])
    worker.run(app, parent)


def _load_demo_if_empty() -> bool:
    try:
        _load_demo()
    except click.ClickException:
        return False
    return True


def _load_demo() -> None:
    will_write()
    given = os.environ.get("MALLOPS_DEMO_PASSWORD")
    password = given or secrets.token_urlsafe(9)
    try:
        demo_actions.load(db.session, datetime.now(UTC), password)
    except Refused as refusal:
        db.session.rollback()
        raise click.ClickException(refusal.text) from None
    db.session.commit()
    _tell_demo_sign_ins()
    shown = "the one in MALLOPS_DEMO_PASSWORD" if given else f"{password} (shown once)"
    click.echo(f"Their password: {shown}")


def _tell_demo_sign_ins() -> None:
    names = demo_actions.usernames(db.session)
    if names:
        click.echo(f"Demo sign-ins: {', '.join(names)}")


if __name__ == "__main__":
    main()
