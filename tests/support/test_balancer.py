"""Our own round robin, where there is no nginx: in turn, and past whoever is away."""

import threading
from contextlib import ExitStack, contextmanager

import pytest

from tests.support.balancer import RoundRobin
from tests.support.gunicorn import free_port
from tests.support.test_faultproxy import Upstream, post


@contextmanager
def serving():
    with Upstream() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def servers():
    with ExitStack() as stack:
        yield [stack.enter_context(serving()) for _ in range(2)]


def test_each_request_goes_to_the_next_one(servers):
    with RoundRobin([server.server_port for server in servers]) as proxy:
        for _ in range(4):
            assert post(proxy) == "201 took 5"
    assert [len(server.bodies) for server in servers] == [2, 2]


def test_whoever_refuses_is_passed_over(servers):
    with RoundRobin([free_port(), servers[0].server_port]) as proxy:
        for _ in range(4):
            assert post(proxy) == "201 took 5"


def test_with_nobody_there_it_says_so():
    with RoundRobin([free_port(), free_port()]) as proxy:
        assert post(proxy).startswith("502")
