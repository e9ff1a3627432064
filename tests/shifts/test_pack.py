"""What a phone is told of shifts."""

from tests.support.builders import make_duty, make_pattern, make_team


def shift_of(signed_in, user):
    response = signed_in(user).get("/floor/pack")
    assert response.status_code == 200
    return response.json["shift"]


def test_an_officer_is_told_who_is_on_until_when_and_what_follows(
    mall, make_user, rostered, signed_in
):
    officer = make_user(mall, username="an")
    lead = make_user(mall, "supervisor", username="li")
    rostered("early", officer)
    rostered("early", lead, is_lead=True)
    shift = shift_of(signed_in, officer)
    assert shift["id"] == "early.20261121"
    assert shift["name"]["zh-Hant"] == "Early shift 繁"
    assert shift["starts_at"] == "2026-11-21T08:30:00+08:00"
    assert shift["ends_at"] == "2026-11-21T15:30:00+08:00"
    told = {"id": str(lead.id), "name": "Li"}
    assert shift["people"] == [told, {"id": str(officer.id), "name": "An"}]
    assert shift["lead"] == told
    assert shift["next"]["id"] == "late.20261121"
    assert (shift["next"]["people"], shift["next"]["lead"]) == ([], None)


def test_shifts_reach_as_far_as_a_phone_may_be_away(
    mall, make_user, patterns, signed_in
):
    late = shift_of(signed_in, make_user(mall))["next"]
    assert late["next"]["id"] == "night.20261121"
    assert late["next"]["next"] is None


def test_between_shifts_the_one_that_begins_next_is_told(
    mall, make_user, patterns, signed_in, clock
):
    make_pattern(mall, "late", team="security")
    guard = make_user(mall, "team", team="security")
    assert shift_of(signed_in, guard)["id"] == "security-late.20261121"


def test_a_team_is_told_of_its_own_shift_only(
    mall, make_user, patterns, rostered, signed_in, clock
):
    make_team(mall, "cleaning", contractor=True)
    cleaner = make_user(mall, "team", team="cleaning", username="cleaner")
    rostered("early", make_user(mall))
    assert shift_of(signed_in, cleaner) is None
    own = make_pattern(mall, "early", team="cleaning")
    make_duty(own, clock.now.date(), cleaner, clock.now)
    shift = shift_of(signed_in, cleaner)
    assert shift["id"] == "cleaning-early.20261121"
    assert [person["name"] for person in shift["people"]] == ["Cleaner"]


def test_an_administrator_is_told_of_no_shift(mall, make_user, patterns, signed_in):
    assert shift_of(signed_in, make_user(mall, "admin")) is None
