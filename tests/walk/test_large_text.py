"""The desk's lists with letters twice as large, and their header at a desk's width."""

import pytest

from mallops.people.models import ROLES
from tests.support.gunicorn import Server
from tests.support.world import NOW, make_world

pytestmark = pytest.mark.browser

LISTS = [
    "log/", "shifts/", "handovers/", "countersign/", "doors/", "doors/month/2026-11",
    "doors/cases/", "doors/closures/", "findings/", "held/", "notices/", "phones/",
    "people/", "inbox/",
]  # fmt: skip
NARROW, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
TWICE = "document.documentElement.style.fontSize = '200%'"
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
LINES = """() => new Set(
  [...document.querySelectorAll('.desk__nav a')].map(a => a.offsetTop)).size"""
NAME = """() => {
  const brand = document.querySelector('.desk__brand')
  const { lineHeight } = getComputedStyle(brand)
  return brand.getBoundingClientRect().height / parseFloat(lineHeight)
}"""
FILTERS_AND_SHOW = """() => {
  document.querySelector('.day-filters__more').open = true
  const one = name => document.querySelector(`.day-filters ${name}`)
  return ['button', 'summary'].map(name => one(name).getBoundingClientRect().bottom)
}"""


@pytest.fixture(scope="module")
def world(sqlite_template, tmp_path_factory):
    return make_world(sqlite_template, tmp_path_factory.mktemp("large"))


@pytest.fixture(scope="module")
def server(world):
    env = {"STANDS_AT": NOW.isoformat(), "WEB_CONCURRENCY": "1"}
    with Server(world.folder, env, app="tests.support.still_wsgi:app") as running:
        yield running


@pytest.fixture
def desk(world, server, chromium):
    """``desk(role, size, locale)``: a page of somebody, signed in."""
    opened = []

    def open_as(role, size, locale):
        context = chromium.new_context(
            viewport=size, locale=locale, service_workers="block"
        )
        opened.append(context)
        cookie = world.client(f"demo-{role}").get_cookie("mallops")
        context.add_cookies(
            [{"name": "mallops", "value": cookie.value, "url": server.url}]
        )
        return context.new_page()

    yield open_as
    for context in opened:
        context.close()


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_no_list_scrolls_sideways_with_text_twice_as_large(server, desk, locale):
    page, too_wide = desk("manager", NARROW, locale), {}
    for path in LISTS:
        assert page.goto(f"{server.url}/malls/demo/{path}").status == 200, path
        page.evaluate(TWICE)
        if (over := page.evaluate(TOO_WIDE)) > 0:
            too_wide[path] = over
        assert page.evaluate(NAME) < 4, path
    assert too_wide == {}


@pytest.mark.parametrize("locale", ["en", "zh-CN", "zh-TW"])
@pytest.mark.parametrize("role", ROLES)
def test_the_pages_stand_on_one_line_at_a_desk(server, desk, role, locale):
    page = desk(role, DESK, locale)
    path = "phones/" if role == "admin" else "findings/"
    assert page.goto(f"{server.url}/malls/demo/{path}").status == 200
    assert page.evaluate(LINES) == 1


@pytest.mark.parametrize("path", ["log/", "doors/"])
def test_filters_open_below_the_button_that_opens_them(server, desk, path):
    page = desk("manager", DESK, "en")
    assert page.goto(f"{server.url}/malls/demo/{path}").status == 200
    show, filters = page.evaluate(FILTERS_AND_SHOW)
    assert abs(show - filters) < 2
