"""``mallops hours load``: holidays and seasons of a mall, also of one in use."""

from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from mallops.db import db
from mallops.doors import queries
from mallops.doors.commands import hours as hours_command
from mallops.doors.models import HoursException
from mallops.places import actions as places
from mallops.places import files
from mallops.places.commands import places as places_command
from mallops.places.models import Unit
from tests.places.river import ABOUT, UNITS

TODAY = date(2026, 11, 21)  # a Saturday
EXCEPTION = """
[[exceptions]]
en = "{name}"
from = {first}
to = {last}
{hours}
"""


@pytest.fixture
def river(app, clock):
    mall = places.open_mall(
        "river", {"en": "River"}, clock.now, time_zone="Asia/Shanghai",
        day_starts_at=time(5),
    )  # fmt: skip
    db.session.commit()
    return mall


@pytest.fixture
def load(app, river, tmp_path):
    """``load(exceptions…)``: the mall's files with these, loaded by a command."""

    def load(*given, command=hours_command):
        (tmp_path / "river.toml").write_text(ABOUT + "".join(given))
        (tmp_path / "river_units.csv").write_text(UNITS)
        path = str(tmp_path / "river.toml")
        answer = app.test_cli_runner().invoke(command, ["load", path])
        db.session.rollback()
        return answer

    load(command=places_command)
    return load


def exception(days, hours, name="Holiday", last=None):
    first = TODAY + timedelta(days=days)
    until = TODAY + timedelta(days=last if last is not None else days)
    return EXCEPTION.format(name=name, first=first, last=until, hours=hours)


def opens(river, no="L1-001", days=1):
    """When a unit opens some days ahead, as its clock shows; else why it need not."""
    unit = db.session.scalar(sa.select(Unit).filter_by(no=no, mall_id=river.id))
    day = TODAY + timedelta(days=days)
    found = queries.planned(river, [unit.id], day)[unit.id]
    if found.opens_at is None:
        return found.exempt
    return f"{found.opens_at + timedelta(hours=8):%H:%M}"


def test_hours_come_from_the_files(river, load):
    assert [opens(river, no) for no in ("L1-001", "L1-002", "L1-003")] == [
        "09:00", "fitout", "vacant",
    ]  # fmt: skip
    assert opens(river, days=4) == "closed_day"  # the bank on a Wednesday


def test_a_holiday_closes_everybody_and_other_hours_only_those_with_the_malls(
    river, load
):
    answer = load(exception(1, "closed = true"), exception(2, 'opens = "12:00"'))
    assert answer.output == "river: 2 exceptions of hours from 2026-11-22 on\n"
    assert [opens(river, days=n) for n in (1, 2)] == ["closed_day", "09:00"]
    db.session.execute(sa.update(Unit).values(state="trading"))
    assert [opens(river, "L1-002", n) for n in (1, 2)] == ["closed_day", "12:00"]


@pytest.mark.parametrize("of", ['of = "bank"', 'unit = "L1-001"'])
def test_an_exception_may_be_of_some_tenants(river, load, of):
    load(exception(1, f'opens = "12:00"\n{of}'))
    assert opens(river) == "12:00"
    assert db.session.query(HoursException).count() == 1


def test_a_season_may_be_of_some_weekdays(river, load):
    load(exception(1, 'opens = "12:00"\nof = "bank"\nweekdays = "sun"', last=9))
    assert [opens(river, days=n) for n in (1, 2, 8)] == ["12:00", "09:00", "12:00"]


def test_loading_again_replaces_what_is_ahead_and_nothing_else(river, load, clock):
    load(exception(1, 'opens = "12:00"\nof = "bank"', last=9, name="Old"))
    clock.move(days=7)
    load(exception(8, 'opens = "13:00"\nof = "bank"', name="New", last=8))
    assert [opens(river, days=n) for n in (1, 7, 8, 9)] == [
        "12:00", "12:00", "13:00", "09:00",
    ]  # fmt: skip


def test_what_is_over_or_begun_changes_no_day_that_was_judged(river, load, clock):
    load(exception(0, "closed = true"), exception(-1, "closed = true", last=2))
    assert [opens(river, days=n) for n in (-1, 0, 1, 2)] != ["closed_day"] * 4
    assert [opens(river, days=n) for n in (0, 1, 2)] == [
        "09:00", "closed_day", "closed_day",
    ]  # fmt: skip


def test_a_new_mall_has_its_exceptions_from_the_first_day(river, load):
    load(exception(0, "closed = true"), command=places_command)
    assert opens(river, days=0) == "closed_day"
    load(command=places_command)
    assert opens(river, days=0) == "09:00"


def test_a_broken_file_changes_nothing(river, load):
    load(exception(1, "closed = true"))
    answer = load(exception(1, ""))
    assert answer.exit_code != 0
    assert "either closed, or a time to open or to close" in answer.output
    assert opens(river) == "closed_day"


def test_a_mall_that_is_not_there_is_told(app, tmp_path):
    (tmp_path / "river.toml").write_text(ABOUT)
    (tmp_path / "river_units.csv").write_text(UNITS)
    answer = app.test_cli_runner().invoke(
        hours_command, ["load", str(tmp_path / "river.toml")]
    )
    assert "there is no mall 'river'" in answer.output


def test_numbers_of_the_mall_are_those_of_its_file(river, load, tmp_path):
    (tmp_path / "river.toml").write_text(
        ABOUT.replace("[hours]", "[settings.doors]\ntolerance = 10\n[hours]")
    )
    places.load(river, files.read(tmp_path / "river.toml"), TODAY)
    assert queries.terms(river).tolerance == 10
    assert queries.terms(river).not_open_after == 30
