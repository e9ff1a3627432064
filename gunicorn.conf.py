"""How gunicorn serves MallOps; the environment sets what machines differ in."""

import ctypes
import os
import runpy
import shutil
import tempfile
from pathlib import Path

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8  # as malloc.h numbers them
_FIGURES = "PROMETHEUS_MULTIPROC_DIR"

bind = f"{os.environ.get('MALLOPS_BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))

# A worker with one thread is held by any connection that says nothing yet, and
# browsers open such connections in advance: two of them stop two workers. Threads bear
# that, and phones that send slowly. WEB_THREADS=1 is leaner behind a buffering proxy.
threads = int(os.environ.get("WEB_THREADS", "4"))

# Not loaded before the fork: each worker opens its own database connections, and a HUP
# starts workers with new code.
preload_app = False

timeout = 60  # seconds a worker may be silent before it is replaced
graceful_timeout = 30  # seconds to finish what has begun when told to stop
keepalive = 5  # seconds; a phone's flush reuses its connection

limit_request_line = 4094  # bytes; nothing we link to comes near
limit_request_fields = 50
limit_request_field_size = 8190

# Heartbeats are files: in memory they do not wait for a disk that is busy with commits.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 -- gunicorn makes the names

control_socket_disable = True  # one less door; signals do what we need
accesslog = (
    None  # the proxy in front keeps one; addresses of people are not ours to keep
)
errorlog = "-"

# Our lines of JSON or text, gunicorn's own included. Read as a file, not imported: the
# master must hold none of our code, or a HUP would start workers with the old one.
_lines = runpy.run_path(str(Path(__file__).parent / "mallops/operations/lines.py"))
logconfig_dict = _lines["gunicorn_config"]()

# Figures for /metrics: the workers share a folder of small files, best in memory.
# A HUP reads this file again and keeps the folder.
if os.environ.get("MALLOPS_METRICS_TOKEN") and not os.environ.get(_FIGURES):
    os.environ[_FIGURES] = tempfile.mkdtemp(prefix="mallops-", dir=worker_tmp_dir)


def post_fork(server, worker):
    """Give back at once what a decoded photo took, some 40 MB in all.

    Once such a block was freed, glibc keeps the next ones in each thread's own heap:
    two processes grew from 220 to 400 MB. One heap is enough for threads of which one
    runs at a time, and what one of them has freed serves the others. Elsewhere there is
    nothing to set.
    """
    if set_option := getattr(ctypes.CDLL(None), "mallopt", None):
        set_option(_ARENA_MAX, 1)
        set_option(_MMAP_THRESHOLD, 1_000_000)  # bytes, and never raised by itself


def child_exit(server, worker):
    """What a worker counted stays, its gauges go."""
    if os.environ.get(_FIGURES):
        # Not before: the library looks for the folder when it is imported.
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)


def on_exit(server):
    """The folder goes with the server that made it."""
    if folder := os.environ.get(_FIGURES):
        shutil.rmtree(folder, ignore_errors=True)
