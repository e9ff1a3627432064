"""The proxy that breaks connections has to break them in the way it says."""

import http.client
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.support.faultproxy import FaultProxy

HANGS_UP = (http.client.RemoteDisconnected, ConnectionResetError)


class Upstream(ThreadingHTTPServer):
    """Remembers the bodies it was sent and answers with their size."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies: list[bytes] = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Upstream

    def do_POST(self) -> None:
        wanted = int(self.headers["Content-Length"])
        body = self.rfile.read(wanted)
        self.server.bodies.append(body)
        self.send_response(201)
        answer = body if self.path == "/echo" else b"took %d" % len(body)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        yield server
        server.shutdown()
        serving.join()


@pytest.fixture
def proxy(upstream: Upstream) -> Iterator[FaultProxy]:
    with FaultProxy(upstream.server_port) as proxy:
        yield proxy


def post(proxy: FaultProxy, path="/sync/batch", body=b"hello", timeout=5) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=timeout)
    try:
        connection.request("POST", path, body)
        with connection.getresponse() as answer:
            return f"{answer.status} {answer.read().decode()}"
    finally:
        connection.close()


def eventually(fact) -> bool:
    deadline = time.monotonic() + 5
    while not fact() and time.monotonic() < deadline:
        time.sleep(0.01)
    return fact()


def test_without_a_fault_everything_passes(proxy, upstream):
    body = bytes(range(256)) * 4000

    assert post(proxy, body=body) == "201 took 1024000"
    assert upstream.bodies == [body]
    assert proxy.struck() == []


def test_down_refuses_and_up_answers_on_the_same_port(proxy):
    port = proxy.port

    proxy.down()
    with pytest.raises(ConnectionRefusedError):
        post(proxy)
    proxy.up()

    assert post(proxy) == "201 took 5"
    assert proxy.port == port


def test_down_cuts_what_is_under_way(proxy, upstream):
    proxy.delay(0.5)
    cutter = threading.Timer(0.2, proxy.down)
    cutter.start()

    with pytest.raises(HANGS_UP):
        post(proxy)
    cutter.join()

    assert upstream.bodies == [b"hello"]


def test_a_black_hole_accepts_and_never_answers(proxy, upstream):
    proxy.blackhole()
    with pytest.raises(TimeoutError):
        post(proxy, timeout=0.3)
    assert upstream.bodies == []

    proxy.up()

    assert post(proxy) == "201 took 5"
    assert upstream.bodies == [b"hello"]


def test_what_fell_into_the_black_hole_is_not_answered_later(proxy):
    proxy.blackhole()
    threading.Timer(0.2, proxy.up).start()

    with pytest.raises(TimeoutError):
        post(proxy, timeout=0.6)


def test_a_dropped_answer_was_still_taken_in(proxy, upstream):
    proxy.drop_answers(2)
    for _ in range(2):
        with pytest.raises(HANGS_UP):
            post(proxy)

    assert post(proxy) == "201 took 5"
    assert len(upstream.bodies) == 3
    assert proxy.struck() == ["POST /sync/batch"] * 2


def test_a_cut_answer_ends_in_its_middle(proxy):
    proxy.cut_after(response_bytes=500)

    with pytest.raises(http.client.IncompleteRead):
        post(proxy, "/echo", b"x" * 1000)


def test_a_cut_request_never_arrives_whole(proxy, upstream):
    proxy.cut_request(body_bytes=2)
    with pytest.raises(HANGS_UP):
        post(proxy)

    assert eventually(lambda: upstream.bodies == [b"he"])


def test_a_duplicate_reaches_the_server_twice(proxy, upstream):
    proxy.duplicate()

    assert post(proxy) == "201 took 5"
    assert upstream.bodies == [b"hello", b"hello"]


def test_a_delay_holds_the_answer_back(proxy):
    proxy.delay(0.3)
    began = time.monotonic()

    post(proxy)

    assert time.monotonic() - began >= 0.3


def test_a_captive_portal_answers_in_the_servers_place(proxy, upstream):
    proxy.answer_with("200 OK", b"<h1>Welcome to the mall's WiFi</h1>")

    assert post(proxy) == "200 <h1>Welcome to the mall's WiFi</h1>"
    assert upstream.bodies == []


def test_a_fault_waits_for_its_path(proxy):
    proxy.drop_answers(path="/photos/")

    assert post(proxy, "/sync/batch") == "201 took 5"
    with pytest.raises(HANGS_UP):
        post(proxy, "/photos/1")


def test_up_forgets_faults_that_did_not_strike(proxy):
    proxy.drop_answers(5)
    proxy.up()

    assert post(proxy) == "201 took 5"


@pytest.mark.parametrize("keep_alive", [True, False])
def test_a_connection_can_be_kept_for_the_next_request(upstream, keep_alive):
    with FaultProxy(upstream.server_port, keep_alive=keep_alive) as proxy:
        connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=5)
        connection.request("POST", "/", b"one")
        answer = connection.getresponse()
        answer.read()

        assert answer.will_close is not keep_alive
        answer.close()
        connection.close()


def test_a_server_that_is_not_there_closes_the_connection():
    with FaultProxy(upstream_port=1) as proxy, pytest.raises(HANGS_UP):
        post(proxy)
