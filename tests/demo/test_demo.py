"""The demo is what its description says, in every language, every time."""

import re
from collections import Counter
from datetime import time, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from mallops.checklists.models import ChecklistVersion
from mallops.db import db
from mallops.demo.actions import load
from mallops.errors import Refused
from mallops.ledger.models import Entry
from mallops.people.models import Membership, Organisation, Team, User
from mallops.people.passwords import check_password
from mallops.places.models import Mall, Place, Tenancy, Tenant, TradingHours, Unit
from mallops.places.queries import (
    VACANT,
    find_mall,
    named_spots,
    spots,
    trading_hours,
    units_of,
)
from mallops.places.rules import (
    TRADE_CATEGORIES,
    business_day,
    clock,
    hours_on,
    moment_on,
    plan_times,
)
from mallops.rounds.models import RoundPlan
from mallops.shifts.queries import (
    find_shift,
    people_on,
    people_on_all,
    shifts_of_day,
)
from tests.demo.conftest import NOW, PASSWORD, empty_database

LANGUAGES = {"en", "zh-Hans", "zh-Hant"}
CHINESE = re.compile("[\u4e00-\u9fff]")
TRADITIONAL_ONLY = set("開關門樓廳餐飲電錶鐘錶麵館舖馬車場嬰藝術燈龍鴨湯鍋書買賣東對員")
TODAY = business_day(NOW, "Asia/Shanghai", time(5))


def rows(model, mall="demo"):
    query = sa.select(model).where(model.mall_id == find_mall(mall).id)
    return db.session.scalars(query.order_by(model.id)).all()


def plans(code):
    return [plan for plan in rows(RoundPlan) if plan.checklist == code]


def rounds_of(code):
    return sum(len(plan.places) * len(plan.starts) for plan in plans(code))


@pytest.mark.usefixtures("demo")
class TestMall:
    def test_two_malls_one_of_them_with_daylight_saving(self):
        mall, other = find_mall("demo"), find_mall("other")
        assert mall.time_zone == "Asia/Shanghai"
        assert mall.day_starts_at == time(5)
        assert other.time_zone == "Europe/Berlin"

    def test_five_storeys_and_outside(self):
        floors = [place.code for place in rows(Place) if place.kind == "floor"]
        assert floors == ["B1", "L1", "L2", "L3", "L4", "EXT"]

    def test_seven_zones_and_twenty_restrooms_in_them(self):
        places = rows(Place)
        zones = {place.id for place in places if place.kind == "zone"}
        restrooms = [place for place in places if place.kind == "restroom"]
        assert len(zones) == 7
        assert len(restrooms) == 20
        assert {place.zone_id for place in restrooms} == zones

    def test_250_units_of_which_8_are_vacant_and_5_in_fit_out(self):
        units = rows(Unit)
        assert len(units) == 250
        states = Counter(unit.state for unit in units)
        assert states == {"trading": 237, "vacant": 8, "fitout": 5}
        assert all(re.fullmatch(r"(B1|L[1-4]|EXT)-\d{3}", unit.no) for unit in units)
        assert all(unit.zone.floor == unit.floor for unit in units)
        assert {unit.kind for unit in units} == {"shop", "counter", "kiosk", "storage"}

    def test_every_unit_but_the_vacant_ones_has_a_tenant(self):
        for unit, tenant in units_of(find_mall("demo").id, TODAY):
            assert (tenant is None) == (unit.state == "vacant")

    def test_vacant_units_were_never_let(self):
        vacant = {unit.id for unit in rows(Unit) if unit.state == "vacant"}
        let = db.session.scalars(sa.select(Tenancy.unit_id)).all()
        assert not vacant & set(let)

    def test_sites_in_fit_out_have_an_opening_day_ahead_and_no_others(self):
        for unit in rows(Unit):
            assert (unit.opens_on is not None) == (unit.state == "fitout")
            assert unit.opens_on is None or unit.opens_on > TODAY

    def test_seventy_five_restaurants_mostly_in_the_basement_and_on_top(self):
        restaurants = Counter(
            unit.floor
            for unit, tenant in units_of(find_mall("demo").id, TODAY)
            if tenant and tenant.trade_category == "restaurant"
        )
        assert restaurants.total() == 75
        assert restaurants["B1"] + restaurants["L4"] >= 60

    def test_trade_categories_are_known(self):
        assert {t.trade_category for t in rows(Tenant)} == set(TRADE_CATEGORIES)

    def test_no_brand_twice(self):
        for language in LANGUAGES:
            names = Counter(tenant.name[language] for tenant in rows(Tenant))
            assert max(names.values()) == 1

    def test_some_tenants_keep_other_hours_than_the_mall(self):
        hours = trading_hours(find_mall("demo").id)
        mall = [hours_on(TODAY + timedelta(days=d), hours[None]) for d in range(7)]
        assert mall == [(time(10), time(22))] * 7
        others = {
            hours_on(TODAY, rows)
            for tenant, rows in hours.items()
            if tenant is not None
        }
        assert len(hours) > 50
        assert None in others  # the bank on a Saturday
        assert (time(10), time(1, 30)) in others  # the cinema, until after midnight
        assert (time(8), time(22, 30)) in others  # the supermarket

    def test_switching_times(self):
        mall = find_mall("demo")
        assert mall.settings["photo_line"] is True
        assert plan_times(mall.settings, TODAY) == {
            "public_doors_open": "09:45",
            "public_doors_close": "22:15",
            "public_lighting_on": "09:45",
            "public_lighting_night": "22:30",
            "hvac_on": "09:30",
            "hvac_off": "22:15",
            "landscape_lighting_on": "18:00",
            "landscape_lighting_off": "22:30",
        }

    def test_units_are_numbered_in_walking_order(self):
        numbers = [unit.no for unit, _ in units_of(find_mall("demo").id, TODAY)]
        floors = list(dict.fromkeys(number.split("-")[0] for number in numbers))
        assert floors == ["B1", "L1", "L2", "L3", "L4", "EXT"]
        assert numbers == sorted(numbers, key=lambda no: (floors.index(no[:-4]), no))

    def test_the_ledger_starts_empty(self):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 0


@pytest.mark.usefixtures("demo")
class TestSpots:
    def test_a_unit_is_named_after_its_tenant(self):
        found = spots(find_mall("demo").id)
        assert found["L1-023"].kind == "unit"
        assert found["L1-023"].name["en"] == "Violet Spoon Patisserie"

    def test_a_vacant_unit_says_so(self):
        found = spots(find_mall("demo").id, TODAY)
        vacant = [spot for spot in found.values() if spot.name == VACANT]
        assert len(vacant) == 8

    def test_before_a_tenant_came_the_unit_was_vacant(self):
        found = spots(find_mall("demo").id, TODAY - timedelta(days=5000))
        assert found["L1-023"].name == VACANT

    def test_a_few_spots_are_found_by_code_and_number(self):
        found = named_spots(find_mall("demo").id, ["L1-A", "L1-023", "L9-999"])
        assert set(found) == {"L1-A", "L1-023"}
        assert found["L1-A"].kind == "zone"
        assert found["L1-023"].name["zh-Hans"] == "L1-023"

    def test_an_unknown_mall_is_none(self):
        assert find_mall("nowhere") is None

    def test_zone_and_restroom_lie_in_the_same_zone(self):
        found = spots(find_mall("demo").id)
        assert found["L1-A"].zone_id == found["L1-A"].place_id
        assert found["L1-WC1"].zone_id == found["L1-A"].place_id


@pytest.mark.usefixtures("demo")
class TestPeople:
    def test_exactly_the_published_accounts(self):
        found = {
            membership.user.username: (
                membership.role,
                membership.team and membership.team.code,
            )
            for membership in rows(Membership)
        }
        assert found == {
            "officer": ("officer", None),
            "officer2": ("officer", None),
            "supervisor": ("supervisor", None),
            "supervisor2": ("supervisor", None),
            "manager": ("manager", None),
            "engineer": ("team", "engineering"),
            "cleaner": ("team", "cleaning"),
            "auditor": ("auditor", None),
            "admin": ("admin", None),
        }
        others = {m.user.username: m.role for m in rows(Membership, "other")}
        assert others == {"other-officer": "officer", "other-manager": "manager"}
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 11

    def test_cleaners_are_a_contractor_and_engineers_are_not(self):
        contractors = {t.code: t.organisation.contractor for t in rows(Team)}
        assert contractors == {
            "engineering": False,
            "cleaning": True,
            "security": False,
        }
        assert len(rows(Organisation)) == 4

    def test_everybody_signs_in_with_the_one_password(self):
        hashes = set(db.session.scalars(sa.select(User.password_hash)))
        assert len(hashes) == 1
        assert check_password(hashes.pop(), PASSWORD).fits

    def test_the_browser_decides_the_officers_language(self):
        languages = {m.user.username: m.user.language for m in rows(Membership)}
        assert languages["officer"] is None
        assert languages["cleaner"] == "zh-Hans"

    def test_memberships_have_begun(self):
        assert all(membership.is_open(NOW) for membership in rows(Membership))


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("mall", ["demo", "other"])
class TestPlans:
    def test_places_exist_and_suit_the_checklist(self, mall):
        found = spots(find_mall(mall).id, TODAY)
        kinds = {
            version.code: set(version.definition["place_kinds"])
            for version in rows(ChecklistVersion, mall)
        }
        for plan in rows(RoundPlan, mall):
            assert plan.places
            assert len(plan.places) == len(set(plan.places))
            for code in plan.places:
                assert found[code].kind in kinds[plan.checklist], (plan.code, code)

    def test_doers_exist(self, mall):
        teams = {team.code for team in rows(Team, mall)}
        roles = {membership.role for membership in rows(Membership, mall)}
        for plan in rows(RoundPlan, mall):
            assert (plan.team in teams) if plan.team else (plan.role in roles)

    def test_rounds_of_one_plan_do_not_overlap(self, mall):
        zone = find_mall(mall).time_zone
        for plan in rows(RoundPlan, mall):
            starts = [moment_on(TODAY, text, zone, time(5)) for text in plan.starts]
            assert starts == sorted(starts)
            length = timedelta(minutes=plan.duration_minutes + plan.grace_minutes)
            for one, following in zip(starts, starts[1:], strict=False):
                assert one + length < following

    def test_all_checklists_are_published(self, mall):
        assert len({version.code for version in rows(ChecklistVersion, mall)}) == 12

    def test_plans_begin_today_so_that_nothing_was_missed_before(self, mall):
        zone = find_mall(mall).time_zone
        today = business_day(NOW, zone, time(5))
        assert all(plan.valid_from == today for plan in rows(RoundPlan, mall))
        assert all(plan.valid_to is None for plan in rows(RoundPlan, mall))


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("checklist", "rounds"),
    [
        ("opening", 7),
        ("closing", 7),
        ("equipment", 14),
        ("staff", 6),
        ("hygiene", 28 + 240),  # operations by zone, cleaners by restroom
        ("fire_patrol", 63),
        ("restaurant_close", 75),
        ("fitout", 10),
        ("vacant_unit", 8),
        ("event", 0),
    ],
)
def test_rounds_of_the_default_day(checklist, rounds):
    assert rounds_of(checklist) == rounds


@pytest.mark.usefixtures("demo")
def test_fire_patrols_have_no_grace_and_go_on_at_night():
    (plan,) = plans("fire_patrol")
    assert plan.grace_minutes == 0
    assert {"23:30", "03:00"} < set(plan.starts)
    by_day = [clock(text) for text in plan.starts[:7]]
    assert by_day == [time(hour) for hour in range(10, 23, 2)]


@pytest.mark.usefixtures("demo")
def test_vacant_units_are_checked_on_mondays():
    (plan,) = plans("vacant_unit")
    assert plan.weekdays == [0]


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("mall", ["demo", "other"])
@pytest.mark.parametrize("model", [Place, Tenant, Organisation, Team])
def test_everything_has_a_name_in_every_language(model, mall):
    for row in rows(model, mall):
        assert set(row.name) == LANGUAGES
        assert row.name["en"].strip()
        assert CHINESE.search(row.name["zh-Hans"])
        assert CHINESE.search(row.name["zh-Hant"])
        assert not TRADITIONAL_ONLY - set("餐") & set(row.name["zh-Hans"])


def dump():
    """All rows but what is random: the epoch, and the salted hash of the password."""
    found = {}
    for table in db.metadata.sorted_tables:
        if table.name == "epochs":
            continue
        columns = [c for c in table.columns if c.name != "password_hash"]
        query = sa.select(*columns).order_by(*table.primary_key)
        found[table.name] = [tuple(row) for row in db.session.execute(query)]
    return found


@pytest.mark.usefixtures("demo")
def test_people_are_on_the_shifts_of_the_default_day():
    mall = find_mall("demo")
    operations = [s for s in shifts_of_day(mall, TODAY) if s.team is None]
    assert [f"{moment_of(s.starts_at)}" for s in operations] == [
        "08:30",
        "15:30",
        "23:00",
    ]
    early, late, night = (people_on(mall, shift) for shift in operations)
    assert [duty.person.name for duty in early] == [
        "Grace Cheung 張詠詩",
        "Lin Xiaolan 林晓岚",
    ]
    assert [duty.is_lead for duty in late] == [True, False]
    assert night == []
    cleaner = db.session.scalar(sa.select(User).where(User.username == "cleaner"))
    shift = find_shift(mall, f"cleaning-early.{TODAY:%Y%m%d}")
    assert cleaner.id in {duty.person.id for duty in people_on(mall, shift)}


def moment_of(moment):
    return moment.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%H:%M")


@pytest.mark.usefixtures("demo")
def test_last_week_is_rostered_and_the_next_is_open():
    mall = find_mall("demo")
    for day, there in [(-12, True), (1, True), (2, False)]:
        shifts = shifts_of_day(mall, TODAY + timedelta(days=day))
        assert any(people_on_all(shifts).values()) is there


def test_every_load_on_every_database_gives_the_same_rows(app, tmp_path):
    began = process_time()  # its own work, however busy the machine is
    load(db.session, NOW, PASSWORD)
    assert process_time() - began < 5
    first = dump()
    db.session.rollback()
    with empty_database(f"sqlite:///{tmp_path / 'second.db'}"):
        load(db.session, NOW, PASSWORD)
        assert dump() == first


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("model", "facts"),
    [
        (Mall, {"code": "mine", "name": {}, "time_zone": "UTC"}),
        (User, {"username": "me", "name": "Me", "password_hash": "none"}),
    ],
)
def test_a_database_with_other_data_is_refused(model, facts):
    db.session.add(model(**facts, created_at=NOW))
    db.session.flush()
    with pytest.raises(Refused) as refusal:
        load(db.session, NOW, PASSWORD)
    assert refusal.value.code == "not_empty"
    assert db.session.scalars(sa.select(TradingHours)).all() == []
