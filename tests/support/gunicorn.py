"""The real server for tests: gunicorn with our settings on a free loopback port."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

CHECKOUT = Path(__file__).parents[2]
START_SECONDS = 90  # a machine with two cores and six test processes
STOP_SECONDS = 35  # a little more than graceful_timeout in gunicorn.conf.py

# Settings of the person who runs the tests must not leak into a server under test.
OURS = ("MALLOPS_", "DATABASE_URL", "PORT", "WEB_", "GUNICORN_")


class Server:
    """Starts `gunicorn wsgi:app`; the port stays the same over restarts.

    Args:
        data: folder for MALLOPS_DATA; also gets the log, ``gunicorn.log``.
        env: further settings, such as DATABASE_URL or WEB_CONCURRENCY.
        app, folder: what to serve and from where; the app of this checkout by default.
    """

    def __init__(
        self,
        data: Path,
        env: Mapping[str, str] | None = None,
        *,
        app: str = "wsgi:app",
        folder: Path = CHECKOUT,
    ) -> None:
        self.port = free_port()
        self.log_path = data / "gunicorn.log"
        self.app = app
        self.folder = folder
        self.env = {
            **{key: value for key, value in os.environ.items() if not _is_ours(key)},
            "MALLOPS_DATA": str(data),
            **(env or {}),
            "PORT": str(self.port),
            "MALLOPS_BIND": "127.0.0.1",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Process id of gunicorn's master, which is also its process group."""
        if self._process is None:
            raise RuntimeError("the server is not running")
        return self._process.pid

    @property
    def log(self) -> str:
        return self.log_path.read_text() if self.log_path.exists() else ""

    def start(self) -> None:
        """Start, and return when /healthz answers 200."""
        config = CHECKOUT / "gunicorn.conf.py"
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", str(config), self.app],
                cwd=self.folder,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a group of its own, to be killed as one
            )
        self._wait_until_healthy()

    def stop(self) -> None:
        """Ask it to finish what it has begun; pytest shows the log if a test failed."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        self.kill()
        sys.stderr.write(f"--- end of gunicorn's log\n{self.log[-4000:]}")

    def kill(self) -> None:
        """SIGKILL master and workers: power cut of the process, not of the machine."""
        if self._process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def restart(self, env: Mapping[str, str] | None = None) -> None:
        """Stop and start again, on the same port, with some settings changed."""
        self.stop()
        self.env.update(env or {})
        self.start()

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        answer = ""
        while time.monotonic() < deadline and self._is_running():
            answer = health(self.port)
            if answer.startswith("200"):
                return
            time.sleep(0.05)
        self.kill()
        raise RuntimeError(
            f"the server did not get healthy; /healthz: {answer or 'no answer'}\n"
            f"--- its log\n{self.log[-8000:]}"
        )

    def _is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None


def health(port: int) -> str:
    """What /healthz says, as "200 {…}"; empty when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return f"{answer.status} {answer.read().decode(errors='replace')[:500]}"
    except (OSError, http.client.HTTPException):
        return ""
    finally:
        connection.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _is_ours(key: str) -> bool:
    return key.startswith(OURS)
