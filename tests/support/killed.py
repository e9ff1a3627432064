"""A command that is killed at each of its steps in turn, as in a power cut.

    python -m tests.support.killed TEMPLATE CASES EVERY WORD...

Each time TEMPLATE is copied to CASES/1, CASES/2 and so on, ``{}`` in the words becomes
that folder, and the command dies before its first, second, … step on the file system,
until it gets through. EVERY is 1, or 3 for each third step. It prints how many cases
there were. The product knows nothing of this.
"""

import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path

from mallops.cli import main

STEPS = ("rename", "replace", "link", "mkdir")  # what changes which names there are


def kill_before(step: int) -> None:
    """From now on the process dies before this step. It does not wait for the disk:
    what a killed process has written is there.
    """
    os.fsync = lambda _handle: None
    left = iter(range(step - 1))

    def counted(real):
        def call(*args, **given):
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **given)

        return call

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))


def run(case: Path, step: int, words: list[str]) -> bool:
    """Whether the command got through; anything but a kill or success is an error."""
    child = os.fork()
    if child == 0:
        os.environ["MALLOPS_DATA"] = str(case / "data")
        kill_before(step)
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 -- until the process ends
        main([word.replace("{}", str(case)) for word in words])
    _pid, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in {0, -signal.SIGKILL}:
        raise SystemExit(f"step {step} ended with {code}")
    return code == 0


def run_all(template: Path, cases: Path, every: int, words: list[str]) -> int:
    for number in count(1):
        case = cases / str(number)
        shutil.copytree(template, case, symlinks=True)
        if run(case, 1 + (number - 1) * every, words):
            break
    return number


if __name__ == "__main__":
    template, cases, every, *words = sys.argv[1:]
    sys.stdout.write(f"{run_all(Path(template), Path(cases), int(every), words)}\n")
