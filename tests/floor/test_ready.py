"""What the phone says of itself: ready or not, how to install it, a new version."""

import pytest

CONTROLLED = "Boolean(navigator.serviceWorker.controller)"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
YESTERDAY = """(async () => {
  const db = await m.userDb()
  const kept = await db.get("pack", "pack")
  await db.put("pack", { ...kept, fetchedAt: kept.fetchedAt - 17 * 3600_000 }, "pack")
})()"""

# How many forms were on their way at once, at most.
COUNT_FORMS = """() => {
  const plain = fetch
  let now = 0
  globalThis.mostForms = 0
  globalThis.fetch = async (what, ...more) => {
    if (!String(what.url ?? what).includes("/floor/forms/")) return plain(what, ...more)
    mostForms = Math.max(mostForms, ++now)
    return plain(what, ...more).finally(() => now--)
  }
}"""


def without_signal(phone) -> str:
    """What it says of being ready, started anew."""
    phone.wait_until(CONTROLLED)
    phone.context.set_offline(True)
    phone.page.reload()
    return phone.page.wait_for_selector("#ready[data-look=late]").inner_text()


def test_a_pack_of_yesterday_is_not_called_ready(phone):
    assert "Ready to walk" in phone.page.inner_text("#ready")
    phone.ask("sync/db", YESTERDAY)
    assert "before this shift" in without_signal(phone)


def test_a_few_forms_come_at_a_time_and_not_all(make_phone):
    """One by one each waits for the way there and back; all share a weak signal."""
    phone = make_phone()
    phone.page.add_init_script(f"({COUNT_FORMS})()")
    phone.get_ready()
    assert phone.page.evaluate("mostForms") == 3


def test_a_checklist_that_is_missing_is_said(phone):
    phone.page.evaluate("caches.delete('mallops-forms')")
    assert "some checklists are missing" in without_signal(phone)


@pytest.mark.parametrize(
    ("agent", "words"), [(IPHONE, "Safari"), (None, "Open the browser's menu")]
)
def test_each_phone_is_told_how_to_install_the_app(make_phone, agent, words):
    phone = make_phone(**({"user_agent": agent} if agent else {}))
    phone.get_ready()
    phone.page.click("#install-link a")
    assert words in phone.page.locator("#install").inner_text()


def test_the_browsers_own_question_is_behind_a_button(phone):
    phone.page.evaluate("dispatchEvent(new Event('beforeinstallprompt'))")
    phone.go("more")
    phone.page.locator("#install button").wait_for()
    phone.page.evaluate("dispatchEvent(new Event('appinstalled'))")
    assert phone.page.locator("#install").is_hidden()


def test_a_new_version_is_never_offered_under_a_form(phone):
    phone.page.evaluate("document.querySelector('#update').hidden = false")
    assert phone.page.locator("#update").is_visible()
    phone.start("staff", "L1-A")
    assert phone.page.locator("#update").is_hidden()
    phone.page.click("#back")
    phone.page.locator("#update").wait_for()


def test_before_the_first_pack_is_there_it_says_what_it_does(make_phone):
    phone = make_phone()
    asked = []
    phone.context.route("**/floor/pack", lambda route: asked.append(route))
    phone.page.goto("/floor/")
    phone.page.get_by_text("Getting ready to walk").wait_for()
    phone.wait_until("document.querySelector('#ready[data-look=quiet]')")
