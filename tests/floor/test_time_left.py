"""What the list and an open round say of the time is one and the same."""

from datetime import datetime, timedelta

import pytest

WORDS = {"en-US": ("start within", "left to finish"), "zh-CN": ("内开始", "内完成")}


@pytest.mark.parametrize("locale", WORDS)
def test_the_list_and_the_round_agree_on_the_time_and_say_what_it_is_for(
    make_phone, locale
):
    to_start, to_finish = WORDS[locale]
    phone = make_phone(locale=locale)
    phone.get_ready()
    rounds = phone.ask("sync/pack", "(await m.pack()).rounds")
    late_after = datetime.fromisoformat(rounds[3]["late_after"])
    now = late_after - timedelta(minutes=8)
    phone.page.clock.set_fixed_time(now)
    phone.page.reload()
    row = phone.page.locator(f"#due-list a[href='#round/{rounds[3]['id']}']")
    row.wait_for()
    said = row.locator("[data-slot=left]").inner_text()
    assert "8" in said
    assert to_start in said

    row.click()
    phone.page.wait_for_selector(".checklist--measured", state="attached")
    inside = phone.page.inner_text("#round-place")
    left = datetime.fromisoformat(rounds[3]["closes_at"]) - now
    assert str(int(left.total_seconds() // 60 % 60)) in inside
    assert to_finish in inside
    phone.page.evaluate("document.querySelector('.item [value=pass]').click()")
    phone.wait_for(phone.drafts)
    phone.page.click("#back")
    phone.wait_for(lambda: to_finish in row.locator("[data-slot=left]").inner_text())
    assert inside.endswith(row.locator("[data-slot=left]").inner_text())
