"""A form that is opened right after another."""

# The one that was left is taken apart in the worst moment: when the next one has just
# come and is not taken up yet.
WORST_MOMENT = """() => {
  const { requestAnimationFrame: draw, setTimeout: wait } = window
  const { replaceChildren } = Element.prototype
  const late = []
  window.requestAnimationFrame = (run) => late.push(run)
  window.setTimeout = (run, ms, ...more) =>
    ms === 200 ? late.push(run) : wait(run, ms, ...more)
  Element.prototype.replaceChildren = function (...nodes) {
    replaceChildren.apply(this, nodes)
    if (this.id !== "form" || !nodes.length) return
    Object.assign(window, { requestAnimationFrame: draw, setTimeout: wait })
    Element.prototype.replaceChildren = replaceChildren
    for (const run of late) run()
  }
}"""


def test_it_stays_when_the_one_before_is_taken_apart(phone):
    phone.start("vacant_unit", "L1-001")
    phone.page.evaluate(WORST_MOMENT)
    phone.start("vacant_unit", "L1-002")
    assert phone.page.inner_text("#subtitle").startswith("L1-002")
    assert phone.item("V04").is_visible()
    assert phone.page.locator("#checklist").count() == 1
