"""The shifts of a mall come from its file, also while it is in use."""

from datetime import date, time

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.places.commands import mall as mall_command
from mallops.places.commands import places as places_command
from mallops.places.queries import find_mall
from mallops.shifts import queries
from mallops.shifts.commands import shifts as shifts_command
from mallops.shifts.models import ShiftPattern
from tests.places.river import ABOUT, UNITS
from tests.shifts.conftest import TODAY
from tests.support.builders import make_duty

TOMORROW = date(2026, 11, 22)


@pytest.fixture
def run(app):
    def run(command, *words):
        answer = app.test_cli_runner().invoke(command, words)
        db.session.rollback()
        return answer

    return run


@pytest.fixture
def load(run, tmp_path):
    """``load(about, command)``: the mall's file, loaded."""

    def load(about=ABOUT, command=shifts_command):
        (tmp_path / "river.toml").write_text(about)
        (tmp_path / "river_units.csv").write_text(UNITS)
        return run(command, "load", str(tmp_path / "river.toml"))

    return load


@pytest.fixture
def river(run, load):
    run(mall_command, "add", "river", "--name", "River", "--time-zone", "Asia/Shanghai")
    load(command=places_command)
    return find_mall("river")


def patterns(mall):
    rows = sa.select(ShiftPattern).where(ShiftPattern.mall_id == mall.id)
    return db.session.scalars(rows.order_by(ShiftPattern.id)).all()


def night(mall, day=TODAY):
    return queries.find_shift(mall, f"night.{day:%Y%m%d}")


def test_a_mall_has_the_shifts_its_file_names_from_the_day_of_loading(river):
    of_operations, of_team = patterns(river)
    assert of_operations.name["zh-Hant"] == "夜班"
    assert (of_operations.starts_at, of_operations.ends_at) == (time(23), time(8, 30))
    assert of_operations.first_day == TODAY
    assert (of_operations.team_id, of_team.weekdays) == (None, [0, 1, 2, 3, 4])


def test_the_same_file_again_changes_nothing(river, load, clock):
    before = [pattern.id for pattern in patterns(river)]
    clock.move(days=1)
    assert load().output.strip() == "river: 2 shifts"
    assert [pattern.id for pattern in patterns(river)] == before
    assert {pattern.last_day for pattern in patterns(river)} == {None}


def test_a_changed_shift_begins_anew_today_with_everybody_on_it(
    river, load, clock, make_user
):
    officer = make_user(river)
    for day in (TODAY, TOMORROW):
        make_duty(patterns(river)[0], day, officer, clock.now)
    clock.move(days=1)
    assert load(ABOUT.replace('"23:00"', '"22:00"')).exit_code == 0
    assert night(river).starts_at.hour == 15  # 23:00 in Shanghai
    assert night(river, TOMORROW).starts_at.hour == 14
    for day in (TODAY, TOMORROW):
        [duty] = queries.people_on(river, night(river, day))
        assert duty.person.id == officer.id


def test_a_shift_that_began_only_today_is_put_right_in_place(river, load):
    load(ABOUT.replace('"23:00"', '"22:00"'))
    assert len(patterns(river)) == 2
    assert night(river).starts_at.hour == 14


def test_a_shift_that_is_gone_from_the_file_was_there_until_yesterday(
    river, load, clock
):
    clock.move(days=1)
    load(ABOUT.replace('code = "night"', 'code = "late"'))
    assert night(river)
    assert night(river, TOMORROW) is None
    clock.move(hours=1)
    load()
    assert night(river, TOMORROW)


def test_places_may_be_loaded_again_without_losing_the_roster(
    river, load, clock, make_user
):
    make_duty(patterns(river)[0], TODAY, make_user(river), clock.now)
    answer = load(ABOUT.replace("Atrium", "East atrium"), places_command)
    assert answer.exit_code == 0
    assert len(queries.people_on(river, night(river))) == 1


def test_shifts_may_change_while_the_mall_is_in_use(river, load, make_user, phone):
    caller = phone(make_user(river))
    caller.batch(caller.note())
    assert load(command=places_command).exit_code == 1
    assert load(ABOUT.replace('"23:00"', '"22:00"')).exit_code == 0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('code = "river"', 'code = "sea"', "there is no mall 'sea'"),
        ('starts = "23:00"', 'starts = "late"', "$.shifts[0].starts"),
        ('code = "engineering"', 'code = "works"', "unknown team"),
    ],
)
def test_a_wrong_file_changes_nothing(river, load, old, new, told):
    answer = load(ABOUT.replace(old, new))
    assert answer.exit_code == 1
    assert told in answer.output
    assert len(patterns(river)) == 2


def test_a_team_the_mall_does_not_have_yet_is_named(river, load):
    teams = 'teams = [{ code = "guards", organisation = "works", en = "Guards" }, '
    about = ABOUT.replace("teams = [", teams).replace(
        'code = "day"\nteam = "engineering"', 'code = "day"\nteam = "guards"'
    )
    answer = load(about)
    assert answer.exit_code == 1
    assert "no team guards" in answer.output
