"""The wall of shops: what is known of each door, counted, filtered, alive."""

import gc
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from mallops.db import db
from mallops.doors.models import HoursException
from mallops.doors.wall import Tile
from mallops.places.models import Tenancy, Tenant, Unit
from tests.doors.conftest import DAY, DOORS
from tests.support.doors import TODAY


def tile(page, no="L1-001"):
    """The words of a shop on the wall."""
    [found] = re.findall(rf'<li class="shop[^>]*><a[^>]*id="shop-{no}".*?</li>', page)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def wall(client, query=""):
    answer = client.get(f"{DAY}{query}")
    assert answer.status_code == 200
    return answer.text


def shown(page):
    return re.findall(r'id="shop-([\w-]+)"', page)


def count(page, name):
    return int(re.search(rf'id="count-{name}"[^>]*><strong>(\d+)', page)[1])


def test_opening_and_closing_stand_side_by_side(look, supervisor):
    look("10:02")
    look("21:20", "early", event="closing")
    words = tile(wall(supervisor))
    assert words == ("L1-001 Shop 1 Opening On time 10:02 Closing Early ≥ 40 min")


def test_late_is_said_as_between_what_was_seen(look, supervisor):
    look("10:20", "not_open")
    look("10:40")
    assert "Opened late 20–40 min" in tile(wall(supervisor))


def test_no_minute_is_invented_for_a_shop_first_seen_at_twenty_to_eleven(
    look, supervisor
):
    look("10:40")
    assert "Seen open at 10:40, since when not known" in tile(wall(supervisor))


def test_a_shop_that_was_only_seen_closed_is_not_open_for_at_least_so_long(
    look, supervisor
):
    look("10:35", "not_open")
    assert "Not open ≥ 35 min" in tile(wall(supervisor))


def test_a_shop_that_nobody_looked_at_is_not_seen_and_not_late(mall, supervisor):
    page = wall(supervisor)
    assert tile(page) == "L1-001 Shop 1 Opening Not seen Closing Not seen"
    assert count(page, "opening-not_seen") == 3


def test_contradictions_and_bulk_marks_are_there_to_see(look, supervisor):
    look("10:01")
    look("10:12", "not_open")
    look("10:01", unit="L1-002", how="bulk")
    page = wall(supervisor)
    assert "contradicted" in tile(page)
    assert "in bulk" in tile(page, "L1-002")
    assert (count(page, "contradicted"), count(page, "bulk")) == (1, 1)


def test_what_only_an_officer_says_is_shown_as_not_confirmed(supervisor, look):
    look("10:01", "approved_closure")
    page = wall(supervisor)
    said = "Opening Approved closure at 10:01, not confirmed Closing Not seen"
    assert said in tile(page)
    assert count(page, "opening-unconfirmed") == 1
    assert 'id="count-exempt"' not in page  # of none there is nothing to filter
    sheet = supervisor.get(f"{DAY}/sheet").text
    assert "Approved closure" in sheet
    assert "at 10:01, not confirmed" in sheet


def test_vacant_fit_out_and_closed_shops_are_quiet(mall, supervisor, look):
    units = {unit.no: unit for unit in db.session.query(Unit)}
    units["L1-002"].state = "fitout"
    db.session.query(Tenancy).filter_by(unit_id=units["L1-003"].id).delete()
    db.session.commit()
    closed = {"mall_id": mall.id, "closed": True, "name": {"en": "Stocktaking"}}
    holder = db.session.query(Tenancy).filter_by(unit_id=units["L1-001"].id).one()
    db.session.add(
        HoursException(
            tenant_id=holder.tenant_id, first_day=TODAY, last_day=TODAY, **closed
        )
    )
    db.session.commit()
    look("10:01", "approved_closure")
    page = wall(supervisor)
    assert "Opening Approved closure Closing Approved closure" in tile(page)
    assert "Opening Fit-out Closing Fit-out" in tile(page, "L1-002")
    assert "Opening Vacant Closing Vacant" in tile(page, "L1-003")
    assert count(page, "exempt") == 3


def test_a_number_on_top_filters_and_keeps_the_other_filters(look, supervisor):
    look("10:20", "not_open")
    look("10:02", unit="L1-002")
    page = wall(supervisor, "?zone=L1-A")
    href = re.search(r'id="count-opening-not_open" href="([^"]+)"', page)[1]
    page = supervisor.get(href.replace("&amp;", "&")).text
    assert shown(page) == ["L1-001"]
    assert count(page, "opening-on_time") == 1
    assert "zone=L1-A" in href


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=shop+2", ["L1-002"]),
        ("?q=l1-003", ["L1-003"]),
        ("?q=简+2", ["L1-002"]),
        ("?floor=L1&category=fashion", ["L1-001", "L1-002", "L1-003"]),
        ("?category=cinema", []),
        ("?state=opening-not_seen&q=1", ["L1-001", "L1-002", "L1-003"]),
    ],
)
def test_shops_are_found_by_number_name_place_and_trade(mall, supervisor, query, found):
    assert shown(wall(supervisor, query)) == found


@pytest.mark.parametrize(
    "query",
    ["?zone=nowhere", "?floor=L9", "?category=x", "?state=x", f"?q={'x' * 101}"],
)
def test_filters_that_cannot_be_meant_are_named_and_show_nothing(
    mall, supervisor, query
):
    answer = supervisor.get(f"{DAY}{query}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert shown(answer.text) == []
    assert supervisor.get(f"{DAY}.csv{query}").status_code == 400
    assert supervisor.get(f"{DAY}/wall{query}").status_code == 400


def test_the_fragment_comes_again_only_when_something_changed(look, supervisor):
    look("10:02")
    page = wall(supervisor)
    address = re.search(r'hx-get="([^"]+)"', page)[1].replace("&amp;", "&")
    assert supervisor.get(address).status_code == 204
    look("10:20", "not_open", unit="L1-002")
    answer = supervisor.get(address)
    assert answer.status_code == 200
    assert "Not open ≥ 20 min" in tile(answer.text, "L1-002")
    assert 'hx-swap-oob="true"' in answer.text


def test_only_the_running_day_refreshes_itself(mall, supervisor):
    assert "hx-trigger" in wall(supervisor)
    assert "hx-trigger" not in supervisor.get(f"{DOORS}/2026-11-20").text


def test_the_plain_address_leads_to_the_day_that_runs(mall, supervisor, clock):
    clock.now = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)  # 01:00 of the next morning
    answer = supervisor.get(f"{DOORS}/?zone=L1-A")
    assert answer.location == f"{DAY}?zone=L1-A"
    answer = supervisor.get(f"{DOORS}/?day=2026-11-01")
    assert answer.location == f"{DOORS}/2026-11-01"
    assert supervisor.get(f"{DOORS}/?day=soon").location == DAY


@pytest.mark.parametrize("day", ["2026-02-30", "1999-01-01", "2028-01-01", "someday"])
def test_a_day_that_cannot_be_is_not_found(mall, supervisor, day):
    assert supervisor.get(f"{DOORS}/{day}").status_code == 404


def test_a_new_tenant_stands_on_the_wall_from_its_first_day(mall, supervisor, look):
    look("10:02")
    unit = db.session.query(Unit).filter_by(no="L1-001").one()
    old = db.session.query(Tenancy).filter_by(unit_id=unit.id).one()
    two = db.session.query(Unit).filter_by(no="L1-002").one()
    new = db.session.query(Tenancy).filter_by(unit_id=two.id).one().tenant_id
    old.ends_on = date(2026, 11, 20)
    first = date(2026, 11, 21)
    db.session.add(Tenancy(unit_id=unit.id, tenant_id=new, starts_on=first))
    db.session.commit()
    assert tile(wall(supervisor)).startswith("L1-001 Shop 2")
    assert "L1-001 Shop 1" in tile(supervisor.get(f"{DOORS}/2026-11-20").text)


def test_each_shop_leads_to_its_own_day_whichever_was_read_before(mall, supervisor):
    for day in ("2026-11-20", "2026-11-21"):
        page = supervisor.get(f"{DOORS}/{day}").text
        found = re.findall(r'id="shop-([\w-]+)" href="([^"]+)"', page)
        assert found == [(no, f"{DOORS}/{day}/{no}") for no in shown(page)]
        assert len(found) == 3


def test_a_name_is_shown_as_it_was_typed_and_is_no_html(mall, supervisor):
    tenant = db.session.query(Tenant).filter(Tenant.name["en"].as_string() == "Shop 1")
    tenant.one().name = {"en": "<day> & <b>Co</b>"}
    db.session.commit()
    page = wall(supervisor)
    assert "</b> &lt;day&gt; &amp; &lt;b&gt;Co&lt;/b&gt;</a>" in page


def test_a_shop_that_got_another_name_shows_it_at_once(mall, supervisor):
    assert tile(wall(supervisor)).startswith("L1-001 Shop 1 ")
    tenant = db.session.query(Tenant).filter(Tenant.name["en"].as_string() == "Shop 1")
    tenant.one().name = {"en": "Tea"}
    db.session.commit()
    assert tile(wall(supervisor)).startswith("L1-001 Tea ")


# -- A shop's day


def test_a_shops_day_tells_who_saw_what_when_and_how(look, own, supervisor, jpeg):
    id_ = look(
        "10:20", "not_open", reason="staff_late", note="Shutter <b>down</b>",
        photos=[jpeg], how="scan",
    )  # fmt: skip
    look("10:40", staff=2, lights=True)
    page = supervisor.get(f"{DAY}/L1-001").text
    for words in (
        "Opened late", "20–40 min", "Counts as late", "code scanned", "staff late",
        "Lin", "Shutter &lt;b&gt;down&lt;/b&gt;", "Its hours: 10:00 to 22:00",
        f"/malls/demo/entries/{id_}", "/malls/demo/units/L1-001", "/thumb",
    ):  # fmt: skip
        assert words in page, words


def test_a_sighting_that_was_taken_back_is_shown_so(look, own, supervisor, clock):
    id_ = look("10:20", "not_open")
    clock.move(minutes=1)
    own.hand_in(own.seal({"sighting": id_}, kind="door_withdrawal"))
    page = supervisor.get(f"{DAY}/L1-001").text
    assert "taken back" in page
    assert "Not seen" in page


def test_a_shop_that_is_not_there_is_not_found(mall, supervisor):
    assert supervisor.get(f"{DAY}/L9-999").status_code == 404


@pytest.fixture
def jpeg():
    from tests.support import builders

    return builders.jpeg()


# -- Who may


@pytest.mark.parametrize(
    ("role", "reads", "exports", "orders"),
    [
        ("officer", 200, 403, 403),
        ("supervisor", 200, 200, 200),
        ("manager", 200, 200, 200),
        ("auditor", 200, 200, 403),
        ("team", 403, 403, 403),
        ("admin", 403, 403, 403),
    ],
)
def test_who_reads_exports_and_orders(people, signed_in, role, reads, exports, orders):
    client = signed_in(getattr(people, role))
    for path in ("", "/wall", "/L1-001", "/sheet"):
        assert client.get(f"{DAY}{path}").status_code == reads, path
    assert client.get(f"{DOORS}/month/2026-11").status_code == reads
    assert client.get(f"{DAY}.csv").status_code == exports
    assert client.get(f"{DAY}.xlsx").status_code == exports
    assert client.get(f"{DOORS}/order").status_code == orders
    assert client.get(f"{DOORS}/codes").status_code == orders


def test_another_malls_doors_are_not_there(make_mall, make_user, mall, signed_in):
    stranger = signed_in(make_user(make_mall(code="other"), "manager"))
    for path in (DAY, f"{DAY}/L1-001", f"{DAY}.csv", f"{DOORS}/month/2026-11"):
        assert stranger.get(path).status_code == 404


def test_a_shop_closed_all_day_need_not_be_seen(mall, supervisor, clock):
    from mallops.places.models import TradingHours

    clock.now += timedelta(0)
    db.session.query(TradingHours).filter_by(weekday=5).delete()
    db.session.commit()
    assert "Opening Closed all day Closing Closed all day" in tile(wall(supervisor))


@pytest.mark.parametrize("part", ["", "/wall"])
def test_a_wall_that_was_drawn_is_not_kept_for_the_search_for_garbage(
    look, supervisor, part
):
    look("10:02")
    gc.collect()
    gc.disable()
    try:
        assert supervisor.get(f"{DAY}{part}").status_code == 200
        assert not [one for one in gc.get_objects() if isinstance(one, Tile)]
    finally:
        gc.enable()
