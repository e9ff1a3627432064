"""The walking order: typed or moved by one, kept for wall and phone, never mixed up."""

import re

from mallops.db import db
from mallops.places import queries as places
from mallops.places.models import Place, Unit
from mallops.places.rules import reordered
from tests.doors.conftest import DOORS

ORDER = f"{DOORS}/order"
SHOWN = "L1-001 L1-002 L1-003"


def test_a_shop_goes_to_its_new_place_and_the_rest_keeps_its_order():
    assert reordered("abcd", {"d": 1}) == ["d", "a", "b", "c"]
    assert reordered("abcd", {"a": 3}) == ["b", "c", "a", "d"]
    assert reordered("abcd", {"a": 99}) == ["b", "c", "d", "a"]
    assert reordered("abcd", {"a": 4, "d": 1}) == ["d", "b", "c", "a"]
    assert reordered("abcd", {"a": 0}) == ["a", "b", "c", "d"]
    assert reordered("abcd", {}) == list("abcd")


def walk(mall):
    db.session.rollback()
    return [unit.no for unit, _ in places.units_of(mall.id, mall.created_at.date())]


def post(client, **form):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(ORDER).text)[1]
    given = {"csrf_token": token, "floor": "L1", "shown": SHOWN, **form}
    return client.post(ORDER, data=given)


def test_a_typed_place_is_kept(mall, supervisor):
    typed = {"place.L1-001": "1", "place.L1-002": "2", "place.L1-003": "1"}
    assert post(supervisor, **typed).location == f"{ORDER}?floor=L1"
    assert walk(mall) == ["L1-003", "L1-001", "L1-002"]


def test_a_button_moves_a_shop_by_one_and_stays_under_the_thumb(mall, supervisor):
    answer = post(supervisor, move="up.L1-003")
    assert walk(mall) == ["L1-001", "L1-003", "L1-002"]
    assert answer.location == f"{ORDER}?floor=L1&moved=up.L1-003#walk-L1-003"
    page = supervisor.get(answer.location).text
    assert 'id="up-L1-003" autofocus' in page


def test_the_first_cannot_go_earlier_nor_the_last_later(mall, supervisor):
    post(supervisor, move="up.L1-001")
    post(supervisor, move="down.L1-003")
    assert walk(mall) == SHOWN.split()


def test_other_floors_keep_their_order(mall, supervisor):
    zone = db.session.query(Place).filter_by(code="L1-A").one()
    db.session.add(Place(
        mall_id=mall.id, code="L2", kind="floor", name=zone.name, floor="L2",
        walk_order=9,
    ))  # fmt: skip
    for no, at in (("L2-002", 5), ("L2-001", 6)):
        db.session.add(Unit(
            mall_id=mall.id, no=no, kind="shop", state="trading", floor="L2",
            zone_id=zone.id, walk_order=at,
        ))  # fmt: skip
    db.session.commit()
    post(supervisor, move="down.L1-001")
    assert walk(mall) == ["L1-002", "L1-001", "L1-003", "L2-002", "L2-001"]


def test_what_is_no_place_is_said_and_stays_typed(mall, supervisor):
    answer = post(supervisor, **{"place.L1-002": "first", "place.L1-001": "2"})
    assert answer.status_code == 422
    assert 'value="first"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert walk(mall) == SHOWN.split()


def test_a_floor_that_somebody_changed_meanwhile_is_not_mixed_up(mall, supervisor):
    post(supervisor, move="down.L1-001")
    answer = post(supervisor, move="down.L1-001")
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert walk(mall) == ["L1-002", "L1-001", "L1-003"]


def test_a_floor_that_is_not_there(mall, supervisor):
    answer = post(supervisor, floor="L9")
    assert answer.status_code == 422
    assert "There is no such floor here." in answer.text
    assert supervisor.get(f"{ORDER}?floor=L9").status_code == 404


def test_the_phones_pack_lists_shops_as_one_walks(mall, supervisor, own):
    post(supervisor, move="up.L1-003")
    units = own.client.get("/floor/pack").get_json()["units"]
    assert [unit["no"] for unit in units] == ["L1-001", "L1-003", "L1-002"]
