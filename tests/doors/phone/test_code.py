"""The code on a door presets what one tap would say now, and no case against a shop."""

from datetime import datetime, timedelta

CHOSEN = "[...document.querySelectorAll('#door-form :checked')].map((one) => one.value)"


def scan(phone, no: str, hour: str, minutes: int) -> list[str]:
    """What is chosen in the form, so long after the mall opens or closes."""
    hours = phone.ask("sync/pack", "(await m.pack()).doors")
    now = datetime.fromisoformat(hours[hour]) + timedelta(minutes=minutes)
    phone.page.clock.set_fixed_time(now)
    phone.page.goto("about:blank")
    phone.page.goto(f"/floor/#door/{no}")
    phone.page.wait_for_selector("#door-form:not([hidden])")
    return phone.page.evaluate(CHOSEN)


def test_the_round_is_the_one_of_the_hour(officer):
    assert scan(officer, "L3-001", "opens_at", 5) == ["opening", "on_time"]
    assert scan(officer, "L3-001", "closes_at", 5) == ["closing", "closed"]


def test_a_door_is_not_called_closed_before_its_hour(officer):
    assert scan(officer, "L3-002", "closes_at", -60) == ["closing"]
    assert scan(officer, "L3-002", "opens_at", -65) == ["opening", "on_time"]
    officer.page.click("#door-form label:has([value=closing])")
    officer.wait_for(lambda: officer.page.evaluate(CHOSEN) == ["closing"], 10)


def test_what_the_roster_was_turned_to_by_hand_does_not_count(officer):
    scan(officer, "L3-003", "opens_at", -65)
    officer.page.click("#back")
    officer.page.wait_for_selector("#doors-list [data-no]")
    officer.page.click("#doors-event label:has([value=closing])")
    officer.page.evaluate("location.hash = '#door/L3-004'")
    officer.page.wait_for_selector("#door-form:not([hidden])")
    assert officer.page.evaluate(CHOSEN) == ["opening", "on_time"]
