"""Which browser the tests drive: find one, or install one.

``python -m tests.support.browser`` does it before the tests and says what it found.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

NAMES = (
    "chromium-headless-shell",  # draws no window: a third quicker
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# without the fonts, Chinese is boxes
DEBIAN_PACKAGES = ("chromium-headless-shell", "fonts-noto-cjk")

HELP = """No browser for the tests. One of these helps:
  set CHROMIUM to the path of a Chromium or Chrome
  .venv/bin/playwright install chromium
  apt-get install chromium-headless-shell fonts-noto-cjk  (Debian, as root)"""


class BrowserMissing(Exception):
    """There is no browser, and none could be installed."""


def find_chromium() -> str | None:
    """Path of the browser to start; ``None`` for Playwright's own build.

    Hand it to Playwright as ``executable_path``.

    Raises:
        BrowserMissing: there is none; the message says what to install.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        if shutil.which(named) is None:
            raise BrowserMissing(f"CHROMIUM={named} is not a program.")
        return shutil.which(named)
    if has_playwright_build():
        return None
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise BrowserMissing(HELP)


def launch_args() -> list[str]:
    """Flags for a quiet browser; root cannot have Chromium's sandbox."""
    args = [
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    return [*args, "--no-sandbox"] if os.geteuid() == 0 else args


@cache
def has_playwright_build() -> bool:
    """Whether `playwright install chromium` has been here, for this Playwright."""
    listing = subprocess.run(
        [*_playwright(), "install", "--dry-run", "chromium"],
        capture_output=True,
        text=True,
        check=False,
    )
    folders = [
        Path(line.partition(":")[2].strip())
        for line in listing.stdout.splitlines()
        if line.strip().lower().startswith("install location")
        and "chromium" in line.rpartition("/")[2]
    ]
    return bool(folders) and all(
        (folder / "INSTALLATION_COMPLETE").exists() for folder in folders
    )


def find_or_install() -> str | None:
    """Like find_chromium, but installs a browser before it gives up."""
    try:
        return find_chromium()
    except BrowserMissing:
        if os.environ.get("CHROMIUM"):
            raise
    for command in _ways_to_install():
        print("installing a browser:", " ".join(command), flush=True)
        done = subprocess.run(
            command, env=_unattended(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            print("that failed:", _gist(done.stderr), flush=True)
        has_playwright_build.cache_clear()
        try:
            return find_chromium()
        except BrowserMissing:
            continue
    raise BrowserMissing(HELP)


def _ways_to_install() -> Iterator[list[str]]:
    yield [*_playwright(), "install", "chromium"]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], env=_unattended(), check=False)
        yield [
            "apt-get",
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            *DEBIAN_PACKAGES,
        ]


def _gist(complaint: str) -> str:
    """The first line that names an error, of the pages some installers write."""
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "e:"))]
    return (errors or lines or ["it did not say why"])[0][:300]


def _playwright() -> list[str]:
    return [sys.executable, "-m", "playwright"]


def _unattended() -> dict[str, str]:
    return {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}


def _version(path: str) -> str:
    answer = subprocess.run(
        [path, "--version"], capture_output=True, text=True, check=False, timeout=30
    )
    if answer.returncode != 0:
        raise BrowserMissing(f"{path} does not start: {answer.stderr.strip()[-500:]}")
    return answer.stdout.strip()


def _shows_chinese() -> bool:
    """Whether a font for Chinese is there; true as well where nobody can say."""
    if shutil.which("fc-list") is None:
        return True
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False)
    return bool(fonts.stdout.strip())


def main() -> None:
    try:
        path = find_or_install()
        found = f"{path} ({_version(path)})" if path else "Playwright's own Chromium"
    except BrowserMissing as missing:
        sys.exit(str(missing))
    print("browser for the tests:", found)
    if not _shows_chinese():
        print("no font for Chinese: screenshots show boxes (fonts-noto-cjk has one)")


if __name__ == "__main__":
    main()
