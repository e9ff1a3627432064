"""Backup and restore killed at every step: one is whole, or it is none (A66)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mallops.backups import folder as folders
from mallops.backups import restoring
from mallops.config import RESTORING, read_settings
from mallops.db import db
from tests.backups.conftest import entries, sqlite_only
from tests.support import builders
from tests.support.gunicorn import CHECKOUT, OURS

FEWEST = 4  # steps; fewer would mean that the kills miss most of them


@pytest.fixture
def template(own, back_up, settings, tmp_path):
    """A data folder with two notes and photos, and a backup from after the first."""
    record(own, 10)
    made = back_up()
    record(own, 20)
    db.session.remove()
    db.engine.dispose()
    template = tmp_path / "template"
    (template / "data").mkdir(parents=True)
    for file in (Path(db.engine.url.database), settings.data / "secret_key"):
        shutil.copy(file, template / "data" / file.name)
    shutil.copytree(settings.data / "photos", template / "data" / "photos")
    shutil.copytree(made, template / "backups" / made.name)
    return template


def record(own, red):
    data = builders.jpeg((red, 80, 160))
    own.put_photo(data)
    photos = [builders.sha256(data)]
    own.hand_in(own.seal({"text": "x", "place": None, "photos": photos}, photos=photos))


def killed_at_steps(template, tmp_path, *words, every=1):
    """The folders it left, one for each kill; the last one got through."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
    cases = tmp_path / "cases"
    cases.mkdir()
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.support.killed",
            template,
            cases,
            str(every),
            *words,
        ],
        cwd=CHECKOUT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    count = int(done.stdout)
    assert count > FEWEST
    return [cases / str(step) for step in range(1, count + 1)]


def photos_of(case):
    return len(list(case.glob("data/photos/*/*/*.jpg")))


@sqlite_only
def test_a_backup_that_was_killed_is_none_and_the_next_one_is_whole(
    template, tmp_path, clock
):
    words = ("backup", "--to", "{}/backups")
    *cut, through = killed_at_steps(template, tmp_path, *words, every=3)
    for case in cut:
        for made in folders.finished(case / "backups")[1:]:  # the first was there
            check(made, case, clock)
    check(folders.finished(through / "backups")[1], through, clock)
    case = next(one for one in cut if list((one / "backups").glob(".unfinished*")))
    command("backup", "--to", case / "backups", MALLOPS_DATA=str(case / "data"))
    assert not list((case / "backups").glob(".unfinished*"))
    check(folders.finished(case / "backups")[-1], case, clock)


def command(*words, **settings):
    """Run ``mallops …`` as an operator does."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
    subprocess.run(
        [sys.executable, "-m", "mallops.cli", *map(str, words)],
        cwd=CHECKOUT,
        env=env | settings,
        check=True,
    )


def check(made, case, clock):
    """It can be restored, so it is whole."""
    settings = read_settings({"MALLOPS_DATA": str(case / f"new-{made.name}")})
    restoring.restore(settings, made, clock.now)


@sqlite_only
def test_a_restore_that_was_killed_leaves_the_old_or_says_so(
    template, tmp_path, run_restore
):
    (made,) = (template / "backups").iterdir()
    words = ("restore", f"{{}}/backups/{made.name}", "--replace")
    cases = killed_at_steps(template, tmp_path, *words)
    states = [state_of(case, made.name, run_restore) for case in cases]
    assert states == sorted(states, key=["old", "half", "new"].index)
    assert set(states) == {"old", "half", "new"}


def state_of(case, name, run_restore):
    """How it was left; and the same command, or none, leads to the restored state."""
    env, database = {"MALLOPS_DATA": case / "data"}, case / "data" / "mallops.db"
    if (case / "data" / RESTORING).exists():
        with pytest.raises(SystemExit, match="run `mallops restore` to finish"):
            read_settings({"MALLOPS_DATA": str(case / "data")})
        assert "was cut off" in run_restore(env)
        state = "half"
    else:
        found = entries(database), photos_of(case)
        assert found in {(1, 2), (2, 4)}, "neither the old nor the new"
        state = "old" if found == (2, 4) else "new"
        if state == "old":
            run_restore(env, case / "backups" / name, "--replace")
    assert (entries(database), photos_of(case)) == (1, 2)
    (aside,) = (case / "data").glob("before-restore-*")
    assert entries(aside / "mallops.db") == 2
    assert not list((case / "data").glob(".restored*"))
    assert not (case / "data" / RESTORING).exists()
    return state
