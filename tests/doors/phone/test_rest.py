"""What is left of a zone at once: the rows one sees, and no others."""

SHADES = """list => {
  const { backgroundAttachment } = getComputedStyle(list)
  return [list.scrollHeight > list.clientHeight, backgroundAttachment.includes("local")]
}"""


def test_with_a_search_only_what_it_found_is_marked(officer):
    officer.offline()
    officer.walk("L2", "closing")
    officer.page.fill("#doors-search", "Shop L2-10")
    officer.wait_until("document.querySelectorAll('#doors-list [data-no]').length < 20")
    officer.page.click("#doors-list [data-rest]")
    assert "10 shops" in officer.page.inner_text("#doors-rest h2")
    assert "L2-001" not in officer.page.inner_text("#doors-rest-list")
    officer.page.click("#doors-rest [data-yes]")
    entries = officer.wait_kept(10)
    assert {one["body"]["unit"][:5] for one in entries} == {"L2-10"}


def test_a_list_that_is_cut_shows_that_it_scrolls(officer):
    officer.offline()
    officer.walk("L2", "closing")
    officer.page.click("#doors-list [data-rest]")
    scrolls, is_shaded = officer.page.locator("#doors-rest-list").evaluate(SHADES)
    assert scrolls
    assert is_shaded
