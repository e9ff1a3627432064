"""``mallops doctor``."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from mallops import web
from mallops.operations.doctor import examine


@click.command()
@with_appcontext
def doctor() -> None:
    """Look at settings and surroundings; exit 1 when something is bad.

    A setting that is refused has kept the command from starting, by name.
    """
    settings = current_app.config["SETTINGS"]
    migrate = current_app.extensions["migrate"].migrate
    bad = False
    for line in examine(settings, migrate, web.now()):
        bad |= line.state == "bad"
        click.echo(f"{line.state:<5} {line.name:<14} {line.text}")
    sys.exit(1 if bad else 0)
