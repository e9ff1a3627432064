"""The session ends while the app is open: signing in is offered, nothing is lost."""

CARD = "#signed-out:not([hidden]) .button--primary"


def _stop(phone) -> None:
    phone.page.click("#abort-open")
    phone.page.fill("#abort textarea", "Called away")
    phone.page.click("#abort [data-abort]")
    phone.wait_saved()


def test_every_view_offers_to_sign_in_once_a_drain_was_told_so(phone):
    phone.start()
    phone.tick("O01")
    phone.context.clear_cookies()
    _stop(phone)
    for view in ("due", "outbox", "more", "findings", "note"):
        phone.go(view)
        phone.page.wait_for_selector(CARD)
    phone.go("outbox")
    link = phone.page.locator(CARD)
    link.evaluate("link => link.addEventListener('click', e => e.preventDefault())")
    link.click()
    assert link.get_attribute("href").endswith("/sign-in?next=%2Ffloor%2F%23outbox")


def test_a_form_stays_as_it_is_and_the_card_goes_after_signing_in_elsewhere(phone):
    cookies = phone.context.cookies()
    phone.go("note")
    phone.page.fill("#note-text", "Half a sen")
    phone.context.clear_cookies()
    phone.ask("sync/triggers", "m.sendNow()")
    phone.page.wait_for_selector(CARD)
    assert phone.page.input_value("#note-text") == "Half a sen"
    phone.start("staff", "L1-A")
    assert phone.page.is_hidden("#signed-out")  # it would move what is ticked
    phone.go("due")
    phone.page.wait_for_selector(CARD)
    phone.context.add_cookies(cookies)
    phone.ask("sync/triggers", "m.sendNow()")
    phone.page.wait_for_selector("#signed-out", state="hidden")
