"""A TCP proxy that breaks connections on request, between a browser and a server.

It passes one HTTP exchange at a time: reads a whole request, asks the server, reads
the whole answer, hands it on. Lasting states are set by up(), down() and blackhole();
the other faults hit the next matching exchange once and are then used up.
"""

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, Self

POLL = 0.05  # seconds until a thread notices that the proxy changed its state
PATIENCE = 120  # seconds to wait for the server, longer than any test


@dataclass
class Fault:
    """What happens to the next exchange whose path starts with ``path``."""

    name: str
    path: str = ""
    delay: float = 0
    request_bytes: int | None = None  # of the body; then the connection breaks
    response_bytes: int | None = None  # of the whole answer; then it breaks
    copies: int = 1  # how often the server gets the request
    answer: bytes | None = None  # told instead of the server's answer


@dataclass
class Exchange:
    """One request that came by: "PUT /photos/x", and the fault it met, if any."""

    request: str
    fault: str = ""


@dataclass
class Request:
    head: bytes
    body: bytes = b""

    @property
    def line(self) -> str:
        return self.head.split(b" HTTP/", 1)[0].decode("latin-1")

    @property
    def path(self) -> str:
        return self.line.partition(" ")[2]


@dataclass
class FaultProxy:
    """Listens on ``port``, the same one for its whole life, in front of a server."""

    upstream_port: int
    keep_alive: bool = False  # keep the browser's connection, as nginx would
    port: int = 0
    exchanges: list[Exchange] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._state: Literal["up", "down", "blackhole"] = "down"
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._clients: set[socket.socket] = set()
        self._listening: threading.Thread | None = None
        self._closed = False
        self.up()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # Lasting states

    def up(self) -> None:
        """Pass everything on, and forget faults that have not struck."""
        with self._lock:
            self._faults.clear()
        self._enter("up")

    def down(self) -> None:
        """Refuse connections and cut those that are open."""
        self._enter("down")
        self._cut_clients()

    def blackhole(self) -> None:
        """Accept connections and never answer; what fell in is not answered later."""
        self._enter("blackhole")

    def close(self) -> None:
        """End the proxy and all its connections."""
        self._closed = True
        self.down()

    # Faults that strike once

    def cut_after(self, response_bytes: int, path: str = "") -> None:
        """Pass on only the first bytes of the next answer, head included."""
        self._add(Fault("cut answer", path, response_bytes=response_bytes))

    def cut_request(self, body_bytes: int, path: str = "") -> None:
        """Give the server only the first bytes of the next request's body."""
        self._add(Fault("cut request", path, request_bytes=body_bytes))

    def drop_answers(self, times: int = 1, path: str = "") -> None:
        """Let the server do its work, then close without an answer."""
        for _ in range(times):
            self._add(Fault("dropped answer", path, response_bytes=0))

    def delay(self, seconds: float, times: int = 1, path: str = "") -> None:
        """Hold answers back."""
        for _ in range(times):
            self._add(Fault("delayed", path, delay=seconds))

    def duplicate(self, times: int = 1, path: str = "") -> None:
        """Send requests to the server twice, and tell the second answer."""
        for _ in range(times):
            self._add(Fault("duplicated", path, copies=2))

    def answer_with(
        self, status: str, body: bytes, content_type: str = "text/html", path: str = ""
    ) -> None:
        """Answer in the server's place, as captive portals and gateways do."""
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self._add(Fault("replaced", path, answer=head.encode() + body))

    def struck(self) -> list[str]:
        """The requests that met a fault of the second kind, in order."""
        return [exchange.request for exchange in self.exchanges if exchange.fault]

    # Inside

    def _add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def _next_fault(self, path: str) -> Fault:
        with self._lock:
            for fault in self._faults:
                if path.startswith(fault.path):
                    self._faults.remove(fault)
                    return fault
        return Fault("")

    def _enter(self, state: Literal["up", "down", "blackhole"]) -> None:
        self._state = state
        if state == "down":
            if self._listening is not None:
                self._listening.join()
            self._listening = None
        elif self._listening is None:
            listener = socket.create_server(("127.0.0.1", self.port))
            self.port = listener.getsockname()[1]
            self._listening = self._spawn(self._listen, listener)

    def _spawn(
        self, run: Callable[[socket.socket], None], argument: socket.socket
    ) -> threading.Thread:
        thread = threading.Thread(target=run, args=(argument,), daemon=True)
        thread.start()
        return thread

    def _listen(self, listener: socket.socket) -> None:
        listener.settimeout(POLL)
        with listener:
            while self._state != "down":
                with suppress(TimeoutError, ConnectionError):
                    client, _ = listener.accept()
                    with self._lock:
                        self._clients.add(client)
                    self._spawn(self._serve, client)

    def _cut_clients(self) -> None:
        with self._lock:
            for client in self._clients:
                with suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(None)
        with client:
            with suppress(ConnectionError, BrokenPipeError, TimeoutError):
                while self._exchange(client):
                    pass
            with self._lock:
                self._clients.discard(client)

    def _exchange(self, client: socket.socket) -> bool:
        """Pass one request and its answer; true while the connection is of use."""
        request = read_request(client)
        if request is None:
            return False
        self._sink_in_blackhole()
        fault = self._next_fault(request.path)
        self.exchanges.append(Exchange(request.line, fault.name))
        answer = self._ask(request, fault)
        time.sleep(fault.delay)
        self._sink_in_blackhole()
        if fault.request_bytes is not None or self._state == "down":
            return False
        if fault.response_bytes == 0:
            reset_when_closed(client)
        whole = fault.response_bytes is None
        keep = self.keep_alive and whole and has_length(answer)
        answer = without_close(answer) if keep else with_close(answer)
        client.sendall(answer[: fault.response_bytes])
        return keep

    def _sink_in_blackhole(self) -> None:
        if self._state != "blackhole":
            return
        while not self._closed and self._state != "down":
            time.sleep(POLL)
        raise ConnectionAbortedError("fell into the black hole")

    def _ask(self, request: Request, fault: Fault) -> bytes:
        if fault.answer is not None:
            return fault.answer
        answer = b""
        for _ in range(fault.copies):
            with socket.create_connection(
                ("127.0.0.1", self.upstream_port), timeout=PATIENCE
            ) as server:
                server.sendall(with_close(request.head))
                server.sendall(request.body[: fault.request_bytes])
                if fault.request_bytes is not None:
                    return b""
                answer = read_to_end(server)
        return answer


def read_request(client: socket.socket) -> Request | None:
    """One request with its body; ``None`` when the browser hung up."""
    received = b""
    while b"\r\n\r\n" not in received:
        if not (chunk := client.recv(65536)):
            return None
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    if header(head, b"transfer-encoding"):
        raise NotImplementedError("browsers send bodies with their length")
    missing = int(header(head, b"content-length") or 0) - len(body)
    parts = [body]
    while missing > 0:
        if not (chunk := client.recv(65536)):
            return None
        parts.append(chunk)
        missing -= len(chunk)
    return Request(head + b"\r\n\r\n", b"".join(parts))


def read_to_end(server: socket.socket) -> bytes:
    parts = []
    with suppress(ConnectionResetError):  # a server killed while it answered
        while chunk := server.recv(65536):
            parts.append(chunk)
    return b"".join(parts)


def reset_when_closed(client: socket.socket) -> None:
    """End with a reset, as a dying proxy does, not politely."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def header(head: bytes, name: bytes) -> bytes | None:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip()
    return None


def has_length(answer: bytes) -> bool:
    head = answer.partition(b"\r\n\r\n")[0]
    return header(head, b"content-length") is not None


def with_close(message: bytes) -> bytes:
    """Say that the connection ends after this message, so that answers have an end."""
    head, separator, body = without_close(message).partition(b"\r\n\r\n")
    if not separator:  # a server that died has not said enough
        return message
    return head + b"\r\nConnection: close" + separator + body


def without_close(message: bytes) -> bytes:
    head, separator, body = message.partition(b"\r\n\r\n")
    lines = [
        line
        for line in head.split(b"\r\n")
        if not line.lower().startswith((b"connection:", b"keep-alive:"))
    ]
    return b"\r\n".join(lines) + separator + body
