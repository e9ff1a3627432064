"""What endangers people reaches the supervisor, who takes note of it with one tap."""

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.support import axe, builders
from tests.support.phone import PROTOCOL, SAME_ORIGIN
from tests.support.worker import Worker
from tests.walk.conftest import sign_in, token_in

pytestmark = pytest.mark.browser

expect.set_options(timeout=60_000)
LOOKS = {
    "phone": {"viewport": {"width": 360, "height": 740}, "locale": "zh-CN"},
    "desk": {
        "viewport": {"width": 1280, "height": 800},
        "locale": "en",
        "color_scheme": "dark",
    },
    "without scripts": {"java_script_enabled": False, "locale": "en"},
}


@pytest.fixture(scope="module")
def told(demo_server):
    """Three findings handed in, and a worker that has told people of them."""
    with httpx.Client(base_url=demo_server.url) as client:
        page = client.get("/sign-in").text
        given = {"username": "officer", "password": demo_server.password}
        client.post("/sign-in", data=given | {"csrf_token": token_in(page)})
        install = "0192f000-0000-7000-8000-00000000000b"
        session = client.get(f"/sync/session?install={install}").json()
        now = datetime.now(UTC)
        about = {"place": "L1-A", "category": "incident", "severity": "S1"}
        entries = [
            builders.seal(
                {**about, "text": f"Smoke from kitchen {number}"},
                kind="finding",
                seq=number,
                recorded_at=now,
                binding=session["binding"],
            )
            for number in (1, 2, 3)
        ]
        batch = {
            "protocol": PROTOCOL,
            "nonce": "n",
            "install": install,
            "sent_at": now.isoformat(),
            "entries": entries,
        }
        answer = client.post("/sync/batch", json=batch, headers=SAME_ORIGIN)
        assert {one["status"] for one in answer.json()["results"]} == {"accepted"}
    with Worker(Path(demo_server.env["MALLOPS_DATA"]), {}) as worker:
        worker.wait_for_log("told people")
        assert worker.stop() == 0


@pytest.mark.parametrize("look", LOOKS)
def test_one_tap_takes_note_and_the_count_goes_down(demo_server, told, chromium, look):
    with chromium.new_context(**LOOKS[look]) as context:
        context.set_default_timeout(60_000)
        page = sign_in(context, demo_server, "supervisor")
        complaints = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{demo_server.url}/malls/demo/log/")
        count = page.locator("#inbox-link .desk__count [aria-hidden]")
        before = int(count.inner_text())
        page.click("#inbox-link")
        item = page.locator(".inbox__item--new").first
        expect(item).to_contain_text("Smoke from kitchen")
        scripts = LOOKS[look].get("java_script_enabled", True)
        if scripts:
            assert axe.violations(page) == []
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= LOOKS[look]["viewport"]["width"]
        item.get_by_role("button").click()
        expect(page.locator(".inbox__item--new")).to_have_count(before - 1)
        if before > 1:
            expect(count).to_have_text(str(before - 1))
        else:
            expect(count).to_have_count(0)
        if scripts:
            assert axe.violations(page) == []
            focused = page.evaluate("document.activeElement.className")
            assert "inbox__item" in focused
        assert complaints == []
