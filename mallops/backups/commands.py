"""``mallops backup`` and ``mallops restore``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from mallops import web
from mallops.backups import actions, manifest, restoring, switching
from mallops.backups.actions import Made
from mallops.backups.manifest import Manifest
from mallops.backups.switching import Plan
from mallops.config import Settings, read_settings
from mallops.db import db, start_writing
from mallops.errors import Refused
from mallops.privacy import journal


@click.command()
@click.option(
    "--to",
    "into",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of backups; else the one in MALLOPS_BACKUPS.",
)
@click.option("--keep", type=click.IntRange(1), help="How many stay there.")
@with_appcontext
def backup(into: Path | None, keep: int | None) -> None:
    """Copy database, photos and key while the server runs, and read the copy back."""
    settings: Settings = current_app.config["SETTINGS"]
    into = into or settings.backups
    if into is None:
        raise click.UsageError("say where: --to FOLDER, or set MALLOPS_BACKUPS")
    now = web.now()
    try:
        made = actions.make(
            settings, into.resolve(), now, keep or settings.backups_keep
        )
    except Refused as refusal:
        raise click.ClickException(f"no backup was made: {refusal.text}") from refusal
    journal.merge(into.resolve(), journal.read(settings.data))
    start_writing()
    published = actions.publish(made, now)
    db.session.commit()
    _tell(made, settings)
    if not published:
        _tell_unpublished(made)


def _tell(made: Made, settings: Settings) -> None:
    written = made.manifest
    entries = sum(head.ledger_seq for head in written.malls.values())
    photos = written.photos
    click.echo(f"backup made and read back: {made.path}")
    click.echo(f"  {entries} entries of {len(written.malls)} malls, every chain holds")
    click.echo(f"  {photos.count} photos, {photos.new} of them new")
    if settings.keys_given:
        click.echo("  not in it: the keys in MALLOPS_SECRET_KEYS; keep them elsewhere")
    for name in made.pruned:
        click.echo(f"  removed an old one: {name}")


def _tell_unpublished(made: Made) -> None:
    lost = made.manifest.photos.lost
    if not lost:
        raise click.ClickException("the database was restored meanwhile: back up again")
    click.echo(f"{len(lost)} photos are lost or damaged on the server:", err=True)
    for sha256 in lost:
        click.echo(f"  {sha256}", err=True)
    raise click.ClickException("phones were not told that all is backed up")


@click.command()
@click.argument(
    "backup", required=False, type=click.Path(file_okay=False, path_type=Path)
)
@click.option("--replace", is_flag=True, help="Move aside what is there.")
@click.option(
    "--database-restored", is_flag=True, help="PostgreSQL: pg_restore was run before."
)
def restore(backup: Path | None, replace: bool, database_restored: bool) -> None:
    """Put a backup in place of the data; without BACKUP, finish one that was cut off.

    Stop the server and the worker before.
    """
    settings = read_settings(while_restoring=True)
    now = datetime.now(UTC)
    try:
        plan = switching.find(settings.data)
        if plan:
            click.echo(f"a restore of {plan.backup} was cut off; finishing it")
            restoring.finish(settings, plan, now)
        elif backup is None:
            raise click.UsageError("no restore was cut off here; name a backup")
        else:
            plan = restoring.restore(
                settings,
                backup,
                now,
                replace=replace,
                database_restored=database_restored,
            )
        journal.merge(settings.data, journal.read(Path(plan.backup).parent))
        _tell_restored(plan, manifest.read(Path(plan.backup)))
    except Refused as refusal:
        raise click.ClickException(refusal.text) from refusal


def _tell_restored(plan: Plan, written: Manifest) -> None:
    click.echo(f"restored {plan.backup}, of {written.made_at:%Y-%m-%d %H:%M} UTC")
    if Path(plan.aside).exists():
        click.echo(f"  what was there before lies in {plan.aside}")
    _tell_of_keys(written)
    click.echo("Next:")
    for step in (
        "mallops migrate; it also erases again what was erased since that backup",
        "mallops verify",
        "start the server and the worker",
        "phones hand in again what they still keep, as soon as they have a network;"
        " what was entered at a desk since then is to be entered again",
        "accounts are as they were then: disable again whom you disabled since",
        "mallops backup",
    ):
        click.echo(f"  - {step}")


def _tell_of_keys(written: Manifest) -> None:
    keys = read_settings().secret_keys
    if set(manifest.fingerprints(keys)) & set(written.keys):
        return
    click.echo(
        "  warning: the signing keys are not those of the backup; everybody signs in"
        " again, and unsent work on phones will wait for a supervisor",
        err=True,
    )
