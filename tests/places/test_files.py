"""A mall's files are read whole, or refused with all that is wrong."""

from datetime import date

import pytest

from mallops.places import files
from mallops.places.content import weekdays
from tests.places.river import ABOUT, UNITS


@pytest.fixture
def read(tmp_path):
    def read(about=ABOUT, units=UNITS):
        (tmp_path / "river.toml").write_text(about)
        (tmp_path / "river_units.csv").write_text(units)
        return files.read(tmp_path / "river.toml")

    return read


def test_both_files_are_read(read):
    content = read()
    assert content.about.restrooms[0].words["zh-Hant"] == "Restroom"
    assert [unit.state for unit in content.units] == ["trading", "fitout", "vacant"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Asia/Shanghai", "Asia/Atlantis", "unknown time_zone 'Asia/Atlantis'"),
        ('floor = "L1"', 'floor = "L9"', "zone L1-A: unknown floor 'L9'"),
        ('zone = "L1-A"', 'zone = "B"', "restroom L1-WC1: unknown zone 'B'"),
        ('n = "works"', 'n = "none"', "team engineering: unknown organisation"),
        ('role = "officer"', 'role = "king"', "plan opening: unknown role 'king'"),
        ('role = "officer"', "", "plan opening: needs either a role or a team"),
        ('team = "eng', 'team = "sing', "plan meters: unknown team"),
        (
            'code = "day"\nteam = "eng',
            'code = "day"\nteam = "s',
            "shift day: unknown team",
        ),
        (
            'code = "day"\nteam = "engineering"',
            'code = "night"',
            "'night' is there twice",
        ),
        ('starts = "23:00"', 'starts = "24:00"', "$.shifts[0].starts"),
        ('ends = "20:00"', 'people = ["wu"]\nends = "20:00"', "unknown people 'wu'"),
        ('where = "zones"', 'where = "roofs"', "unknown where 'roofs'"),
        ('["L1-A", "L1-001"]', '["L1-Z"]', "unknown where 'L1-Z'"),
        ('mall = "10:00-22:00"', "", "hours needs the key 'mall'"),
        ('"09:00-17:00"', '"9-17"', "hours bank"),
        ("fri-mon", "someday", "hours bank"),
        ("duration_minutes = 45", "minutes = 45", "unknown field `minutes`"),
        ('["09:00"]', '["9:00"]', "$.plans[0].starts[0]"),
        ("[hours]", "[hours", "river.toml"),
        ('"river_units.csv"', '"none.csv"', "none.csv"),
    ],
)
def test_a_broken_file_is_refused_by_name_and_reason(read, old, new, told):
    with pytest.raises(files.BrokenFile) as refusal:
        read(ABOUT.replace(old, new))
    assert told in str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("L1-003,L1-A", "L1-003,L7-A", "unit L1-003: unknown zone 'L7-A'"),
        ("L1-003", "L1-001", "place or unit 'L1-001' is there twice"),
        ("L1-003", "L1.003", "river_units.csv, line 4"),
        ("kiosk", "tent", "unit L1-003: unknown kind 'tent'"),
        ("vacant", "trading", "unit L1-003: a tenant's category, unless vacant"),
        ("services", "magic", "unit L1-001: unknown category 'magic'"),
        ("Harbour Bank", "", "unit L1-001: its tenant needs a name"),
        ("2024-03-01", "March", "river_units.csv, line 2"),
        ("since", "sinse", "unknown field `sinse`"),
    ],
)
def test_a_broken_line_is_refused_by_number_and_reason(read, old, new, told):
    with pytest.raises(files.BrokenFile) as refusal:
        read(units=UNITS.replace(old, new))
    assert told in str(refusal.value)


LADDER = """
[settings.escalation.S3]
acknowledge_100 = ["supervisor"]
fix_50 = ["doers"]
[hours]
"""


def test_a_mall_may_have_a_ladder_of_its_own(read):
    facts = read(ABOUT.replace("[hours]", LADDER)).about.settings
    assert facts.escalation["S3"]["fix_50"] == ["doers"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("fix_50", "fixed_50", "escalation S3: unknown step 'fixed_50'"),
        ("doers", "mayor", "escalation S3 fix_50: unknown 'mayor'"),
        ("S3", "S7", "escalation: unknown severity 'S7'"),
    ],
)
def test_a_broken_ladder_is_refused_by_name_and_reason(read, old, new, told):
    with pytest.raises(files.BrokenFile) as refusal:
        read(ABOUT.replace("[hours]", LADDER.replace(old, new)))
    assert told in str(refusal.value)


HOLIDAYS = """
[settings.doors]
tolerance = 10
[[exceptions]]
en = "Spring Festival"
from = 2027-02-06
to = 2027-02-08
closed = true
[[exceptions]]
en = "Summer"
from = 2027-06-01
to = 2027-08-31
weekdays = "fri-sat"
closes = "23:00"
of = "bank"
[[exceptions]]
en = "Stocktaking"
from = 2027-01-04
opens = "12:00"
unit = "L1-001"
[hours]
"""


def test_a_mall_may_have_holidays_seasons_and_numbers_of_its_own(read):
    about = read(ABOUT.replace("[hours]", HOLIDAYS)).about
    festival, summer, stocktaking = about.exceptions
    assert (festival.last_day, festival.closed) == (date(2027, 2, 8), True)
    assert (summer.of, summer.weekdays, summer.closes) == ("bank", "fri-sat", "23:00")
    assert stocktaking.first_day == stocktaking.last_day
    assert about.settings.doors == {"tolerance": 10}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("to = 2027-02-08", "to = 2027-02-01", "of 2027-02-06: ends before it begins"),
        ("closed = true", "", "'Spring Festival' of 2027-02-06: either closed, or"),
        ('closes = "23:00"', 'closes = "23:00"\nclosed = true', "'Summer' of 2027"),
        ('of = "bank"', 'of = "zoo"', "unknown hours 'zoo'"),
        ('unit = "L1-001"', 'unit = "L1-003"', "no unit with a tenant is 'L1-003'"),
        ('unit = "L1-001"', 'unit = "L1-001"\nof = "bank"', "not of both"),
        ('"12:00"', '"12:00"\ncloses = "12:00"', "at the same time"),
        ('opens = "12:00"', 'opens = "noon"', "$.exceptions[2].opens"),
        ("from = 2027-01-04", 'from = "Monday"', "$.exceptions[2].from"),
        ('"fri-sat"', '"weekend"', "$.exceptions[1].weekdays"),
        ("tolerance = 10", "tolerance = 45", "none less than the one before"),
        ("tolerance = 10", "tolerance = -1", "none less than the one before"),
        ("tolerance = 10", "tolerence = 10", "doors: unknown number 'tolerence'"),
        ("tolerance = 10", "penalty = 1", "verbal, written and penalty"),
        ("tolerance = 10", 'tolerance = "ten"', "$.settings.doors"),
    ],
)
def test_a_broken_exception_is_refused_by_name_and_reason(read, old, new, told):
    with pytest.raises(files.BrokenFile) as refusal:
        read(ABOUT.replace("[hours]", HOLIDAYS.replace(old, new)))
    assert told in str(refusal.value)


def test_all_that_is_wrong_is_told_at_once(read):
    about, units = ABOUT.replace('floor = "L1"', 'floor = "L9"'), UNITS
    with pytest.raises(files.BrokenFile) as refusal:
        read(about, units.replace("shop", "tent").replace("kiosk", "tent"))
    assert len(str(refusal.value).splitlines()) == 4


def test_a_week_may_run_over_its_end():
    assert weekdays("fri-mon") == [0, 4, 5, 6]
    assert weekdays("sun") == [6]
    assert weekdays("mon-sun") == list(range(7))
