"""One finding from open to verified, by two people on their phones' browsers."""

import io
import json
from datetime import UTC, datetime

import httpx
import pytest
from PIL import Image

from tests.support import axe, builders, waiting
from tests.support.phone import PROTOCOL, SAME_ORIGIN
from tests.walk.conftest import sign_in, token_in

pytestmark = pytest.mark.browser

PHONE = {
    "viewport": {"width": 412, "height": 915},
    "is_mobile": True,
    "has_touch": True,
    "locale": "en",
}
INSTALL = "0192f000-0000-7000-8000-000000000009"
LIST = "/malls/demo/findings/"


@pytest.fixture
def broken(demo_server):
    """The id of a finding with a photo that an officer handed in."""
    with httpx.Client(base_url=demo_server.url, timeout=60) as client:
        answer = client.get("/sign-in")
        given = {"username": "officer", "password": demo_server.password}
        client.post("/sign-in", data=given | {"csrf_token": token_in(answer.text)})
        return hand_in(client)


def hand_in(client) -> str:
    session = client.get(f"/sync/session?install={INSTALL}").json()
    now = datetime.now(UTC)
    picture = builders.jpeg(size=(640, 480), colour=(30, 60, 90))
    sha256 = builders.sha256(picture)
    jpeg = SAME_ORIGIN | {"Content-Type": "image/jpeg"}
    client.put(f"/sync/photos/{sha256}", content=picture, headers=jpeg)
    body = {
        "category": "other",
        "severity": "S3",
        "text": "Handrail is loose",
        "place": "L2-A",
        "photos": [sha256],
    }
    given = {"recorded_at": now, "binding": session["binding"], "photos": [sha256]}
    entry = builders.seal(body, kind="finding", **given)
    batch = {
        "protocol": PROTOCOL,
        "nonce": "n",
        "install": INSTALL,
        "sent_at": now.isoformat(),
        "entries": [entry],
    }
    headers = SAME_ORIGIN | {"Content-Type": "application/json"}
    answer = client.post("/sync/batch", content=json.dumps(batch), headers=headers)
    assert answer.json()["results"][0]["status"] == "accepted"
    return entry["id"]


@pytest.fixture
def people(chromium, demo_server):
    """``people(name)``: the page of this person, on a phone of their own."""
    contexts = []

    def person(name):
        context = chromium.new_context(**PHONE)
        context.set_default_timeout(60_000)
        contexts.append(context)
        return sign_in(context, demo_server, name)

    yield person
    for context in contexts:
        context.close()


def test_a_finding_goes_from_open_to_verified(people, demo_server, broken, tmp_path):
    lead, engineer = people("supervisor"), people("engineer")
    address = f"{demo_server.url}{LIST}{broken}"

    assign_in_its_row(lead, demo_server, broken)
    repair(engineer, address, tmp_path)
    lead.goto(address)
    after = lead.locator(".before-after figure").nth(1).locator("img")
    assert after.evaluate("image => image.decode().then(() => image.naturalWidth)")
    lead.click("#step-verify summary")
    lead.fill("#step-verify textarea", "Firm now")
    lead.click("#step-verify form button")
    lead.get_by_text("Done: Re-checked: in order.").wait_for()
    assert axe.violations(lead) == []
    told = lead.locator(".history__what").all_inner_texts()
    said = ("loose", "Engineering", "screws", "Firm now")
    assert all(text in step for text, step in zip(said, told, strict=True)), told
    lead.goto(f"{demo_server.url}{LIST}?tab=closed")
    lead.locator(f'[id="finding-{broken}"]').get_by_text("Verified").wait_for()


def assign_in_its_row(page, server, finding_id):
    """The supervisor stays on the list; a mistake comes back into the row."""
    page.goto(f"{server.url}{LIST}")
    row = page.locator(f'[id="finding-{finding_id}"]')
    row.get_by_role("link", name="Assign").click()
    row.get_by_label("To whom").select_option(label="Engineering, the team")
    row.get_by_label("To be fixed by").fill("2020-01-01T10:00")
    row.get_by_label("Note").fill("Before noon")
    row.get_by_role("button", name="Assign").click()
    row.get_by_text("The time to fix it is in the past.").wait_for()
    assert row.get_by_label("Note").input_value() == "Before noon"
    row.get_by_label("To be fixed by").fill("")
    assert axe.violations(page) == []
    row.get_by_role("button", name="Assign").click()
    row.locator(".finding-row__who").get_by_text("Engineering").wait_for()
    assert "Assigned" in row.inner_text()
    assert page.url == f"{server.url}{LIST}"


def repair(page, address, folder):
    """A photo of a camera's size goes small; without one the step is not sent."""
    page.goto(address)
    page.click("#step-fix summary")
    page.fill("#step-fix textarea", "New screws")
    page.click("#step-fix form button")
    is_valid = "form => form.checkValidity()"
    assert not page.locator("#step-fix form").evaluate(is_valid)
    large = folder / "result.png"
    large.write_bytes(picture())
    field = page.locator("#step-fix input[type=file]")
    field.set_input_files(large)
    became_small = "field => field.files[0]?.type === 'image/jpeg'"
    waiting.until(page, lambda: field.evaluate(became_small))
    assert page.locator("#step-fix form").evaluate(is_valid)
    page.click("#step-fix form button:enabled")
    page.get_by_text("Done: Fixed.").wait_for()
    page.wait_for_load_state()  # before its styles came, a photo is as wide as it is
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["viewport"]["width"]


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2400, 1800), (40, 90, 60)).save(out, "PNG")
    return out.getvalue()
