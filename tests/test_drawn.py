"""Signs drawn once: for the same arguments, language and page, and no others."""

import pytest
from flask_babel import force_locale
from markupsafe import Markup, escape

from mallops import drawn
from mallops.drawn import Joined, remembered


@pytest.fixture
def sign(app, monkeypatch):
    """A macro that notes what it was asked to draw."""
    monkeypatch.setattr(drawn, "_kept", {})
    asked = []

    def draw(*given):
        asked.append(given)
        return Markup("<b>{}</b>").format(*map(escape, given))

    draw.asked = asked
    return draw


def test_the_same_sign_is_drawn_once_for_all(sign):
    assert remembered("sign", sign)("late") == remembered("sign", sign)("late")
    assert sign.asked == [("late",)]


def test_another_language_name_or_argument_is_drawn_anew(sign):
    remembered("sign", sign)("late")
    remembered("sign", sign)("early")
    remembered("other", sign)("late")
    with force_locale("zh_Hans"):
        remembered("sign", sign)("late")
    assert len(sign.asked) == 4


def test_plain_text_never_gets_the_place_of_html(sign):
    draw = remembered("sign", sign)
    assert draw(Markup("<i>x</i>")) == "<b><i>x</i></b>"
    assert draw("<i>x</i>") == "<b>&lt;i&gt;x&lt;/i&gt;</b>"


def test_no_more_than_a_few_thousand_are_kept(sign, monkeypatch):
    monkeypatch.setattr(drawn, "MOST_KEPT", 3)
    draw = remembered("sign", sign)
    for number in range(10):
        assert draw(number) == f"<b>{number}</b>"
    [kept] = drawn._kept.values()
    assert len(kept) <= 3


def test_what_was_drawn_is_joined_as_it_is():
    pieces = [Markup("<b>1</b>"), Markup("<i>&amp;</i>")]
    assert escape(Joined(pieces)) == Markup("<b>1</b><i>&amp;</i>")


def test_plain_text_among_what_was_drawn_is_refused():
    with pytest.raises(TypeError, match="only what a macro drew"):
        Joined([Markup("<b>1</b>"), "<script>"])
