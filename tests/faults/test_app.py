"""The app and its worker: started without network, updated, and never fooled."""

import re

import pytest

BATCH = "/sync/batch"
LOGIN = b"<!doctype html><title>Sign in</title><form>secret token</form>"
CONTROLLED = "!!navigator.serviceWorker.controller"
KEPT = """async () => {
  const names = await caches.keys()
  const kept = await Promise.all(names.map(async (name) =>
    (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)))
  return Object.fromEntries(names.map((name, i) => [name, kept[i]]))
}"""


def open_app(phone):
    """The first visit: until the worker has what it needs and the walk is ready."""
    phone.open("/floor/")
    assert phone.waits_for(lambda: phone.page.evaluate(CONTROLLED))
    assert phone.waits_for(lambda: is_ready(phone))


def is_ready(phone) -> bool:
    script = "async () => (await (await phone.use('pack')).readiness()).ready"
    return phone.page.evaluate(script)


def kept(phone) -> list[str]:
    return sorted(
        path for paths in phone.page.evaluate(KEPT).values() for path in paths
    )


def walk_offline(phone) -> None:
    """Open a checklist at a place, stop it with a reason: sealed by the page itself."""
    phone.page.evaluate("location.hash = '#start/staff/L1-001'")
    phone.page.locator("#abort-open").click()
    phone.page.locator("#abort textarea").fill("the shop is closed")
    phone.page.locator("#abort [data-abort]").click()
    assert phone.waits_for(lambda: phone.counts()["waiting"] == 1)


def test_offline_from_start_to_saved(stage, phone):
    """A01: app, form and save without a server, after one visit; then it is sent."""
    open_app(phone)
    stage.proxy.down()
    phone.page.goto(f"{phone.url}/floor/")
    walk_offline(phone)
    chip = phone.page.locator("#chip")
    assert phone.waits_for(lambda: "1" in chip.inner_text())
    phone.page.reload()
    assert phone.counts()["waiting"] == 1
    stage.proxy.up()
    assert phone.empties()
    (row,) = stage.rows().values()
    assert row["kind"] == "inspection"


def test_nothing_private_is_kept_by_the_worker(stage, phone):
    """A69, A70: only the listed files and the forms, after a walk through the site."""
    open_app(phone)
    for path in ("/me/", f"/malls/{stage.mall}/log/", "/sign-in", "/floor/"):
        phone.page.goto(phone.url + path)
    listed = re.compile(r"/static/|/floor/(shell/|forms/|\w+\.js)")
    assert all(listed.match(path) for path in kept(phone))


def test_the_whole_app_is_kept(stage, phone):
    """A01: whatever the page links or imports; the page itself travels once."""
    open_app(phone)
    assert "/floor/shell/en" in kept(phone)
    asked = [one.request for one in stage.proxy.exchanges]
    assert not [request for request in asked if "/floor/shell/" in request]
    used = phone.page.evaluate(
        """() => performance.getEntriesByType("resource")
          .map(({ name }) => new URL(name).pathname)"""
    )
    wanted = {path for path in used if re.match(r"/static/|/floor/\w+\.js", path)}
    pictures = {path for path in wanted if path.endswith(".png")}
    assert wanted - pictures <= set(kept(phone))


@pytest.mark.parametrize(
    "answer", [("302 Found\r\nLocation: /sign-in", b""), ("200 OK", LOGIN)]
)
def test_a_login_page_in_the_middle_of_installing(stage, phone, answer):
    """A69: no worker rather than one with the wrong files; then a second try works."""
    status, body = answer
    for path in ("/static/css/floor.css", "/static/css/floor.css"):
        stage.proxy.answer_with(status, body, path=path)
    phone.page.goto(f"{phone.url}/static/sync/rules.js")
    installed = phone.page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.register("/sw.js",
            { scope: "/floor/", type: "module" })
          const worker = registration.installing
          for (let i = 0; i < 300 && worker.state === "installing"; i++) {
            await new Promise((resolve) => setTimeout(resolve, 100))
          }
          return worker.state
        }"""
    )
    assert installed == "redundant"
    assert kept(phone) == []
    stage.proxy.up()
    open_app(phone)
    assert "/floor/shell/en" in kept(phone)


def test_the_worker_stopped_while_it_hands_in(stage, phone):
    """A29: the next trigger goes on, and nothing is doubled."""
    open_app(phone)
    session = phone.context.new_cdp_session(phone.page)
    registrations = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    assert phone.waits_for(lambda: registrations)
    phone.open()  # no page of the app is left; it would hand in by itself
    phone.seal(5)
    stage.proxy.delay(20, path=BATCH)
    session.send(
        "ServiceWorker.dispatchSyncEvent",
        {
            "origin": phone.url,
            "registrationId": registrations[0]["registrationId"],
            "tag": "mallops-drain",
            "lastChance": False,
        },
    )
    assert phone.waits_for(lambda: len(stage.rows()) == 5)
    assert phone.counts()["waiting"] == 5
    session.send("ServiceWorker.stopAllWorkers")
    assert phone.drain() == "answer"
    assert phone.counts()["received"] == 5
    assert len(stage.rows()) == 5


def test_a_new_version_with_work_waiting(own_stage, own_phone):
    """A42: it takes over when asked to, old caches go, and the old work is accepted."""
    phone = own_phone
    open_app(phone)
    old = [name for name in phone.page.evaluate(KEPT) if "app" in name]
    own_stage.proxy.down()
    phone.seal(20)
    own_stage.server.restart({"BUILD_MARK": "two"})
    phone.context.route(f"**{BATCH}", lambda route: route.abort())
    own_stage.proxy.up()
    phone.page.reload()
    assert phone.page.locator("#update").is_visible() or phone.waits_for(
        lambda: phone.page.locator("#update").is_visible()
    )
    with phone.page.expect_navigation():
        phone.page.locator("#update button").click()
    assert phone.waits_for(
        lambda: [n for n in phone.page.evaluate(KEPT) if "app" in n] not in ([], old)
    )
    assert not set(old) & set(phone.page.evaluate(KEPT))
    assert phone.counts()["waiting"] == 20
    phone.context.unroute(f"**{BATCH}")
    assert phone.empties()
    assert len(own_stage.rows()) == 20


def test_the_app_speaks_the_chosen_language_offline(stage, phone):
    """Each language is a shell of its own; the chosen one is kept."""
    open_app(phone)
    phone.page.evaluate("location.hash = '#more'")
    phone.page.locator("#languages label[lang='zh-Hans']").click()
    chinese = phone.page.locator("html[lang=zh-Hans]")
    chinese.wait_for(state="attached")
    assert phone.waits_for(lambda: is_ready(phone))
    stage.proxy.down()
    phone.page.reload()
    assert chinese.count() == 1


def test_signing_out_on_purpose(stage, phone):
    """A70: warned about unfinished work, which then goes; sealed work stays."""
    open_app(phone)
    stage.proxy.down()
    phone.seal(2)
    phone.page.evaluate(
        "async () => (await phone.use('drafts')).saveDraft({ id: 'd1', text: 'x' })"
    )
    stage.proxy.up()
    phone.page.goto(f"{phone.url}/me/")
    asked = []
    answers = ["dismiss", "accept"]
    phone.page.on(
        "dialog",
        lambda dialog: (
            asked.append(dialog.message),
            getattr(dialog, answers.pop(0))(),
        ),
    )
    phone.page.locator(".desk__account summary").click()
    phone.page.locator("#leave button").click()
    assert phone.waits_for(lambda: len(asked) == 1)
    assert "1 unfinished" in asked[0]
    with phone.page.expect_navigation():
        phone.page.locator("#leave button").click()
    stored = phone.page.evaluate(
        """async () => {
          const db = await (await phone.use("db")).userDb()
          return (await db.getAll("drafts")).length + (await db.getAll("meta")).length
        }"""
    )
    assert stored == 0
    assert phone.counts()["colleagues"] in (0, 2)  # sent before, or waiting
    (install,) = stage.sql("SELECT * FROM installs ORDER BY first_seen_at DESC LIMIT 1")
    assert install["user_id"] is None


def test_a_form_left_open_when_somebody_else_signs_in(stage, phone):
    """A47: what A was filling in does not stay on B's screen."""
    open_app(phone)
    phone.page.evaluate("location.hash = '#start/staff/L1-001'")
    phone.page.locator("#abort-open").wait_for()
    elsewhere = phone.context.new_page()
    left, phone.page = phone.page, elsewhere
    phone.sign_in("officer2")
    left.locator("#view-due").wait_for()
    assert phone.waits_for(lambda: left.locator("#form *").count() == 0)


def test_a_double_tap_and_a_step_back_on_the_page(stage, phone):
    """A56: one record, however impatient the thumb."""
    open_app(phone)
    stage.proxy.down()
    phone.page.evaluate("location.hash = '#start/staff/L1-001'")
    phone.page.locator("#abort-open").click()
    phone.page.locator("#abort textarea").fill("the shop is closed")
    phone.page.locator("#abort [data-abort]").dblclick()
    assert phone.waits_for(lambda: phone.counts()["waiting"] == 1)
    phone.page.go_back()
    phone.page.wait_for_timeout(500)
    assert phone.counts()["waiting"] == 1
    stage.proxy.up()
    assert phone.empties()
    assert len(stage.rows()) == 1
