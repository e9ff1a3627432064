"""A switching time that lies ahead is said to do so."""

from datetime import datetime, timedelta

AHEAD = "This time still lies ahead"


def test_a_time_that_is_still_to_come_is_pointed_out(phone):
    ends = phone.ask("sync/pack", "(await m.pack()).day_ends_at")
    morning = datetime.fromisoformat(ends) - timedelta(hours=20, minutes=14)  # 08:46
    phone.page.clock.set_fixed_time(morning)
    phone.start("equipment", "L1-A")
    code = phone.page.evaluate(
        "[...document.querySelectorAll('.item--time')]"
        ".find((one) => JSON.parse(one.dataset.rule).plan).id.slice(5)"
    )
    item = phone.item(code)
    line = item.locator(".item__verdict")
    says = "line => line.hidden ? '' : line.textContent"
    for clock, is_ahead in (("22:30", True), ("08:50", False), ("00:30", False)):
        item.locator("[type=time]").fill(clock)
        assert (AHEAD in line.evaluate(says)) is is_ahead, clock
