"""The day in a browser: lists of rounds open, stay open and are printed."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from playwright.sync_api import expect

from mallops.places.rules import business_day
from tests.support import axe
from tests.walk.conftest import sign_in

pytestmark = pytest.mark.browser

LIST = "#rounds-unknown .rounds__list"
ROUNDS = f"{LIST} .rounds__one"


@pytest.fixture(scope="module")
def yesterday(demo_server):
    """The address of a day whose rounds nobody walked: no phone was heard of."""
    today = business_day(datetime.now(UTC), "Asia/Shanghai", time(5))
    return f"{demo_server.url}/malls/demo/log/{today - timedelta(days=1)}"


@pytest.fixture
def browser(chromium, demo_server):
    """``browser(**given)``: a page of the manager in a browser of its own."""
    contexts = []

    def browser(**given):
        contexts.append(chromium.new_context(**given))
        contexts[-1].set_default_timeout(60_000)
        return sign_in(contexts[-1], demo_server, "manager")

    yield browser
    for context in contexts:
        context.close()


@pytest.fixture
def page(browser, yesterday):
    page = browser()
    page.goto(yesterday)
    return page


def unfold(page):
    page.locator("#rounds-unknown > summary").click()


def refresh(page):
    """What the running day does by itself every half a minute, when it has changed."""
    page.evaluate(
        """() => {
          document.querySelector("#daylog-rounds").dataset.old = ""
          const address = `${location.pathname}/entries${location.search}`
          htmx.ajax("GET", address, { target: "#daylog-entries", swap: "outerHTML" })
        }"""
    )
    expect(page.locator("#daylog-rounds[data-old]")).to_have_count(0)


def test_a_list_of_rounds_is_there_when_it_is_opened(page):
    assert page.locator(ROUNDS).count() == 0
    unfold(page)
    expect(page.locator(ROUNDS).first).to_be_visible()
    said = page.locator("#rounds-unknown > summary").inner_text()
    assert f"{page.locator(ROUNDS).count()} rounds" in said
    assert axe.violations(page) == []


def test_an_open_list_stays_open_when_the_numbers_change(page):
    unfold(page)
    expect(page.locator(ROUNDS).first).to_be_visible()
    page.evaluate(
        "document.querySelector('#rounds-unknown').before(new Comment('old'))"
    )
    with page.expect_response("**/rounds/unknown"):
        refresh(page)
    expect(page.locator("#rounds-unknown[open]")).to_have_count(1)
    expect(page.locator(ROUNDS).first).to_be_visible()


def test_a_list_that_was_closed_again_stays_closed(page, yesterday):
    page.goto(f"{yesterday}?rounds=unknown")
    expect(page.locator(ROUNDS).first).to_be_visible()
    unfold(page)
    expect(page.locator(ROUNDS).first).to_be_hidden()
    refresh(page)
    expect(page.locator("#rounds-unknown[open]")).to_have_count(0)


def test_a_print_has_the_lists_that_nobody_opened(page):
    assert page.locator(ROUNDS).count() == 0
    page.pdf()
    assert page.locator(ROUNDS).count() > 1


def test_without_script_a_link_opens_the_list(browser, yesterday):
    page = browser(java_script_enabled=False)
    page.goto(yesterday)
    unfold(page)
    page.locator(f"{LIST} a").click()
    expect(page.locator(ROUNDS).first).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(ROUNDS).first).to_be_visible()


def test_who_is_signed_out_meanwhile_sees_the_page_to_sign_in(page):
    page.context.clear_cookies()
    unfold(page)
    page.wait_for_url(re.compile(r"/sign-in\?next=[^?]*/log/[0-9-]+$"))
