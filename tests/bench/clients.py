"""Phones that send as fast as they get answers, each a process of its own."""

import http.client
import multiprocessing
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.support.phone import SAME_ORIGIN


class Sent(NamedTuple):
    """One request of a phone."""

    method: str
    path: str
    content_type: str
    body: bytes

    def is_taken(self, status: int, said: bytes) -> bool:
        if self.method == "PUT":
            return status == 201
        return status == 200 and said.count(b'"accepted"') == self.body.count(b'"seq"')


Load = Sequence[Sent]


def batch(body: bytes) -> Sent:
    return Sent("POST", "/sync/batch", "application/json", body)


def photo(sha256: str, data: bytes) -> Sent:
    return Sent("PUT", f"/sync/photos/{sha256}", "image/jpeg", data)


def seconds_of(port: int, cookie: str, loads: Sequence[Load]) -> float:
    """From the first request to the last answer; each load is a phone."""
    ready = multiprocessing.Barrier(len(loads) + 1)
    phones = [
        multiprocessing.Process(target=send, args=(port, cookie, load, ready.wait))
        for load in loads
    ]
    for phone in phones:
        phone.start()
    ready.wait()
    began = time.perf_counter()
    for phone in phones:
        phone.join()
    seconds = time.perf_counter() - began
    if any(phone.exitcode for phone in phones):
        raise RuntimeError("the server did not take in what it was sent")
    return seconds


def send(
    port: int,
    cookie: str,
    load: Load,
    wait: Callable[[], object] = lambda: None,
) -> None:
    """Send one request after the other; each must be taken."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {**SAME_ORIGIN, "Cookie": cookie}
    connection.connect()
    wait()
    for sent in load:
        given = {**headers, "Content-Type": sent.content_type}
        connection.request(sent.method, sent.path, sent.body, given)
        answer = connection.getresponse()
        said = answer.read()
        if not sent.is_taken(answer.status, said):
            raise RuntimeError(f"{answer.status} {said[:300]!r}")
