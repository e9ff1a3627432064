"""A mall that keeps things for a time only, and the commands."""

import msgspec
import pytest

from mallops import cli
from mallops.db import db
from mallops.ledger import storage
from mallops.ledger.queries import first_break
from mallops.privacy.terms import Terms
from tests.backups.conftest import (  # noqa: F401 -- fixtures
    _tools_on_path,
    back_up,
    folder,
    restored,
    run_restore,
)
from tests.support import builders


@pytest.fixture
def own(mall, make_user, phone):
    return phone(make_user(mall))


@pytest.fixture
def boss(mall, make_user):
    return make_user(mall, "manager", username="boss")


@pytest.fixture
def set_terms(mall, boss):
    """``set_terms(photos=90, …)``: as ``mallops retention load`` does."""

    def set_terms(**days):
        terms = msgspec.to_builtins(msgspec.convert(days, Terms))
        kept = {"terms": terms, "by": boss.id}
        mall.settings = {**mall.settings, "retention": kept}
        db.session.commit()

    return set_terms


@pytest.fixture
def run(app):
    """``run("retention", "run", "--yes")``: what the command said."""

    def run(*words, ends=0):
        db.session.rollback()
        done = app.test_cli_runner().invoke(cli.main, list(map(str, words)))
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == ends, done.output
        db.session.rollback()
        db.session.expire_all()
        return done.output

    return run


@pytest.fixture
def take_photo(own):
    """Uploads a picture of its own colour; its hash."""
    colours = iter(range(40, 250, 40))

    def take():
        data = builders.jpeg(colour=(next(colours), 9, 9))
        assert own.put_photo(data).status_code == 201
        return builders.sha256(data)

    return take


@pytest.fixture
def on_disk(app, mall):
    """Whether the folder still has a photo or its thumbnail."""

    def on_disk(sha256):
        root = storage.store().root
        return bool(list(root.glob(f"*/*/{sha256}*")))

    return on_disk


@pytest.fixture
def holds(mall):
    """Whether the chain holds."""
    return lambda: first_break(mall.id) is None
