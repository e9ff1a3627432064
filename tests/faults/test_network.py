"""Networks that are away, lie, cut or repeat."""

import json
import time

PORTAL = b"<!doctype html><title>Welcome to Mall Free WiFi</title><a href=/>Log in</a>"
BATCH = "/sync/batch"


def requests_to(stage, path):
    return [one for one in stage.proxy.exchanges if path in one.request]


def test_offline_stops_what_the_page_sends(phone):
    """The tool itself: otherwise the tests below would show nothing."""
    phone.context.set_offline(True)
    assert phone.page.evaluate("fetch('/healthz').then(() => 'out', () => 'in')") == (
        "in"
    )


def test_a_phone_without_network_seals_and_keeps(phone):
    """A01, A03: saved at once, sent when the server is there again."""
    phone.context.set_offline(True)
    phone.seal(3)
    assert phone.drain() == "offline"
    assert phone.counts()["waiting"] == 3
    phone.context.set_offline(False)
    assert phone.drain() == "answer"
    assert phone.counts()["received"] == 3


def test_a_network_that_comes_and_goes(stage, phone):
    """A02: no loss, no double row, and no drain starts beside another."""
    phone.seal(30, photos=1)
    phone.context.set_offline(True)
    phone.do("start")
    waiting = []
    while not waiting or (waiting[-1] and len(waiting) < 100):
        phone.context.set_offline(False)
        phone.page.wait_for_timeout(300 + 50 * len(waiting))  # a slow machine's turn
        phone.context.set_offline(True)
        phone.page.wait_for_timeout(300)
        waiting.append(phone.counts()["waiting"])
    assert any(0 < left < 30 for left in waiting), "it came and went half-way"
    phone.context.set_offline(False)
    assert phone.empties()
    assert len(stage.rows()) == 30


def test_a_server_that_is_down_while_the_browser_says_online(stage, phone):
    """A03: recovers by itself, without a reload."""
    stage.proxy.down()
    phone.seal(2)
    phone.do("start")
    assert phone.page.evaluate("navigator.onLine") is True
    phone.page.wait_for_timeout(1500)
    assert phone.counts()["waiting"] == 2
    stage.proxy.up()
    assert phone.empties()


def test_a_network_that_swallows_everything(stage, phone):
    """The basement: a request without a time limit would wait for ever."""
    phone.page.clock.install()
    phone.seal()
    stage.proxy.blackhole()
    phone.page.evaluate("void (globalThis.ended = phone.drain())")
    phone.page.wait_for_timeout(500)
    phone.page.clock.fast_forward(16_000)
    assert phone.page.evaluate("ended")["kind"] == "offline"
    assert phone.counts()["waiting"] == 1


def test_a_captive_portal_takes_nothing_out(stage, phone):
    """A04: 200 with a page is no answer; the person is told what is needed."""
    phone.do("watch")
    phone.seal(2)
    stage.proxy.answer_with("200 OK", PORTAL, path=BATCH)
    assert phone.drain() == "portal"
    assert phone.counts()["waiting"] == 2
    assert phone.page.evaluate("phone.seen")[-1] == "portal"
    assert phone.drain() == "answer"


def test_a_portal_that_redirects_is_told_from_no_network(stage, phone):
    """A04: and the request is not followed to the portal's page."""
    phone.seal()
    to_the_portal = "302 Found\r\nLocation: http://portal.invalid/login"
    stage.proxy.answer_with(to_the_portal, PORTAL, path="/sync/session")
    stage.proxy.answer_with(to_the_portal, PORTAL, path="/sync/session")
    assert phone.drain() == "portal"
    assert phone.counts()["waiting"] == 1


def test_a_portal_that_answers_json_is_not_believed(stage, phone):
    """A04: neither without our protocol nor without the nonce of this request."""
    answers = [{}, {"protocol": "mallops-sync/1", "nonce": "x", "results": []}, 7]
    (entry_id,) = phone.seal()
    for answer in answers:
        body = json.dumps(answer).encode()
        stage.proxy.answer_with("200 OK", body, "application/json", path=BATCH)
        assert phone.drain() in {"unwell", "portal"}
        assert phone.entries()[entry_id]["state"] == "waiting"


def test_an_answer_cut_in_the_middle(stage, phone):
    """A07: the rows are there, the next answers say so, and nothing is doubled."""
    phone.seal(5)
    stage.proxy.cut_after(300, path=BATCH)
    assert phone.drain() in {"offline", "unwell"}
    assert phone.counts()["waiting"] == 5
    assert len(stage.rows()) == 5
    assert phone.drain() == "answer"
    assert len(stage.rows()) == 5


def test_a_connection_that_closes_without_an_answer(stage, phone):
    """A08: the browser may send again by itself."""
    phone.seal(5)
    stage.proxy.keep_alive = True
    stage.proxy.drop_answers(2, path=BATCH)
    phone.drain()
    phone.drain()
    assert phone.drain() == "answer"
    assert len(stage.rows()) == 5


def test_gateways_that_answer_with_pages(stage, phone):
    """A13: 502, 503, 504."""
    phone.seal(3)
    for status in ("502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"):
        stage.proxy.answer_with(status, b"<h1>nginx</h1>", path=BATCH)
        assert phone.drain() == "unwell"
        assert phone.counts()["waiting"] == 3
    assert phone.drain() == "answer"


def test_retry_after_is_waited_for(stage, phone):
    """A13, A14: not one request before, even for an impatient thumb."""
    phone.seal()
    status = "429 Too Many Requests\r\nRetry-After: 2"
    stage.proxy.answer_with(status, b"slow down", path=BATCH)
    assert phone.drain() == "unwell"
    asked_at, before = time.monotonic(), len(stage.proxy.exchanges)
    assert phone.drain() == "unwell"
    assert len(stage.proxy.exchanges) == before
    assert phone.waits_for(lambda: phone.drain() == "answer")
    assert time.monotonic() - asked_at >= 1.9


def test_retry_after_on_one_phone_holds_up_no_other(stage, phone):
    """A14."""
    other = stage.phone("officer2")
    phone.seal()
    other.seal()
    status = "429 Too Many Requests\r\nRetry-After: 60"
    stage.proxy.answer_with(status, b"", path=BATCH)
    assert phone.drain() == "unwell"
    assert other.drain() == "answer"


def test_a_request_that_arrives_twice(stage, phone):
    """A19: the second answer says duplicate, which counts as received."""
    phone.seal(4, photos=1)
    stage.proxy.duplicate(2, path="/sync/photos/")
    stage.proxy.duplicate(path=BATCH)
    assert phone.drain() == "answer"
    assert any(BATCH in request for request in stage.proxy.struck())
    assert len(stage.rows()) == 4
    assert phone.counts()["received"] == 4


def test_two_phones_that_send_the_same_work_at_once(stage, phone, tmp_path):
    """A19, A76: an exported tray, carried in by a colleague's phone as well."""
    phone.seal(10, photos=1)
    text = phone.page.evaluate(
        "async () => (await (await phone.use('outbox')).exportTray()).text()"
    )
    other = stage.phone("officer2")
    taken = other.page.evaluate(
        "async (text) => (await phone.use('outbox')).importTray(new Blob([text]))", text
    )
    assert taken == 10
    for one in (phone, other):
        one.page.evaluate("void (globalThis.ended = phone.drain())")
    for one in (phone, other):
        one.page.evaluate("ended")
        assert one.drain() == "answer"
    rows = stage.rows()
    assert len(rows) == 10
    assert {row["author"] for row in rows.values()} == {"officer"}
    assert len(stage.photos()) == 10


def test_work_carried_by_a_colleagues_phone_belongs_to_its_own_install(stage, phone):
    """A76: ids, numbers and binding travel with the tray."""
    (entry_id,) = phone.seal()
    phone.context.set_offline(True)
    text = phone.page.evaluate(
        "async () => (await (await phone.use('outbox')).exportTray()).text()"
    )
    other = stage.phone("officer2")
    other.page.evaluate(
        "async (text) => (await phone.use('outbox')).importTray(new Blob([text]))", text
    )
    assert other.counts() | {"received": 0} == {
        "waiting": 0, "refused": 0, "received": 0, "held": 0, "sending": 0,
        "colleagues": 1,
    }  # fmt: skip
    assert other.drain() == "answer"
    row = stage.rows()[entry_id]
    assert (row["author"], row["carrier"]) == ("officer", "officer2")
    assert stage.flags(entry_id) == ["relayed"]
    phone.context.set_offline(False)
    assert phone.drain() == "answer"
