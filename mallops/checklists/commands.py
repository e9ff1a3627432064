"""Commands for checklists: check files, publish them in a mall."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from mallops.checklists import actions, library
from mallops.checklists.definition import BrokenChecklist, Checklist
from mallops.db import db
from mallops.places import queries as places

checklists = AppGroup("checklists", help="Check checklist files and publish them.")


@checklists.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Say whether FILES (default: those shipped) could be published."""
    for checklist in _read(files):
        click.echo(f"{checklist.code}: {len(list(checklist.items()))} items")


@checklists.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--mall", "mall_code", required=True, help="the mall's code")
def publish(files: tuple[Path, ...], mall_code: str) -> None:
    """Publish FILES (default: those shipped) in a mall as new versions."""
    mall = places.find_mall(mall_code)
    if mall is None:
        raise click.ClickException(f"there is no mall {mall_code!r}")
    now = datetime.now(UTC)
    for checklist in _read(files):
        version = actions.publish(mall.id, checklist, now)
        click.echo(f"{checklist.code}: version {version.version}")
    db.session.commit()


def _read(files: tuple[Path, ...]) -> list[Checklist]:
    try:
        return [library.read_file(file) for file in files] or library.shipped()
    except BrokenChecklist as error:
        raise click.ClickException(str(error)) from None
