"""``mallops assets …``: what the shifts of a mall that is in use already count."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from mallops.db import db, will_write
from mallops.handovers.assets import set_assets
from mallops.places import files
from mallops.places.queries import find_mall

assets = AppGroup("assets", help="Keys, radios and the like that shifts hand over.")


@assets.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Let the assets of the mall that FILE names be those in it.

    Nothing else in FILE is looked at.
    """
    will_write()
    try:
        about = files.read(file).about
    except files.BrokenFile as error:
        raise click.ClickException(str(error)) from None
    into = find_mall(about.code)
    if into is None:
        raise click.ClickException(f"there is no mall {about.code!r}")
    set_assets(into.id, about.assets)
    db.session.commit()
    click.echo(f"{about.code}: {len(about.assets)} assets")
