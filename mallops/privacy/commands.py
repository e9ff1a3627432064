"""``mallops retention …``, ``mallops erase`` and ``mallops person …``."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click
import msgspec
import sqlalchemy as sa
from flask.cli import AppGroup, with_appcontext

from mallops import web
from mallops.db import db, will_write
from mallops.errors import Refused
from mallops.ledger import erasing, heads
from mallops.ledger.models import Entry
from mallops.people.models import User
from mallops.people.queries import find_user
from mallops.people.rules import tidy_username
from mallops.places import files
from mallops.places.models import Mall
from mallops.places.queries import find_mall
from mallops.privacy import actions, due, exporting, journal, persons, tasks
from mallops.privacy.actions import Cause

retention = AppGroup("retention", help="How long a mall keeps what; off by default.")
person = AppGroup("person", help="What is kept about a person: export, erase.")
on_whose_word = click.option(
    "--by", "by", required=True, metavar="USERNAME", help="Who decided on it."
)
yes = click.option(
    "--yes", is_flag=True, help="Do it; without, only say what would be."
)


@retention.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@on_whose_word
def load(file: Path, by: str) -> None:
    """Let the mall that FILE names keep things as its table `retention` says.

    Nothing else in FILE is looked at. Without that table nothing is erased any more.
    """
    will_write()
    try:
        about = files.read(file).about
    except files.BrokenFile as error:
        raise click.ClickException(str(error)) from None
    mall, user = _mall(about.code), _user(by)
    kept = {name: one for name, one in mall.settings.items() if name != "retention"}
    if about.retention is not None:
        terms = msgspec.to_builtins(about.retention)
        kept["retention"] = {"terms": terms, "by": user.id}
    mall.settings = kept
    db.session.commit()
    click.echo(_told_terms(mall))


@retention.command()
def show() -> None:
    """Say what each mall keeps for how long."""
    for mall in db.session.scalars(sa.select(Mall).order_by(Mall.code)):
        click.echo(_told_terms(mall))


def _told_terms(mall: Mall) -> str:
    given = tasks.terms_of(mall)
    if given is None:
        return f"{mall.code}: everything is kept"
    asked = msgspec.to_builtins(given[0])
    days = [f"{name} {one} days" for name, one in asked.items() if isinstance(one, int)]
    return f"{mall.code}: {', '.join(days)}; {len(given[0].hold)} on hold"


@retention.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
@click.option("--yes", is_flag=True, help="Erase it.")
def run(dry_run: bool, yes: bool) -> None:
    """Erase what has run out of its term, as the worker does once a day."""
    if dry_run == yes:
        raise click.UsageError("say either --dry-run or --yes")
    if yes:
        done = tasks.end_terms(web.now())
        told = ", ".join(f"{name}: {count}" for name, count in sorted(done.items()))
        click.echo(f"erased: {told or 'nothing'}")
        return
    for mall in db.session.scalars(sa.select(Mall).order_by(Mall.code)):
        given = tasks.terms_of(mall)
        if given is None:
            continue
        for term, ids in due.entries(mall, given[0], web.now()):
            click.echo(f"{mall.code}: {term}: {len(ids)} entries")
        count = len(due.photos(mall, given[0], web.now()))
        click.echo(f"{mall.code}: photos: {count}")


@click.command()
@click.argument("entry_id", type=click.UUID)
@on_whose_word
@click.option("--reason", required=True, help="Kept with the erasure; name nobody.")
@yes
@with_appcontext
def erase(entry_id: UUID, by: str, reason: str, yes: bool) -> None:
    """Take the words and photos out of one entry, for good."""
    will_write()
    entry = db.session.get(Entry, entry_id)
    if entry is None:
        raise click.ClickException(f"there is no entry {entry_id}")
    mall = db.session.get_one(Mall, entry.mall_id)
    heads.locked(mall.id)
    cause = Cause("asked", reason, _user(by).id, web.now(), {})
    told = f"entry {entry.ledger_seq} of {mall.code} ({entry.kind})"
    try:
        gone = actions.erase(mall, [entry_id], [], cause)
    except Refused as refusal:
        raise click.ClickException(refusal.text) from refusal
    if not yes:
        db.session.rollback()
        click.echo(f"would erase {told} with {len(gone)} photos; with --yes it is done")
        return
    db.session.commit()
    erasing.delete_files(mall.id, gone)
    journal.update()
    click.echo(f"erased {told} with {len(gone)} photos")


@person.command()
@click.argument("username")
@click.option(
    "--to", "into", required=True, type=click.Path(dir_okay=False, path_type=Path)
)
def export(username: str, into: Path) -> None:
    """Write all that is kept by or about a person into a ZIP file."""
    data = exporting.zip_of(_user(username))
    into.touch(mode=0o600, exist_ok=False)
    into.write_bytes(data)
    click.echo(f"{into}: {len(data)} bytes. It holds other people's names too.")


@person.command("erase")
@click.argument("username")
@on_whose_word
@click.option("--reason", default="asked for by the person")
@yes
def erase_person(username: str, by: str, reason: str, yes: bool) -> None:
    """Replace a person's name by a pseudonym everywhere, and end the account."""
    will_write()
    user = _user(username)
    _lock_all()
    cause = Cause("person", reason, _user(by).id, web.now(), {})
    try:
        count = persons.erase(user, cause)
    except Refused as refusal:
        raise click.ClickException(refusal.text) from refusal
    if not yes:
        db.session.rollback()
        click.echo(f"would replace the name in {count} entries; with --yes it is done")
        return
    told = persons.pseudonym(user)
    db.session.commit()
    journal.update()
    click.echo(f"{told}: the name was replaced in {count} entries, the account ended")


def _lock_all() -> None:
    """Each mall's ledger, in the same order as everybody else who takes several."""
    for mall_id in db.session.scalars(sa.select(Mall.id).order_by(Mall.id)).all():
        heads.locked(mall_id)


def _mall(code: str) -> Mall:
    found = find_mall(code)
    if found is None:
        raise click.ClickException(f"there is no mall {code!r}")
    return found


def _user(username: str) -> User:
    found = find_user(tidy_username(username))
    if found is None:
        raise click.ClickException(f"unknown user {username!r}")
    return found


def erase_again() -> None:
    """After a restore: what was erased since that backup is erased again. Commits."""
    will_write()
    _lock_all()
    gone = journal.erase_again(web.now())
    db.session.commit()
    for mall_id, hashes in gone:
        erasing.delete_files(mall_id, hashes)
    if gone:
        journal.update()
        click.echo(f"erased again after a restore: {len(gone)} erasures")
