"""What all tests share: the app on both databases, a clock, people and phones."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import settings as hypothesis
from playwright.sync_api import Browser, Playwright, sync_playwright

from mallops import create_app
from mallops.config import Settings, read_settings
from mallops.db import db
from tests.support import builders
from tests.support.browser import find_chromium, launch_args
from tests.support.phone import Phone
from tests.support.postgres import ExternalPostgres, Refillable, start_postgres

DATABASES = ("sqlite", "postgresql")

# How long an example takes says how busy the machine is. The same examples every time:
# a change is judged by what it changed. ``--hypothesis-profile=search`` looks further.
hypothesis.register_profile("mallops", deadline=None, derandomize=True)
hypothesis.register_profile("search", deadline=None, max_examples=5_000)
hypothesis.load_profile("mallops")


KEPT = ("config", "extensions", "view_functions")  # of an app; tests change them


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    """Saturday, 21 November 2026, 10:00 in Shanghai."""
    return Clock(datetime(2026, 11, 21, 2, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One for the whole session: a second one cannot start beside it."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(
        executable_path=find_chromium(), args=launch_args()
    )
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[ExternalPostgres]:
    server = start_postgres()
    yield server
    server.close()


def migrated(app) -> None:
    from flask_migrate import upgrade

    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    """A database file with the schema made by the migrations, to copy from."""
    folder = tmp_path_factory.mktemp("template")
    migrated(create_app(read_settings({"MALLOPS_DATA": str(folder)})))
    with sa.create_engine(f"sqlite:///{folder / 'mallops.db'}").connect() as one:
        one.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "mallops.db"


@pytest.fixture(scope="session")
def postgres_template(postgres, tmp_path_factory) -> Iterator[str]:
    """The name of a database with the schema made by the migrations."""
    with postgres.database() as url:
        environ = {
            "MALLOPS_DATA": str(tmp_path_factory.mktemp("postgres")),
            "DATABASE_URL": url,
        }
        migrated(create_app(read_settings(environ)))
        yield str(sa.make_url(url).database)


@pytest.fixture(scope="session")
def postgres_database(postgres, postgres_template) -> Iterator[Refillable]:
    with postgres.database(postgres_template) as url:
        yield Refillable(url)


@pytest.fixture(scope="session")
def sqlite_folder(tmp_path_factory) -> Path:
    """Where the database of each test lies, so that its app can be used again."""
    return tmp_path_factory.mktemp("database")


@pytest.fixture
def sqlite_url(sqlite_folder, sqlite_template) -> Iterator[str]:
    path = sqlite_folder / "mallops.db"
    shutil.copy(sqlite_template, path)
    yield f"sqlite:///{path}"
    for file in sqlite_folder.iterdir():
        file.unlink()


@pytest.fixture(params=DATABASES)
def database_url(request) -> Iterator[str]:
    """An empty database with the whole schema, on each engine in turn."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    database = request.getfixturevalue("postgres_database")
    yield database.url
    database.empty()


@pytest.fixture
def settings(database_url, tmp_path):
    return read_settings({"MALLOPS_DATA": str(tmp_path), "DATABASE_URL": database_url})


class OwnContext:
    """Serves each request in a context of its own, as a server does.

    Otherwise it would share ``g`` and the database session with the test. What the
    test has read is forgotten, so that it sees what the request changed.
    """

    def __init__(self, app) -> None:
        self.app, self.inner = app, app.wsgi_app

    def __call__(self, environ, start_response):
        db.session.rollback()
        with self.app.app_context():
            return self.inner(environ, start_response)


class Apps:
    """One app for each database, made once: to make it takes as long as a test.

    Each test finds it as it was made, but for the clock, the data folder and the keys
    in it. What else a test sets at the start needs an app of its own.
    """

    OWN = ("data", "secret_keys")

    def __init__(self) -> None:
        self._made: dict[Settings, tuple[Flask, Any, dict[str, Any]]] = {}

    def get(self, settings: Settings, clock: Clock) -> Flask:
        kind = replace(settings, **dict.fromkeys(self.OWN))
        if kind not in self._made:
            app = create_app(settings, clock=clock, TESTING=True)
            kept = {name: dict(getattr(app, name)) for name in KEPT}
            self._made[kind] = (app, app.wsgi_app, kept)
        app, app.wsgi_app, kept = self._made[kind]
        for name, value in kept.items():
            getattr(app, name).clear()
            getattr(app, name).update(value)
        app.config.from_mapping(settings.flask() | {"NOW": clock})
        app.wsgi_app = OwnContext(app)
        return app


@pytest.fixture(scope="session")
def apps() -> Apps:
    return Apps()


@pytest.fixture
def app(apps, settings, clock):
    """The app with an application context, on each database engine in turn."""
    app = apps.get(settings, clock)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def world(sqlite_template, tmp_path_factory):
    """Two malls with somebody in every role and one of everything; on SQLite."""
    from tests.support.world import make_world

    return make_world(sqlite_template, tmp_path_factory.mktemp("world"))


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def make_mall(app, clock):
    return lambda **given: builders.make_mall(clock.now, **given)


@pytest.fixture
def mall(make_mall):
    """A small mall: zone L1-A, restroom L1-WC1, units L1-001 to L1-003, all lists."""
    return make_mall(code="demo")


@pytest.fixture
def make_user(app, clock):
    return lambda mall, role="officer", **given: builders.make_user(
        mall, role, clock.now, **given
    )


@pytest.fixture
def phone(app, clock):
    """``phone(user)``: a signed-in phone that speaks the sync protocol."""
    return lambda user, **given: Phone(app, user, clock, **given)


@pytest.fixture
def signed_in(app, clock):
    """``signed_in(user)``: a browser of this person."""
    return lambda user: builders.sign_in(app.test_client(), user, clock.now)


@pytest.fixture
def count_queries(app):
    """``with count_queries() as statements``: what is asked of the database."""

    @contextmanager
    def counting():
        statements = []

        def note(_connection, _cursor, statement, *_rest):
            statements.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        yield statements
        sa.event.remove(db.engine, "before_cursor_execute", note)

    return counting
