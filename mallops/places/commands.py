"""``mallops mall …`` and ``mallops places …``: setting up a mall from files."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from mallops import web
from mallops.db import db, will_write
from mallops.errors import Refused
from mallops.places import actions, files
from mallops.places.content import Content
from mallops.places.models import Mall
from mallops.places.queries import find_mall
from mallops.places.rules import business_day

mall = AppGroup("mall", help="Malls: add, list.")
places = AppGroup("places", help="Places, units, teams and plans out of files.")


@mall.command("add")
@click.argument("code")
@click.option("--name", required=True, help="The name as people read it.")
@click.option("--time-zone", required=True, help="As Asia/Shanghai, Europe/Berlin.")
@click.option(
    "--day-starts-at",
    type=click.DateTime(["%H:%M"]),
    default="05:00",
    show_default="05:00",
    help="When its business day starts, on its own clock.",
)
def add(code: str, name: str, time_zone: str, day_starts_at: datetime) -> None:
    """Add a mall with an empty ledger and the shipped checklists."""
    will_write()
    try:
        actions.open_mall(
            code,
            dict.fromkeys(("en", "zh-Hans", "zh-Hant"), name),
            web.now(),
            time_zone=time_zone,
            day_starts_at=time(day_starts_at.hour, day_starts_at.minute),
        )
    except Refused as refusal:
        raise click.ClickException(refusal.text) from refusal
    db.session.commit()
    click.echo(f"Added {code}. Next: mallops places load FILE")


@mall.command("list")
def list_() -> None:
    """Name every mall, its time zone and its name."""
    for found in db.session.scalars(sa.select(Mall).order_by(Mall.code)):
        click.echo(f"{found.code}\t{found.time_zone}\t{found.name['en']}")


@places.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Give the mall that FILE names its places, units, teams and plans.

    May be repeated until work is recorded in that mall.
    """
    will_write()
    try:
        given = files.read(file)
        into = find_mall(given.about.code)
        if into is None:
            code = given.about.code
            raise click.ClickException(f"there is no mall {code!r}: mallops mall add")
        today = business_day(web.now(), into.time_zone, into.day_starts_at)
        actions.load(into, given, today)
    except files.BrokenFile as error:
        raise click.ClickException(str(error)) from None
    except Refused as refusal:
        raise click.ClickException(refusal.text) from refusal
    db.session.commit()
    click.echo(_told(given))


def _told(given: Content) -> str:
    about = given.about
    told = (
        f"{about.code}: {len(about.floors)} floors, {len(about.zones)} zones, "
        f"{len(about.restrooms)} restrooms, {len(given.units)} units, "
        f"{len(about.plans)} plans, {len(about.shifts)} shifts"
    )
    left = "\nThe people in it were left out: mallops user add"
    return told + left if about.people else told
