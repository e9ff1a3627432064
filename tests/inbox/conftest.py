"""Findings of a mall and the people who are told about them."""

from collections import namedtuple
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import has_app_context

from mallops import create_app
from mallops.config import read_settings
from mallops.db import db
from mallops.findings.models import Finding
from mallops.inbox import tasks
from mallops.inbox.models import InboxItem
from tests.support.mail import MailServer

People = namedtuple("People", "officer supervisor manager cleaner")


@pytest.fixture
def people(mall, make_user):
    return People(
        make_user(mall, "officer", username="officer"),
        make_user(mall, "supervisor", username="supervisor"),
        make_user(mall, "manager", username="manager"),
        make_user(mall, "team", username="cleaner", team="cleaning"),
    )


@pytest.fixture
def found(people, phone, clock):
    """``found("S2")``: an officer's phone hands in a finding; its id."""
    own = phone(people.officer)

    def found(severity="S2", text="Water on the floor", **body):
        given = {"place": "L1-A", "category": "hygiene", "severity": severity}
        entry = own.seal({**given, "text": text, **body}, kind="finding")
        (result,) = own.hand_in(entry)
        assert result["status"] == "accepted", result
        db.session.rollback()
        return entry["id"]

    return found


@pytest.fixture
def take(people, phone):
    """``take("supervisor", finding, "assign", …)``: a step of the follow-up."""
    phones = {}

    def take(who, finding, step, **body):
        if who not in phones:
            phones[who] = phone(getattr(people, who))
        own = phones[who]
        entry = own.seal(
            {"finding": finding, "step": step, **body}, kind="finding_update"
        )
        (result,) = own.hand_in(entry)
        assert result["status"] == "accepted", result
        db.session.rollback()

    return take


@pytest.fixture
def escalate(app, clock):
    """Escalate as the worker does: in a context of its own."""

    def escalate():
        db.session.rollback()
        with app.app_context():
            return tasks.escalate(clock.now)

    return escalate


def inbox_of(user, told=True):
    """What stands in a person's inbox, by the order of being told."""
    db.session.rollback()
    query = sa.select(InboxItem).where(InboxItem.user_id == user.id)
    query = query.where(InboxItem.told_at.is_not(None) == told)
    rows = db.session.scalars(query.order_by(InboxItem.told_at, InboxItem.due_at))
    return [row.about for row in rows]


def get(finding_id):
    db.session.rollback()
    return db.session.get_one(Finding, finding_id)


def make_items(user, mall, now, *abouts, subject_id=None, **given):
    """Items as the ladder would write them, without a finding behind them."""
    for about in abouts:
        item = InboxItem(
            user_id=user.id,
            mall_id=mall.id,
            subject_id=f"a finding, {about}" if subject_id is None else subject_id,
            about=about,
            **{"subject_kind": "finding", "due_at": now, "told_at": now, **given},
        )
        db.session.add(item)
    db.session.commit()


# -- E-mail

FROM = "MallOps <mallops@mall.example>"
ORIGIN = "https://mall.example"


@pytest.fixture
def mail_server():
    with MailServer() as server:
        yield server


@pytest.fixture
def sender(app, settings, clock):
    """``sender(url)``: sends digests through the server at that address."""
    made = []

    def sender(url, **changed):
        given = {"MALLOPS_SMTP": url, "MALLOPS_MAIL_FROM": FROM}
        smtp = read_settings({"MALLOPS_DATA": str(settings.data), **given}).smtp
        own = replace(settings, smtp=smtp, origin=ORIGIN, **changed)
        made.append(create_app(own, clock=clock, TESTING=True))
        app_of_worker = made[-1]

        def send():
            if has_app_context():
                db.session.rollback()
            with app_of_worker.app_context():
                return tasks.send_digests(clock.now)

        return send

    yield sender
    for one in made:
        with one.app_context():
            db.engine.dispose()


@pytest.fixture
def send(sender, mail_server):
    return sender(mail_server.url)


@pytest.fixture
def reader(people):
    """The supervisor, who wants e-mail."""
    people.supervisor.email = "super.visor@mall.example"
    people.supervisor.name = "林晓岚"
    db.session.commit()
    return people.supervisor
