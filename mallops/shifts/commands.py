"""``mallops shifts …``: the shifts of a mall that is in use already."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from mallops import web
from mallops.db import db, will_write
from mallops.errors import Refused
from mallops.places import files
from mallops.places.queries import find_mall
from mallops.places.rules import business_day
from mallops.shifts import actions

shifts = AppGroup("shifts", help="When the teams of a mall work.")


@shifts.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Let the shifts of the mall that FILE names be those in it, from today on.

    Nothing else in FILE is looked at. Days before today stay as they were.
    """
    will_write()
    try:
        about = files.read(file).about
        into = find_mall(about.code)
        if into is None:
            raise click.ClickException(f"there is no mall {about.code!r}")
        today = business_day(web.now(), into.time_zone, into.day_starts_at)
        actions.set_patterns(into.id, about.shifts, today)
    except files.BrokenFile as error:
        raise click.ClickException(str(error)) from None
    except Refused as refusal:
        raise click.ClickException(refusal.text) from refusal
    db.session.commit()
    click.echo(f"{about.code}: {len(about.shifts)} shifts")
