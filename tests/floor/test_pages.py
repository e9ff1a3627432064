"""Every view of the floor app: readable, reachable, never wider than the screen."""

import pytest

VIEWS = ("due", "note", "outbox", "more", "start/opening/L1-A")
SIZES = ((360, 640), (640, 360), (430, 932))
SMALL_TARGETS = """
[...document.querySelectorAll('a, button, select, summary, textarea, input, label')]
  .filter(one => one.checkVisibility() && !one.closest('.visually-hidden'))
  .filter(one => one.tagName !== 'LABEL' || one.querySelector('input'))
  .filter(one => !one.matches('label input, .visually-hidden, p a'))
  .map(one => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.height < 47.5 || box.width < 47.5)
  .map(([one, box]) => `${one.outerHTML.slice(0, 120)} ${box.width}x${box.height}`)
"""

BROKEN_WORDS = """
[...document.querySelectorAll('#bar a, .segment, .list__row, .button')]
  .filter(one => one.checkVisibility())
  .flatMap(one => {
    const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT)
    const broken = []
    while (texts.nextNode()) {
      for (const word of texts.currentNode.data.matchAll(/[A-Za-z]+/g)) {
        const range = document.createRange()
        range.setStart(texts.currentNode, word.index)
        range.setEnd(texts.currentNode, word.index + word[0].length)
        if (range.getClientRects().length > 1) broken.push(word[0])
      }
    }
    return broken
  })
"""


def look_at(phone, view):
    phone.go(view)
    if view.startswith("start"):
        phone.page.wait_for_selector("#actions:not([hidden])")
        phone.tick("O08", "fail")
        phone.page.click("#item-O01 .item__help")
    phone.page.wait_for_timeout(100)


@pytest.mark.parametrize(("scheme", "locale"), [("light", "en-US"), ("dark", "zh-CN")])
def test_axe_finds_nothing(make_phone, scheme, locale):
    phone = make_phone(color_scheme=scheme, locale=locale)
    phone.get_ready()
    for view in VIEWS:
        look_at(phone, view)
        assert phone.violations() == [], view


def test_axe_finds_nothing_when_signed_out(make_phone):
    phone = make_phone(signed_in=False)
    phone.page.goto("/floor/")
    phone.page.wait_for_selector("#signed-out:not([hidden])")
    assert phone.violations() == []


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_wider_than_the_screen_at_any_text_size(make_phone, width, height):
    phone = make_phone(width=width, height=height)
    phone.get_ready()
    for view in VIEWS:
        look_at(phone, view)
        for size in ("100%", "200%"):
            phone.page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            wide = phone.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{view} at {size}: {wide}"
            assert phone.page.evaluate(BROKEN_WORDS) == [], f"{view} at {size}"
        phone.page.evaluate("document.documentElement.style.fontSize = ''")


def test_everything_to_tap_is_large_enough(phone):
    for view in VIEWS:
        look_at(phone, view)
        assert phone.page.evaluate(SMALL_TARGETS) == [], view


def test_focus_follows_to_the_new_view(phone):
    phone.page.click("#bar [data-view=more]")
    phone.page.wait_for_selector("#view-more:not([hidden])")
    phone.wait_until("document.activeElement.id === 'more-title'")
    assert phone.page.get_attribute("#bar [data-view=more]", "aria-current") == "page"


def test_without_signal_the_app_opens_and_a_note_is_safe(phone):
    phone.wait_until("Boolean(navigator.serviceWorker.controller)")
    phone.context.set_offline(True)
    phone.page.reload()
    phone.page.wait_for_selector("#view-due:not([hidden])")
    phone.go("note")
    phone.page.fill("#note-text", "No signal in B1")
    phone.page.click("#note-form .button--primary")
    assert "No signal in B1" in phone.wait_saved()
    phone.page.wait_for_selector("#chip[data-look=waiting]")
    assert "Saved here · 1" in phone.page.inner_text("#chip")
    phone.context.set_offline(False)  # it is sent by itself; nobody taps anything
    phone.page.wait_for_selector("#chip[data-look=done]")


# What the phone sends by itself finds no server until somebody asks for it.
AWAY_UNTIL_ASKED = """() => {
  const real = fetch
  const back = () => (window.fetch = real)
  const away = () => Promise.reject(new TypeError("away"))
  window.fetch = (what, ...more) =>
    String(what).includes("/sync/") ? away() : real(what, ...more)
  document.querySelector("#send-now").addEventListener("click", back, true)
}"""


def test_send_now_sends_at_once_when_the_server_is_back(phone):
    phone.page.evaluate(AWAY_UNTIL_ASKED)
    phone.go("note")
    phone.page.fill("#note-text", "The server is away")
    phone.page.click("#note-form .button--primary")
    phone.wait_saved()
    phone.go("outbox")
    phone.page.click("#send-now")
    phone.page.wait_for_selector("#chip[data-look=done]", timeout=10_000)


def test_a_tap_while_the_app_starts_is_not_lost(phone):
    phone.context.add_init_script(
        "addEventListener('DOMContentLoaded', () => (location.hash = '#more'))"
    )
    phone.page.goto("/floor/")
    phone.page.wait_for_selector("#view-more:not([hidden])")


def test_two_fast_taps_open_the_last_view_alone(phone):
    phone.page.evaluate("location.hash = '#note'; location.hash = '#outbox'")
    phone.page.wait_for_selector("#view-outbox:not([hidden])")
    phone.page.evaluate("location.hash = '#start/opening/L1-A'")
    phone.page.evaluate("location.hash = '#due'")
    phone.page.wait_for_selector("#view-due:not([hidden])")
    shown = (
        "[...document.querySelectorAll('.view')].filter((one) => !one.hidden).length"
    )
    assert phone.page.evaluate(shown) == 1
    assert phone.page.is_hidden("#actions")


def test_what_is_typed_the_moment_a_note_opens_is_kept(phone):
    for text in ("All quiet in B1", "A second note"):
        phone.type_at_once("#note-text", text)
        phone.go("note")
        phone.wait_for(lambda text=text: text in str(phone.drafts()))
        phone.page.click("#note-form .button--primary")
        phone.wait_saved()
    assert not phone.drafts()


def test_a_note_that_is_too_long_is_kept_and_explained(phone):
    phone.go("note")
    phone.page.fill("#note-text", "长" * 20_000)
    phone.page.click("#note-form .button--primary")
    error = phone.page.locator("#note-error")
    assert "16000" in error.inner_text()
    phone.wait_for(lambda: [len(one["text"]) for one in phone.drafts()] == [20_000])
    phone.page.reload()
    phone.wait_until("document.querySelector('#note-text').value.length === 20000")
    assert phone.entries() == []


def test_a_theme_is_kept_and_set_before_the_first_paint(phone):
    phone.go("more")
    phone.page.click("#theme label:has([value=dark])")
    phone.page.reload()
    assert phone.page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_without_javascript_the_page_says_what_is_missing(make_phone):
    phone = make_phone(signed_in=False, java_script_enabled=False)
    phone.page.goto("/floor/")
    assert "JavaScript is off in this browser." in phone.page.content()
