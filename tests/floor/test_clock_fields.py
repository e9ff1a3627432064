"""A twelve-hour clock needs room for its AM and PM."""

import pytest

# The field as wide as its hours, minutes and AM or PM, and as wide as it is.
CUT = """[...document.querySelectorAll("#form [type=time]")].flatMap((field) => {
  const lone = field.cloneNode()
  lone.style.cssText = "flex: none; inline-size: max-content; position: absolute"
  field.after(lone)
  const [needs, has] = [lone.offsetWidth, field.offsetWidth]
  lone.remove()
  const isCut = has < needs || field.scrollWidth > field.clientWidth
  return isCut ? [`${field.name}: ${needs} in ${has}`] : []
})"""
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"


@pytest.mark.parametrize("width", [360, 390, 412])
def test_no_time_is_cut(make_phone, width):
    phone = make_phone(width=width, height=915, locale="en-US")
    phone.get_ready()
    for checklist in ("opening", "closing", "staff", "equipment"):
        phone.start(checklist, "L1-A")
        phone.page.evaluate(
            "document.querySelectorAll('#form [type=time]')"
            ".forEach((field) => (field.value = '22:30'))"
        )
        assert phone.page.evaluate(CUT) == [], checklist
        for size in ("100%", "200%"):
            phone.page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            assert not phone.page.evaluate(SIDEWAYS), f"{checklist} at {size}"
        phone.page.evaluate("document.documentElement.style.fontSize = ''")
