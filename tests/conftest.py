"""What all tests share: the app on both databases, a clock, people and phones."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings as hypothesis
from playwright.sync_api import Browser, Playwright, sync_playwright

from mallops import create_app
from mallops.config import read_settings
from mallops.db import db
from tests.support import builders
from tests.support.browser import find_chromium, launch_args
from tests.support.phone import Phone
from tests.support.postgres import ExternalPostgres, Refillable, start_postgres

DATABASES = ("sqlite", "postgresql")

# How long an example takes says how busy the machine is.
hypothesis.register_profile("mallops", deadline=None)
hypothesis.load_profile("mallops")


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


@pytest.fixture(params=DATABASES)
def database_url(request, tmp_path) -> Iterator[str]:
    """An empty database with the whole schema, on each engine in turn."""
    if request.param == "sqlite":
        path = tmp_path / "mallops.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
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


@pytest.fixture
def app(settings, clock):
    """The app with an application context, on each database engine in turn."""
    app = create_app(settings, clock=clock, TESTING=True)
    app.wsgi_app = OwnContext(app)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


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
