"""``mallops second-factor …``: of which roles a mall asks for one."""

from __future__ import annotations

from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from mallops.db import db, will_write
from mallops.places import files
from mallops.places.models import Mall
from mallops.places.queries import find_mall

second_factor = AppGroup(
    "second-factor", help="Of which roles a mall asks for a second factor."
)


@second_factor.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Let the mall that FILE names ask for it as `settings.second_factor` says.

    FILE is what `mallops places load` takes; nothing else in it is looked at. Who is
    signed in now is asked at the next sign-in.
    """
    will_write()
    try:
        about = files.read(file).about
    except files.BrokenFile as error:
        raise click.ClickException(str(error)) from None
    mall = find_mall(about.code)
    if mall is None:
        raise click.ClickException(f"there is no mall {about.code!r}")
    mall.settings = {**mall.settings, "second_factor": about.settings.second_factor}
    db.session.commit()
    click.echo(_told(mall))


@second_factor.command()
def show() -> None:
    """Say of which roles each mall asks for it."""
    for mall in db.session.scalars(sa.select(Mall).order_by(Mall.code)):
        click.echo(_told(mall))


def _told(mall: Mall) -> str:
    roles = mall.settings.get("second_factor") or ["nobody"]
    return f"{mall.code}: asks for a second factor of {', '.join(roles)}"
