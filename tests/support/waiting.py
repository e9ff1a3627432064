"""Wait in a browser's test until something holds.

Playwright's own ``wait_for_function`` asks again inside the page with ``eval``, which
the policy of our pages forbids: it works only if the first look is lucky.
"""

import time
from collections.abc import Callable
from typing import Any


def until(page: Any, fact: Callable[[], Any], seconds: float = 60) -> None:
    """Ask ``fact`` again and again; the page goes on meanwhile.

    Raises:
        AssertionError: it did not hold within the time.
    """
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        page.wait_for_timeout(50)
