"""What the tests of the demo share: the loaded demo, and empty databases."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_babel import Babel

# Every table must be known before all are made.
import mallops.checklists.models
import mallops.ledger.models
import mallops.rounds.models  # noqa: F401
from mallops.db import db, init_app
from mallops.demo.actions import load

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)  # 09:30 in Shanghai, a Saturday
PASSWORD = "quiet harbour morning"


@contextmanager
def empty_database(url):
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    Babel(app)
    init_app(app)
    with app.app_context():
        db.create_all()
        yield
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The loaded demo; tests that share it only read."""
    folder = tmp_path_factory.mktemp("demo")
    with empty_database(f"sqlite:///{folder / 'mallops.db'}"):
        load(db.session, NOW, PASSWORD)
        db.session.commit()
        yield
