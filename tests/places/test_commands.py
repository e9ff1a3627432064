"""``mallops mall …`` and ``mallops places …`` at a terminal."""

import tomllib
from collections import Counter
from datetime import date, time
from pathlib import Path

import pytest
import sqlalchemy as sa

from mallops.checklists.queries import current_versions
from mallops.db import db
from mallops.ledger.models import LedgerHead
from mallops.people.models import Team
from mallops.places.commands import mall as mall_command
from mallops.places.commands import places as places_command
from mallops.places.models import Place, Tenancy, Unit
from mallops.places.queries import find_mall, spots, trading_hours, units_of
from mallops.rounds.models import RoundPlan
from tests.places.river import ABOUT, UNITS

DEMO = Path(__file__).parents[2] / "mallops" / "demo"
ADDED = ["--name", "River", "--time-zone", "Asia/Shanghai"]


@pytest.fixture
def add(app):
    return lambda *words: _run(app, mall_command, "add", *words)


@pytest.fixture
def load(app, tmp_path):
    """``load(about, units)``: the two files, loaded."""

    def load(about=ABOUT, units=UNITS):
        (tmp_path / "river.toml").write_text(about)
        (tmp_path / "river_units.csv").write_text(units)
        return _run(app, places_command, "load", str(tmp_path / "river.toml"))

    return load


def _run(app, command, *words):
    answer = app.test_cli_runner().invoke(command, words)
    db.session.rollback()
    return answer


def of(model, mall):
    return db.session.scalars(sa.select(model).where(model.mall_id == mall.id)).all()


def test_a_new_mall_has_a_ledger_and_the_shipped_checklists(app, add):
    answer = add("river", *ADDED, "--day-starts-at", "04:30")
    assert answer.exit_code == 0
    mall = find_mall("river")
    assert (mall.name["zh-Hant"], mall.day_starts_at) == ("River", time(4, 30))
    assert db.session.get(LedgerHead, mall.id).ledger_seq == 0
    assert len(current_versions(mall.id)) == 12
    listed = _run(app, mall_command, "list").output
    assert "river\tAsia/Shanghai\tRiver" in listed


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["demo", *ADDED], "already"),
        (["River Mall", *ADDED], "small letters"),
        (["river", "--name", "R", "--time-zone", "Shanghai"], "Asia/Shanghai"),
        (["river", *ADDED, "--day-starts-at", "25:00"], "25:00"),
    ],
)
def test_what_is_no_mall_is_refused(add, mall, words, told):
    answer = add(*words)
    assert answer.exit_code != 0
    assert told in answer.output
    assert find_mall("river") is None


def test_a_mall_gets_what_its_files_say(add, load):
    add("river", *ADDED)
    answer = load()
    assert answer.output.strip() == (
        "river: 1 floors, 1 zones, 1 restrooms, 3 units, 2 plans, 2 shifts"
    )
    mall = find_mall("river")
    assert mall.name == {
        "en": "River Mall",
        "zh-Hans": "河畔广场",
        "zh-Hant": "河畔广场",
    }
    assert mall.settings["plan_times"] == {"public_lighting_on": "09:45"}
    kinds = Counter(spot.kind for spot in spots(mall.id).values())
    assert kinds == {"floor": 1, "zone": 1, "restroom": 1, "unit": 3}
    bank, coat, empty = units_of(mall.id, date(2026, 11, 21))
    assert bank[1].name["zh-Hans"] == "港湾银行"
    assert coat[0].opens_on == date(2026, 12, 24)
    assert empty[1] is None
    hours = trading_hours(mall.id)
    assert [row.weekday for row in hours[bank[1].id]] == [0, 4, 5, 6]
    assert len(hours[None]) == 7


def test_plans_begin_on_the_day_of_loading(add, load):
    add("river", *ADDED)
    load()
    plans = {plan.code: plan for plan in of(RoundPlan, find_mall("river"))}
    assert plans["opening"].valid_from == date(2026, 11, 21)
    assert plans["meters"].places == ["L1-A", "L1-001"]
    assert plans["meters"].weekdays == [0, 1, 2, 3, 4]
    assert (plans["meters"].team, plans["meters"].role) == ("engineering", None)


def test_tenants_came_when_the_file_says_else_today(add, load):
    add("river", *ADDED)
    load()
    began = db.session.scalars(sa.select(Tenancy.starts_on).order_by(Tenancy.id)).all()
    assert began == [date(2024, 3, 1), date(2026, 11, 21)]


def test_corrected_files_replace_what_was_loaded(add, load, make_user):
    add("river", *ADDED)
    load()
    mall = find_mall("river")
    [team] = of(Team, mall)
    engineer = make_user(mall, "team", team="engineering")
    assert load(ABOUT.replace("Atrium", "East atrium"), UNITS).exit_code == 0
    assert len(of(Unit, mall)) == 3
    assert [p.name["en"] for p in of(Place, mall) if p.kind == "zone"] == [
        "East atrium"
    ]
    assert of(Team, mall) == [team]
    assert engineer.memberships[0].team == team


def test_a_mall_with_recorded_work_is_left_as_it_is(add, load, make_user, phone):
    add("river", *ADDED)
    load()
    officer = make_user(find_mall("river"))
    caller = phone(officer)
    answer = caller.batch(caller.note()).json
    assert answer["results"][0]["status"] == "accepted"
    answer = load(ABOUT.replace("Atrium", "East atrium"))
    assert answer.exit_code == 1
    assert "recorded" in answer.output
    assert spots(find_mall("river").id)["L1-A"].name["en"] == "Atrium"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('code = "river"', 'code = "sea"', "there is no mall 'sea'"),
        ("Asia/Shanghai", "Asia/Tokyo", "start at 05:00 in Asia/Shanghai"),
        ('checklist = "opening"', 'checklist = "none"', "Not published"),
        ("duration_minutes = 45", "minutes = 45", "unknown field `minutes`"),
    ],
)
def test_what_does_not_fit_the_mall_changes_nothing(add, load, old, new, told):
    add("river", *ADDED)
    answer = load(ABOUT.replace(old, new))
    assert answer.exit_code == 1
    assert told in answer.output
    assert spots(find_mall("river").id) == {}


def test_the_files_of_the_demo_can_be_taken_as_a_start(app, add):
    about = tomllib.loads((DEMO / "lindenhof.toml").read_text())
    add("other", "--name", "Other", "--time-zone", about["time_zone"])
    answer = _run(app, places_command, "load", str(DEMO / "lindenhof.toml"))
    assert answer.exit_code == 0
    assert "left out: mallops user add" in answer.output
