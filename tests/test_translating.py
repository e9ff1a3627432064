"""Words of pages: found once, and always those of the language spoken now."""

import pytest
from flask import render_template_string
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mallops.translating import spoken

TABLE = {"open": _l("Not signed yet"), "none": ""}
LANGUAGES = ("zh_Hans", "en", "zh_Hant")


@pytest.fixture(autouse=True)
def request_of_a_page(app):
    with app.test_request_context():
        yield


def said_in(language, source="{{ _('Not signed yet') }}"):
    with force_locale(language):
        return render_template_string(source)


def test_a_language_is_spoken_while_it_is_forced_and_no_longer():
    before = _("Not signed yet"), render_template_string("{{ _('Not signed yet') }}")
    assert len({said_in(language) for language in LANGUAGES}) == len(LANGUAGES)
    assert (
        _("Not signed yet"),
        render_template_string("{{ _('Not signed yet') }}"),
    ) == before


def test_words_of_a_template_are_those_of_code():
    for language in LANGUAGES:
        with force_locale(language):
            assert render_template_string("{{ _('Not signed yet') }}") == _(
                "Not signed yet"
            )


def test_words_with_variables_are_put_together_each_time():
    source = "{{ _('by %(at)s', at=at) }}"
    assert render_template_string(source, at="<1>") == "by &lt;1&gt;"
    assert render_template_string(source, at="<2>") == "by &lt;2&gt;"


def test_a_text_that_is_no_html_gets_words_that_are_none():
    page = "{{ _('A & B') ~ '<' }}"
    text = "{% autoescape false %}" + page + "{% endautoescape %}"
    for _again in range(2):
        assert render_template_string(page) == "A & B&lt;"
        assert render_template_string(text) == "A & B<"


def test_a_percent_sign_is_one_whenever_it_is_asked_for():
    for _again in range(2):
        assert render_template_string("{{ _('100%%') }}") == "100%"


def test_a_table_of_words_is_spoken_in_the_language_of_the_moment():
    english = spoken(TABLE)
    with force_locale("zh_Hans"):
        assert spoken(TABLE) == {"open": _("Not signed yet"), "none": ""} != english
    assert spoken(TABLE) == english == {"open": "Not signed yet", "none": ""}
