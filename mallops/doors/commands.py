"""``mallops hours load FILE``: holidays and seasons of a mall in use."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click
from flask.cli import AppGroup

from mallops import web
from mallops.db import db, will_write
from mallops.doors import holidays
from mallops.places import files
from mallops.places.queries import find_mall
from mallops.places.rules import business_day

hours = AppGroup("hours", help="Trading hours out of the usual, out of files.")


@hours.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Give the mall that FILE names its exceptions of hours, from tomorrow on.

    FILE is what `mallops places load` takes; only its exceptions are read. May be
    repeated at any time: today and the days before keep the hours they had.
    """
    will_write()
    try:
        given = files.read(file)
    except files.BrokenFile as error:
        raise click.ClickException(str(error)) from None
    mall = find_mall(given.about.code)
    if mall is None:
        code = given.about.code
        raise click.ClickException(f"there is no mall {code!r}: mallops mall add")
    today = business_day(web.now(), mall.time_zone, mall.day_starts_at)
    since = today + timedelta(days=1)
    count = holidays.load(mall, given, since)
    db.session.commit()
    click.echo(f"{mall.code}: {count} exceptions of hours from {since} on")
