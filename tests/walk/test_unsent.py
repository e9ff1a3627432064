"""A desk form that is sent without a network: nothing typed is lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.walk.conftest import sign_in

pytestmark = pytest.mark.browser
NEW = "/malls/demo/doors/closures/new"
REASON = "盘点，全天停业 <b>"
NOTHING_SENT = {"en-US": "nothing was sent", "zh-CN": "什么都没有发送"}


@pytest.fixture(params=NOTHING_SENT)
def desk(request, chromium, demo_server):
    context = chromium.new_context(base_url=demo_server.url, locale=request.param)
    context.set_default_timeout(30_000)
    sign_in(context, demo_server, "manager")
    page = context.new_page()
    page.said = NOTHING_SENT[request.param]
    yield page
    context.close()


def test_what_was_typed_stays_until_there_is_a_network(desk):
    desk.goto(NEW)
    desk.fill("[name=reason]", REASON)
    desk.check("[name=what][value=closed]")
    desk.fill("[name=unit]", "L1-012")
    expect(desk.locator("#unsent")).to_be_hidden()
    desk.context.set_offline(True)
    desk.press("[name=unit]", "Enter")
    expect(desk.locator("form #unsent")).to_contain_text(desk.said)
    expect(desk.locator("[name=reason]")).to_have_value(REASON)
    desk.context.set_offline(False)
    desk.press("[name=unit]", "Enter")
    expect(desk.locator("main")).to_contain_text(REASON)
    expect(desk).to_have_url(re.compile(r"/closures/[0-9a-f-]{36}$"))


def test_signing_out_without_a_network_is_told_too(desk):
    desk.goto("/me/")
    desk.click(".desk__account summary")
    desk.context.set_offline(True)
    desk.click("#leave button")
    expect(desk.locator("#leave #unsent")).to_contain_text(desk.said)


def test_what_htmx_cannot_send_is_told_too(desk):
    """The browser believes that there is a network; the request finds none."""
    desk.goto(NEW)
    desk.route("**/closures/new", lambda route: route.abort())
    form = desk.locator(".closures__form")
    form.locator("[name=reason]").fill("Stocktaking")
    form.evaluate(
        """(form) => {
          form.setAttribute("hx-post", form.action)
          htmx.process(form)
          form.requestSubmit()
        }"""
    )
    expect(form.locator("#unsent")).to_contain_text(desk.said)
    expect(form.locator("[name=reason]")).to_have_value("Stocktaking")
