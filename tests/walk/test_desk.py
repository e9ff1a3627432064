"""The desk pages: axe finds nothing, nothing is too wide, no policy is broken."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.support import axe, builders
from tests.support.phone import PROTOCOL, SAME_ORIGIN
from tests.walk.conftest import sign_in, token_in

pytestmark = pytest.mark.browser

PAGES = {
    "manager": [
        "/malls/demo/doors/cases/",
        "/malls/demo/doors/closures/",
        "/malls/demo/doors/closures/new",
        "{closure}",
        "/malls/demo/log/",
        "/malls/demo/log/?problems=1",
        "/malls/demo/log/?unit=nowhere",
        "/malls/demo/held/",
        "/malls/demo/phones/",
        "/malls/demo/people/",
        "/malls/demo/nothing-here",
        "/me/",
        "{inspection}",
        "{note}",
        "/malls/demo/findings/",
        "/malls/demo/findings/?tab=closed&q=nothing",
        "/malls/demo/findings/?zone=nowhere",
        "{finding}",
        "{finding}?step=fix",
        "{incident}",
        "/malls/demo/units/L1-012",
        "/malls/demo/doors/?floor=L1",
        "{shop_day}",
        "{doors_month}",
        "/malls/demo/doors/order?floor=EXT",
        "/malls/demo/doors/codes?zone=EXT-A",
        "{sheet}",
    ],
    "engineer": ["/malls/demo/findings/", "{finding}"],
    "admin": ["/malls/demo/people/", "/malls/demo/phones/", "/malls/demo/log/"],
    None: ["/sign-in", "/sign-in?next=/me/", "/nothing-here"],
}
LOOKS = {
    "phone": {"viewport": {"width": 360, "height": 640}, "locale": "zh-CN"},
    "desk": {
        "viewport": {"width": 1280, "height": 800},
        "locale": "en",
        "color_scheme": "dark",
    },
}
# A plain page is opened at a phone's width with all others (test_every_page), a list
# that is filtered at that width only, what somebody recorded in both looks.
CASES = [
    (who, path, look)
    for who, paths in PAGES.items()
    for path in paths
    for look in LOOKS
    if "{" in path or look == ("phone" if "?" in path else "desk")
]

INCIDENT = {
    "category": "incident",
    "severity": "S1",
    "text": "Somebody fell on the stairs",
    "unit": "L1-012",
    "details": {"people": "Li", "told": [{"who": "Manager", "at": "10:20"}]},
}
CLOSURE = {
    "unit": "L1-012",
    "first_day": "2026-11-28",
    "last_day": "2026-11-29",
    "reason": "Stocktaking",
}


@pytest.fixture(scope="module")
def recorded(demo_server):
    """Addresses of entries of a day, and of the findings among them."""
    with httpx.Client(base_url=demo_server.url, timeout=60) as client:
        answer = client.get("/sign-in")
        given = {"username": "officer", "password": demo_server.password}
        client.post("/sign-in", data=given | {"csrf_token": token_in(answer.text)})
        ids = hand_in(client)
    entries = {name: f"/malls/demo/entries/{id_}" for name, id_ in ids.items()}
    findings = {
        "closure": f"/malls/demo/doors/closures/{ids['asked']}",
        "finding": f"/malls/demo/findings/{ids['inspection']}.O08",
        "incident": f"/malls/demo/findings/{ids['fall']}",
    }
    month = f"/malls/demo/doors/month/{datetime.now(UTC):%Y-%m}"
    doors = f"/malls/demo/doors/{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"
    return (
        entries
        | findings
        | {
            "shop_day": f"{doors}/L1-012",
            "sheet": f"{doors}/sheet",
            "doors_month": f"{month}?all=1&zone=EXT-A",
        }
    )


def hand_in(client) -> dict[str, str]:
    install = "0192f000-0000-7000-8000-000000000001"
    session = client.get(f"/sync/session?install={install}").json()
    now = datetime.now(UTC)
    picture = builders.jpeg(size=(640, 480))
    sha256 = builders.sha256(picture)
    jpeg = SAME_ORIGIN | {"Content-Type": "image/jpeg"}
    client.put(f"/sync/photos/{sha256}", content=picture, headers=jpeg)
    inspection = {
        "checklist": "opening",
        "version": 1,
        "place": "L2-A",
        "round": None,
        "started_at": (now - timedelta(minutes=9)).isoformat(),
        "finished_at": now.isoformat(),
        "answers": {
            "O01": {"value": "pass"},
            "O08": {"value": "fail", "note": "出口堆物", "photos": [sha256]},
            "O17": {"value": 31},
        },
        "aborted": None,
    }
    note = {"text": "Lift 3 is noisy", "place": None, "photos": []}
    common = {"recorded_at": now, "binding": session["binding"]}
    entries = {
        "inspection": builders.seal(
            inspection, kind="inspection", photos=[sha256], **common
        ),
        "note": builders.seal(note, seq=2, **common),
        "held": builders.seal(note, seq=3, **common | {"binding": None}),
        "fall": builders.seal(INCIDENT, kind="finding", seq=4, **common),
        "asked": builders.seal(CLOSURE, kind="closure_request", seq=5, **common),
    }
    batch = {
        "protocol": PROTOCOL,
        "nonce": "n",
        "install": install,
        "sent_at": now.isoformat(),
        "entries": list(entries.values()),
    }
    headers = SAME_ORIGIN | {"Content-Type": "application/json"}
    answer = client.post("/sync/batch", content=json.dumps(batch), headers=headers)
    statuses = [result["status"] for result in answer.json()["results"]]
    assert statuses == ["accepted", "accepted", "held", "accepted", "accepted"]
    return {name: entry["id"] for name, entry in entries.items()}


@pytest.fixture(scope="module")
def browsers(chromium, demo_server):
    """``browsers(look, who)``: one signed-in browser for each, made once."""
    contexts = {}

    def browser(look, who):
        if (look, who) not in contexts:
            context = contexts[look, who] = chromium.new_context(**LOOKS[look])
            context.set_default_timeout(60_000)
            if who:
                sign_in(context, demo_server, who).close()
        return contexts[look, who]

    yield browser
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize(("who", "path", "look"), CASES, ids=str)
def test_a_page_is_accessible_fits_and_keeps_the_policy(
    browsers, demo_server, recorded, look, who, path
):
    page = browsers(look, who).new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(demo_server.url + path.format(**recorded))
    assert axe.violations(page) == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= LOOKS[look]["viewport"]["width"]
    assert [text for text in complaints if "status of 40" not in text] == []
    page.close()
