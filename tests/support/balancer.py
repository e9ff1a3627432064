"""A reverse proxy in front of several servers, each request to the next one in turn.

nginx, set up as docs/scaling.md says, where the machine has it; else a small one of our
own, so that the tests run anywhere.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Self

from tests.support.faultproxy import Fault, FaultProxy, Request
from tests.support.gunicorn import free_port
from tests.support.worker import until

CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream mallops {{
{servers}
    }}
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 21m;
        location / {{
            proxy_pass http://mallops;
            proxy_connect_timeout 2s;
            proxy_set_header Host              $http_host;
            proxy_set_header X-Forwarded-Host  $http_host;
            proxy_set_header X-Forwarded-For   $remote_addr;
            proxy_set_header X-Forwarded-Proto $scheme;
        }}
    }}
}}
"""


class Nginx:
    """The real one, in a folder of its own."""

    proxies = 1  # whose headers the servers may believe

    def __init__(self, program: str, ports: Sequence[int]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = Path(tempfile.mkdtemp(prefix="mallops-nginx-"))
        servers = "\n".join(
            f"        server 127.0.0.1:{port} max_fails=1 fail_timeout=1s;"
            for port in ports
        )
        path = self._folder / "nginx.conf"
        path.write_text(
            CONFIGURATION.format(folder=self._folder, servers=servers, port=self.port)
        )
        self._command = [program, "-p", str(self._folder), "-c", str(path)]
        self._command += ["-e", str(self._folder / "log")]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)
        until(self._answers, "nginx to listen")
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._process.terminate()
        self._process.wait()
        with suppress(FileNotFoundError):
            sys.stderr.write(f"--- nginx\n{(self._folder / 'log').read_text()[-2000:]}")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        with suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
            return True
        return False


class RoundRobin(FaultProxy):
    """Ours: whoever refuses a connection is passed over."""

    proxies = 0

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports, self._turns = ports, count()
        super().__init__(ports[0])

    def _ask(self, request: Request, fault: Fault) -> bytes:
        for _ in self._ports:
            self.upstream_port = self._ports[next(self._turns) % len(self._ports)]
            with suppress(ConnectionRefusedError):
                return super()._ask(request, fault)
        return b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"


def find_nginx() -> str | None:
    """The program; Debian keeps it where only root looks."""
    places = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    return shutil.which("nginx", path=places)


def balancer(ports: Sequence[int]) -> Nginx | RoundRobin:
    """To be entered; the servers may be started afterwards."""
    program = find_nginx()
    return Nginx(program, ports) if program else RoundRobin(ports)
