"""The stage of the fault tests; after each one, the promises are checked."""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.stage import Stage, make_mall
from tests.support.faultproxy import FaultProxy
from tests.support.gunicorn import Server

# Keys of their own, so that a test can rotate them.
KEYS = "first-key-of-the-fault-tests-0123456789"
_malls = itertools.count(1)


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def start_server(sqlite_template: Path, folder: Path) -> Server:
    (folder / "faults").mkdir(parents=True)
    shutil.copy(sqlite_template, folder / "mallops.db")
    env = {
        "FAULTS": str(folder / "faults"),
        "MALLOPS_SECRET_KEYS": KEYS,
        "WEB_CONCURRENCY": "1",
    }
    return Server(folder, env, app="tests.support.faulty_wsgi:app")


@pytest.fixture(scope="session")
def shared_server(sqlite_template, tmp_path_factory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("shared") / "data"
    with start_server(sqlite_template, folder) as server:
        yield server


@pytest.fixture
def own_server(sqlite_template, tmp_path) -> Iterator[Server]:
    with start_server(sqlite_template, tmp_path / "data") as server:
        yield server


def staged(server: Server, chromium) -> Iterator[Stage]:
    code = f"mall{next(_malls)}"
    make_mall(Path(server.env["MALLOPS_DATA"]), code)
    with FaultProxy(server.port) as proxy:
        stage = Stage(server, proxy, chromium, code)
        yield stage
        proxy.up()
        stage.assert_promises()
        for phone in stage.phones:
            phone.context.close()


@pytest.fixture
def stage(shared_server, chromium) -> Iterator[Stage]:
    """A mall of the test's own, on a server that it shares with other tests."""
    yield from staged(shared_server, chromium)


@pytest.fixture
def own_stage(own_server, chromium) -> Iterator[Stage]:
    """The same, where a test stops, changes or restores the whole server."""
    yield from staged(own_server, chromium)


@pytest.fixture
def phone(stage):
    """The phone of an officer who is signed in."""
    return stage.phone()


@pytest.fixture
def own_phone(own_stage):
    return own_stage.phone()
