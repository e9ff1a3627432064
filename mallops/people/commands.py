"""``mallops user …``: accounts from the terminal, for the first and for accidents."""

from __future__ import annotations

import logging
from secrets import choice
from string import ascii_lowercase, digits

import click
from flask import current_app
from flask.cli import AppGroup

from mallops import web
from mallops.db import db, will_write
from mallops.errors import Refused
from mallops.factors import actions as factors
from mallops.operations import logs
from mallops.people import actions, passwords, queries
from mallops.people.models import ROLES, User
from mallops.people.rules import tidy_username
from mallops.places.models import Mall
from mallops.places.queries import find_mall

user = AppGroup("user", help="Accounts: add, disable, enable, password, email, …")
# Without letters and digits that look alike on a screen or a slip of paper.
LETTERS = "".join(sorted(set(ascii_lowercase + digits) - set("0o1li")))


@user.command("add")
@click.argument("username")
@click.option("--mall", "mall_code", required=True, help="Code of the mall.")
@click.option("--role", required=True, help="One of: " + ", ".join(ROLES) + ".")
@click.option("--team", "team_code", help="Code of the person's team.")
@click.option("--name", default="", help="The person's name as others read it.")
@click.option("--ask", is_flag=True, help="Ask for a password instead of making one.")
def add(
    username: str,
    mall_code: str,
    role: str,
    team_code: str | None,
    name: str,
    ask: bool,
) -> None:
    """Add a person to a mall."""
    _begin()
    mall = _mall(mall_code)
    if role not in ROLES:
        raise click.ClickException(f"unknown role {role!r}: use {', '.join(ROLES)}")
    team = queries.find_team(mall.id, team_code) if team_code else None
    if team_code and not team:
        raise click.ClickException(f"unknown team {team_code!r} in {mall.code}")
    words = [username, name, *queries.words_about_malls([mall])]
    password = _new_password(ask, words)
    try:
        added = actions.add_user(
            username,
            name=name,
            password_hash=passwords.hash_password(password),
            now=web.now(),
        )
    except Refused as refusal:
        raise click.ClickException(refusal.text) from refusal
    actions.start_membership(
        added, mall.id, role, web.now(), team_id=team.id if team else None
    )
    db.session.commit()
    click.echo(f"Added {added.username}, {role} of {mall.code}.")
    _show_once(password, ask)


@user.command("disable")
@click.argument("username")
def disable(username: str) -> None:
    """Sign a person out everywhere and let them in no more."""
    _begin()
    found = _user(username)
    actions.disable(found, web.now())
    db.session.commit()
    click.echo(f"Disabled {found.username}.")


@user.command("enable")
@click.argument("username")
def enable(username: str) -> None:
    """Let a disabled person in again."""
    _begin()
    found = _user(username)
    actions.enable(found)
    db.session.commit()
    click.echo(f"Enabled {found.username}.")


@user.command("password")
@click.argument("username")
@click.option("--ask", is_flag=True, help="Ask for a password instead of making one.")
def password(username: str, ask: bool) -> None:
    """Give a person a new password; signs them out everywhere."""
    _begin()
    found = _user(username)
    new = _new_password(ask, queries.words_about(found, web.now()))
    actions.set_password(found, passwords.hash_password(new), web.now())
    db.session.commit()
    click.echo(f"New password for {found.username}.")
    _show_once(new, ask)


@user.command("reset-second-factor")
@click.argument("username")
def reset_second_factor(username: str) -> None:
    """Let a person who lost the authenticator in by password; signs them out."""
    _begin()
    found = _user(username)
    factors.reset(found, web.now())
    db.session.commit()
    click.echo(f"{found.username}: the password is enough at the next sign-in.")


@user.command("email")
@click.argument("username")
@click.argument("address")
def email(username: str, address: str) -> None:
    """Send a person's messages to ADDRESS; "" sends none any more."""
    _begin()
    found = _user(username)
    try:
        actions.set_email(found, address)
    except Refused as refusal:
        raise click.ClickException(refusal.text) from refusal
    db.session.commit()
    click.echo(f"{found.username}: {found.email or 'no e-mail'}")


@user.command("list")
def list_() -> None:
    """Name every account, its roles, and whether it is disabled."""
    codes = {mall.id: mall.code for mall in db.session.query(Mall)}
    for found in queries.all_users():
        places = queries.memberships_of(found, web.now())
        told = ", ".join(f"{m.role} of {codes[m.mall_id]}" for m in places)
        state = "disabled" if found.disabled_at else "active"
        click.echo(f"{found.username}\t{state}\t{told or 'no mall'}\t{found.name}")


def _begin() -> None:
    """Take the lock of who writes; changes leave a line (noted.py)."""
    will_write()
    if not logging.getLogger().handlers:
        logs.configure(current_app.config["SETTINGS"])


def _mall(code: str) -> Mall:
    found = find_mall(code)
    if found is None:
        raise click.ClickException(f"unknown mall {code!r}")
    return found


def _user(username: str) -> User:
    found = queries.find_user(tidy_username(username))
    if found is None:
        raise click.ClickException(f"unknown user {username!r}")
    return found


def _new_password(ask: bool, words: list[str]) -> str:
    if not ask:
        return made_password()
    # Asked with no transaction open: a person who thinks must not block the others.
    db.session.rollback()
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        actions.check_new_password(typed, *words)
    except Refused as refusal:
        raise click.ClickException(refusal.text) from refusal
    return typed


def made_password() -> str:
    """Four groups of four, 79 bits: easy to read out, impossible to guess."""
    groups = ("".join(choice(LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def _show_once(password: str, ask: bool) -> None:
    if not ask:
        click.echo(f"Password: {password}   (shown only now)")
