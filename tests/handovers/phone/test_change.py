"""A change of shifts on phones of 360 pixels, in Chinese, without network."""

from tests.handovers.phone.conftest import FOUND


def test_both_sides_sign_without_network_and_meet_in_the_wrong_order(make_phone):
    going, coming = make_phone("going"), make_phone("coming")
    assert "交班单" in going.called()
    for phone in (going, coming):
        phone.offline()
    _sign(going)
    _accept(coming)
    coming.sync()
    coming.read("incoming")
    coming.page.wait_for_selector("text=已接班，等待交班人签字")
    going.sync()
    coming.sync()
    _accept_remarks(coming)
    for phone, side in ((going, "outgoing"), (coming, "incoming")):
        phone.sync()
        phone.read(side)
        phone.page.wait_for_selector("#view-handover .state--late >> text=保留")
        assert phone.page.locator("#handover-bar").is_hidden()
        assert "Going" in phone.said()
        assert "Coming" in phone.said()
    desk = coming.context.new_page()
    desk.goto("/malls/demo/handovers/")
    assert "Coming" in desk.locator("main").inner_text()


def _sign(phone):
    """What is missing is asked for; a page closed in between loses nothing."""
    phone.read("outgoing")
    assert all(
        text in phone.said() for text in (*FOUND, "三号电梯有异响", "进货", "冷柜")
    )
    lines = phone.page.locator("[data-lines=finding] .handover__line").all_inner_texts()
    assert FOUND[0] in lines[0]  # the worst first
    phone.page.click("#handover-bar .button--primary >> visible=true")
    phone.page.wait_for_selector("#handover-error:not([hidden])")
    phone.field("count").fill("11")
    phone.field("count_note").fill("一把在保洁处")
    phone.field("remarks").fill("留意三号电梯")
    phone.kept("remarks", "留意三号电梯")
    phone.page.reload()
    phone.page.wait_for_selector("#handover-found:not([hidden])")
    phone.wait_until("document.querySelector('[data-field=count]')?.value === '11'")
    assert phone.field("remarks").input_value() == "留意三号电梯"
    assert phone.violations() == []
    if phone.field("silence_confirmed").is_visible():
        phone.field("silence_confirmed").check()
    phone.page.click("#handover-bar .button--primary >> visible=true")
    phone.wait_saved()
    phone.read("outgoing")
    phone.page.wait_for_selector("#handover-here:not([hidden])")
    (entry,) = [one for one in phone.entries() if one["kind"] == "handover_sign"]
    assert entry["body"]["counts"] == {"keys": {"count": 11, "note": "一把在保洁处"}}


def _accept(phone):
    """One tap a line; the rest is asked for once."""
    phone.go("due")
    phone.called()
    phone.read("incoming")
    phone.line(FOUND[0]).locator("label:has([value=accepted])").click()
    phone.line(FOUND[1]).locator("label:has([value=reserved])").click()
    phone.page.click("#handover-bar .button--primary >> visible=true")
    phone.page.wait_for_selector("#handover-error:not([hidden])")
    phone.line(FOUND[1]).locator("[data-field=note]").fill("已设围挡")
    phone.page.click("#handover-rest")
    phone.page.click("#handover-ask [value=accept]")
    assert phone.violations() == []
    phone.page.click("#handover-bar .button--primary >> visible=true")
    phone.wait_saved()
    (entry,) = [one for one in phone.entries() if one["kind"] == "handover_accept"]
    assert sorted(entry["body"]["lines"].values()) == [
        "accepted",
        "accepted",
        "reserved",
    ]


def _accept_remarks(phone):
    """What came with the signature, and nobody has seen yet."""
    phone.read("incoming")
    phone.line("留意三号电梯").locator("label:has([value=accepted])").click()
    assert phone.page.locator(".handover__line fieldset").count() == 1
    phone.page.click("#handover-bar .button--primary >> visible=true")
    phone.wait_saved()
    phone.sync()


def test_locked_doors_open_in_an_emergency_and_once_one_was_seen(make_phone):
    phone = make_phone("arriving", locale="en")
    shut = "#round-handover [data-shut]:not([hidden])"
    phone.called()
    phone.go("door/L1-001")
    phone.page.wait_for_selector(f"#view-door {shut}")
    assert phone.page.locator("#door-form").is_hidden()
    phone.go("doors")
    phone.page.wait_for_selector(f"#view-doors {shut}")
    assert phone.page.locator("#doors-round").is_hidden()
    assert phone.violations() == []
    phone.page.click("[data-emergency] >> visible=true")
    phone.page.locator("[data-no='L1-001'] [data-tap]").click()  # vacant: to its form
    phone.page.locator("#door-form [data-status=vacant]").click()
    phone.page.click("#door-form .button--primary")
    phone.wait_for(lambda: any(one["kind"] == "door" for one in phone.entries()))
    (note,) = [one["body"]["text"] for one in phone.entries() if one["kind"] == "note"]
    assert note.startswith("Emergency: started “Shop doors” before reading")
    phone.go("due")
    phone.page.reload()
    phone.go("doors")  # begun: it says so above, and goes on
    phone.page.wait_for_selector("#doors-round:not([hidden])")
    assert phone.page.locator("#view-doors #round-handover").is_visible()
    assert phone.page.locator(shut).count() == 0
    phone.go("shop/L1-001")
    phone.page.wait_for_selector("#door-form:not([hidden])")


def test_a_locked_round_opens_after_reading_and_in_an_emergency(make_phone):
    phone = make_phone("arriving", locale="en")
    phone.called()
    phone.go("start/opening/L1-A")
    phone.page.wait_for_selector("#round-handover [data-shut]:not([hidden])")
    assert phone.page.locator("#actions").is_hidden()
    assert phone.violations() == []
    phone.page.click("[data-emergency]")
    phone.page.wait_for_selector("#actions:not([hidden])")
    notes = [one["body"]["text"] for one in phone.entries() if one["kind"] == "note"]
    assert len(notes) == 1
    assert "Emergency" in notes[0]
    phone.go("due")
    phone.called()
    phone.page.click("#handover-card a")
    phone.page.click("#handover-bar [data-read] >> visible=true")
    phone.page.wait_for_selector("#view-due:not([hidden])")
    phone.page.wait_for_selector("#handover-card", state="hidden")
    phone.start("fire_patrol")
    assert phone.page.locator("#round-handover").is_hidden()
