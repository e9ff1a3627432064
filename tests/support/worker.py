"""The real worker for tests: ``mallops worker`` as a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from tests.support.gunicorn import CHECKOUT, OURS

WAIT_SECONDS = 90


class Worker:
    """Starts ``mallops worker``, or another command that has one beside it.

    Args:
        data: folder for MALLOPS_DATA; also gets the log.
        env: further settings.
    """

    def __init__(
        self, data: Path, env: Mapping[str, str], *command: str, name: str = "worker"
    ) -> None:
        self.log_path = data / f"{name}.log"
        self.command = [sys.executable, "-m", "mallops.cli", *(command or ["worker"])]
        own = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
        self.env = {**own, "MALLOPS_DATA": str(data), **env}

    def __enter__(self) -> Self:
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=CHECKOUT, env=self.env, stdout=log, stderr=log
            )
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        sys.stderr.write(f"--- {self.log_path.name}\n{self.log[-4000:]}")

    @property
    def log(self) -> str:
        return self.log_path.read_text()

    def stop(self) -> int:
        """Ask it to stop; how it ended."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(WAIT_SECONDS)

    def wait_for_log(self, text: str) -> None:
        until(lambda: text in self.log, f"{text!r} in the log:\n{self.log}")


def until(is_so: Callable[[], bool], what: str) -> None:
    """Wait for it; a test that waits in vain says for what."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.05)
