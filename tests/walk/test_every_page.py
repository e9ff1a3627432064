"""Every page that there is, once: axe finds nothing, nothing is wider than a phone.

The list is what ``url_map`` says, so that no page is forgotten; what ``test_desk``
opens in two looks is a choice among them.
"""

import pytest

from mallops.people.models import ROLES
from mallops.people.rights import RIGHTS
from tests.support import axe
from tests.support.forms import Desk
from tests.support.gunicorn import Server
from tests.support.world import NOW, make_world, routes

pytestmark = pytest.mark.browser

WIDTH = 390
# Between the password and the code: who is at the door, and what was sent before.
AT_THE_DOOR = {"factors.code": "with a code", "factors.enrol": "without a code"}
# The app of the phone wants its worker: tests/floor/test_pages.py.
ELSEWHERE = {"static", "floor.shell", "floor.shell_in"}
SIGNED_OUT = {"people.sign_in"}
# What would not be noticed if it were no page any more.
PAGES = {"cases.show", "signatures.index", "signatures.show", *AT_THE_DOOR}


@pytest.fixture(scope="module")
def world(sqlite_template, tmp_path_factory):
    """One of everything, and all that happens to it."""
    made = make_world(sqlite_template, tmp_path_factory.mktemp("pages"))
    Desk(made).send_all()
    return made


@pytest.fixture(scope="module")
def server(world):
    env = {"STANDS_AT": NOW.isoformat(), "WEB_CONCURRENCY": "1"}
    with Server(world.folder, env, app="tests.support.still_wsgi:app") as running:
        yield running


@pytest.fixture(scope="module")
def context(chromium, server):
    context = chromium.new_context(
        viewport={"width": WIDTH, "height": 844}, service_workers="block"
    )
    context.set_default_timeout(60_000)
    yield context
    context.close()


def visitor(world, endpoint):
    """The browser of somebody who may, and who that is."""
    if endpoint in AT_THE_DOOR:
        desk, name = Desk(world), AT_THE_DOOR[endpoint]
        desk.send(f"people.sign_in {name}")
        return desk.browser(f"at the door, {name}"), None
    if endpoint in SIGNED_OUT:
        return world.client(), None
    role = next(r for r in ("manager", *ROLES) if RIGHTS[endpoint].allows(r))
    return world.client(f"demo-{role}"), f"demo-{role}"


def is_page(answer):
    """And not a part of one, a file, an answer for the phone, or a way elsewhere."""
    is_html = answer.status_code == 200 and answer.mimetype == "text/html"
    return is_html and "<html" in answer.text


@routes(lambda endpoint, method, _: method == "GET" and endpoint not in ELSEWHERE)
def test_a_page_is_accessible_fits_a_phone_and_keeps_the_policy(
    world, server, context, endpoint, method, rule
):
    client, person = visitor(world, endpoint)
    path = world.address(rule, person=person)
    answer = client.get(path)
    if not is_page(answer):
        assert endpoint not in PAGES
        return
    cookie = client.get_cookie("mallops")
    context.clear_cookies()
    if cookie:
        given = {"name": "mallops", "value": cookie.value, "url": server.url}
        context.add_cookies([given])
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    response = page.goto(server.url + path)
    assert response.status == 200
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    assert complaints == []
    page.close()
