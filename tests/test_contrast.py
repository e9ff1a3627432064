"""Text stands out 7:1 from what it is written on, in each theme (WCAG 1.4.6)."""

import re

import pytest

from tests.test_architecture import ROOT

TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text()
BLOCK = re.compile(r"color-scheme: (\w+);(.*?)\}", re.DOTALL)
COLOUR = re.compile(r"--([\w-]+): #([0-9a-f]{3,6});")
# By name: the colours of states are written on paper, and on their own soft ground.
STATES = ("accent", "done", "late", "wrong", "unknown", "waiting")
TEXTS = ("ink", "muted", *STATES)
PAIRS = [
    *((text, ground) for text in TEXTS for ground in ("paper", "surface")),
    *((state, f"{state}-soft") for state in STATES),
    *(("ink", f"{state}-soft") for state in STATES),
    ("on-accent", "accent"),
]
THEMES = [(name, dict(COLOUR.findall(text))) for name, text in BLOCK.findall(TOKENS)]


def luminance(colour):
    """Relative luminance, as WCAG reckons it."""
    full = "".join(digit * 2 for digit in colour) if len(colour) == 3 else colour
    shares = [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_white_on_black_is_the_most_there_is():
    assert contrast("fff", "000000") == pytest.approx(21)
    assert contrast("767676", "fff") == pytest.approx(4.54, abs=0.01)  # WCAG's example


@pytest.mark.parametrize(("theme", "colours"), THEMES, ids=["light", "dark", "chosen"])
@pytest.mark.parametrize(("text", "ground"), PAIRS, ids=" on ".join)
def test_text_stands_out_from_its_ground(theme, colours, text, ground):
    found = contrast(colours[text], colours[ground])
    assert found >= 7, f"{theme}: {found:.2f}"


def test_dark_is_the_same_whether_the_device_or_the_person_chose_it():
    assert THEMES[1] == THEMES[2]
