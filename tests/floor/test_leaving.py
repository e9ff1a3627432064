"""A thumb that is quicker than the phone is never pulled back from where it went."""

import pytest

# One tap saves, the next opens another view; a dialog must close in between.
TAP_TWICE = """(button) => {
  const dialog = document.querySelector("dialog[open]")
  const goOn = () => { location.hash = "#more" }
  dialog?.addEventListener("close", goOn)
  document.querySelector(button).click()
  if (!dialog) goOn()
}"""


def write_note(phone):
    phone.go("note")
    phone.page.fill("#note-text", "All quiet")
    return "#note-form .button--primary"


def report(phone):
    phone.go("finding")
    phone.page.click("[data-category=hygiene]")
    phone.page.fill("#finding-text", "Spill")
    return "#finding-form .button--primary"


def walk(phone):
    phone.start("staff", "L1-A")
    phone.page.click("#abort-open")
    phone.page.fill("#abort textarea", "Closed")
    return "#abort [data-abort]"


@pytest.mark.parametrize("prepare", [write_note, report, walk])
def test_whoever_opens_another_view_while_it_saves_stays_there(phone, prepare):
    button = prepare(phone)
    notice = "#reported" if prepare is report else "#saved"
    phone.page.evaluate(TAP_TWICE, button)
    phone.page.wait_for_selector(f"{notice}:not([hidden])")
    phone.page.wait_for_selector("#view-more:not([hidden])")
    assert len(phone.entries()) == 1
    phone.page.click("#bar [href='#due']")
    phone.page.wait_for_selector("#view-due:not([hidden])")
    assert phone.page.locator(notice).is_hidden()


def test_a_form_that_never_comes_holds_nobody(phone):
    phone.page.evaluate("caches.delete('mallops-forms')")
    asked = []  # and never answered
    phone.context.route("**/floor/forms/**", lambda route: asked.append(route))
    phone.page.goto("/floor/#start/staff/L1-A")
    phone.wait_until("document.querySelector('#round-title').textContent")
    phone.page.wait_for_selector("#view-round:not([hidden])")
    while not asked:
        phone.page.wait_for_timeout(50)
    phone.page.click("#back")
    phone.page.wait_for_selector("#view-due:not([hidden])", timeout=10_000)
    for route in asked:
        route.abort()


def test_what_is_said_of_one_form_does_not_stand_below_the_next(phone):
    phone.start("staff", "L1-A")
    phone.finish()
    phone.page.wait_for_selector("#finish-message:not([hidden])")
    phone.start("event", "L1-A")
    assert phone.page.locator("#finish-message").is_hidden()


def test_a_desk_page_opens_only_where_there_is_signal(phone):
    phone.go("shop/L1-001")
    phone.page.wait_for_selector("#door-form:not([hidden])")
    link = phone.page.locator("#door-closure")
    phone.context.set_offline(True)
    link.click()
    said = phone.page.locator("#door-form [data-network]")
    phone.wait_for(lambda: "No connection to the server now." in said.inner_text())
    assert phone.page.url.endswith("/floor/#shop/L1-001")
    phone.context.set_offline(False)
    link.click()
    phone.page.wait_for_url("**/malls/demo/doors/closures/new?unit=L1-001")
    assert phone.page.input_value("[name=unit]") == "L1-001"
    assert phone.page.locator("[name=opens_at]").is_hidden()
    phone.page.click("label:has([value=hours])")
    assert phone.page.locator("[name=opens_at]").is_visible()
