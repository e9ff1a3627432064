"""Finds a node: the machine's own, or the one inside Playwright.

python -m tests.support.node
"""

import shutil
import sys

from playwright._impl._driver import compute_driver_executable


def find_node() -> str:
    return shutil.which("node") or compute_driver_executable()[0]


if __name__ == "__main__":
    sys.stdout.write(find_node())
