"""Nothing on screen stays English: catalogues, scripts, content and pages agree."""

import csv
import re
import tomllib
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask_babel import force_locale

from mallops import create_app, web
from mallops.config import read_settings
from mallops.floor import assets
from mallops.floor.joined import reachable

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "mallops" / "translations"
LOCALES = {"zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant"}
LANGUAGES = {"en", *LOCALES}
PLACEHOLDER = re.compile(r"%\(\w+\)s")
LATIN = re.compile(r"[A-Za-z]{2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Old national codes hold one script each: a sign of only the other one is misplaced.
SCRIPTS = {"zh-Hans": ("gb2312", "big5"), "zh-Hant": ("big5", "gb2312")}
# What templates may show as it stands.
SAME_EVERYWHERE = {
    "MallOps",  # the name
    "English",  # a language by its own name
    "CSV",
    "XLSX",
}
WIDE = r"[\u3000-\u9fff\uff00-\uffef]"
HALF_WIDTH = re.compile(rf"{WIDE} ?[,;:?!]|[,;:?!] ?{WIDE}")
TEMPLATES = sorted(
    path.relative_to(ROOT / "templates") for path in ROOT.glob("templates/**/*.html")
)
# A mark in an expression that puts words together.
IN_CODE = re.compile(r"""(?:\{\{|~|join\() ?["'] ?[,:;()] ?["']""")
READ_OUT = {"alt", "aria-label", "placeholder", "title"}

languages = pytest.mark.parametrize("language", LOCALES)


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Every text to translate, as `tools/translations` collects them."""
    pot = tmp_path_factory.mktemp("i18n") / "messages.pot"
    options = [f"--mapping-file={ROOT / 'pyproject.toml'}", f"--output-file={pot}"]
    options += [f"--keywords={name}" for name in ("lazy_gettext", "_l", "t")]
    CommandLineInterface().run(["pybabel", "--quiet", "extract", *options, str(ROOT)])
    return texts_of(pot, None)


def texts_of(path, locale):
    with path.open("rb") as file:
        return {key_of(one): one for one in read_po(file, locale=locale) if one.id}


def key_of(message):
    one = message.id
    return (message.context, tuple(one) if message.pluralizable else one)


def catalogue(language):
    locale = LOCALES[language]
    return texts_of(FOLDER / locale / "LC_MESSAGES" / "messages.po", locale)


def wordings(message):
    """Source and translation, as many times as the message has forms."""
    if message.pluralizable:
        return [(message.id[-1], one) for one in message.string]
    return [(message.id, message.string)]


@pytest.fixture(scope="module")
def plain_app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    return create_app(read_settings({"MALLOPS_DATA": str(folder)}))


# -- Catalogues -------------------------------------------------------------------


@languages
def test_every_text_is_in_the_catalogue_and_nothing_else(sources, language):
    ours = catalogue(language)
    assert sources.keys() - ours.keys() == set(), "run tools/translations and translate"
    assert ours.keys() - sources.keys() == set(), "run tools/translations"


@languages
def test_no_obsolete_texts_are_kept(language):
    path = FOLDER / LOCALES[language] / "LC_MESSAGES" / "messages.po"
    assert "\n#~" not in path.read_text()


@languages
def test_every_text_is_translated(language):
    for message in catalogue(language).values():
        assert not message.fuzzy, message.id
        for source, target in wordings(message):
            assert target.strip(), source
            assert target != source


@languages
def test_placeholders_survive_translation(language):
    for message in catalogue(language).values():
        for source, target in wordings(message):
            wanted = sorted(PLACEHOLDER.findall(source))
            assert sorted(PLACEHOLDER.findall(target)) == wanted, source


@languages
def test_no_english_is_left_in_a_translation(language):
    for message in catalogue(language).values():
        for source, target in wordings(message):
            left = LATIN.findall(PLACEHOLDER.sub("", target).lower())
            assert set(left) <= set(LATIN.findall(source.lower())), target


@languages
def test_each_chinese_keeps_to_its_script(language):
    for message in catalogue(language).values():
        for _source, target in wordings(message):
            assert_in_script(language, target)


def assert_in_script(language, text):
    own, other = SCRIPTS[language]
    misplaced = [
        sign
        for sign in CHINESE.findall(text)
        if holds(other, sign) and not holds(own, sign)
    ]
    assert misplaced == [], text


def holds(code, sign):
    return bool(sign.encode(code, errors="ignore"))


@languages
def test_chinese_has_its_own_marks(language):
    """A half-width one is fine in a time (10:20), in a number and between letters."""
    for message in catalogue(language).values():
        for _source, target in wordings(message):
            assert HALF_WIDTH.findall(PLACEHOLDER.sub("一", target)) == [], target


@languages
def test_readers_are_spoken_to_politely_or_not_at_all(language):
    for message in catalogue(language).values():
        for _source, target in wordings(message):
            assert not set("你妳") & set(target), target


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_marks_between_words_are_translated(path):
    """What stands between two expressions: an ASCII comma would stand in Chinese."""
    text = (ROOT / "templates" / path).read_text()
    assert IN_CODE.findall(text) == []
    for pattern, instead in (
        (r"\{#.*?#\}|\{%.*?%\}|<script.*?</script>", ""),
        (r"\{\{.*?\}\}", "\0"),
        (r"<[^>]*>", ""),
    ):
        text = re.sub(pattern, instead, text, flags=re.DOTALL)
    assert re.findall(r"\0 ?[,:;(][^\0]*|[,:;)] ?\0", text) == []


@languages
def test_compiled_catalogues_match_their_sources(language):
    folder = FOLDER / LOCALES[language] / "LC_MESSAGES"
    compiled = BytesIO()
    with (folder / "messages.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=LOCALES[language]))
    kept = (folder / "messages.mo").read_bytes()
    assert kept == compiled.getvalue(), "run tools/translations"


# -- Scripts ----------------------------------------------------------------------


@languages
def test_the_floor_app_gets_all_its_words(plain_app, sources, language):
    with plain_app.test_request_context(), force_locale(LOCALES[language]):
        words = assets.strings()
    of_scripts = {
        message.id
        for message in sources.values()
        if any(name.startswith(FLOOR_SCRIPTS) for name, _line in message.locations)
    }
    assert {assets.name_of(text) for text in of_scripts} - words.keys() == set()


FLOOR_SCRIPTS = tuple(f"static/{path}" for path in reachable(assets.APP))
CALL = re.compile(r"\bt\(\s*(?=(.))")
I18N = "static/floor/i18n.js"  # where t itself is made


def test_scripts_name_their_words_outright():
    """``t(name)`` would be found by nobody."""
    for path in set(FLOOR_SCRIPTS) - {I18N}:
        assert set(CALL.findall((ROOT / path).read_text())) <= {'"'}, path


# -- Content ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [*ROOT.glob("mallops/library/*.toml"), *ROOT.glob("mallops/demo/*.toml")],
    ids=lambda path: path.name,
)
def test_content_speaks_three_languages(path):
    found = list(words_in(tomllib.loads(path.read_text())))
    assert found
    for words in found:
        assert_three_languages(words)


def words_in(value):
    """Every table that names a text, however deep."""
    if isinstance(value, dict):
        if "en" in value:
            yield {name: value.get(name, "") for name in LANGUAGES}
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from words_in(one)


def assert_three_languages(words):
    assert all(text.strip() for text in words.values()), words
    for language in LOCALES:
        assert_in_script(language, words[language])


@pytest.mark.parametrize("name", ["harbour_court", "lindenhof"])
def test_shops_of_the_demo_speak_three_languages(name):
    with (ROOT / "mallops" / "demo" / f"{name}_units.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["en"]:
                assert_three_languages({one: row[one] for one in LANGUAGES})


# -- Templates --------------------------------------------------------------------

NOT_SHOWN = re.compile(
    r"{#.*?#}|{%-?\s*trans\b.*?endtrans\s*-?%}"
    r"|{% block width %}.*?{% endblock %}"  # names of classes
    r"|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')  # made by a macro, to be put into a tag


class Shown(HTMLParser):
    """Collects what a template shows or has read out, apart from its expressions."""

    def __init__(self):
        super().__init__()
        self.texts, self.silent = [], False

    def handle_starttag(self, tag, attrs):
        self.silent = tag in ("script", "style")
        self.texts += [value or "" for name, value in attrs if name in READ_OUT]

    def handle_endtag(self, _tag):
        self.silent = False

    def handle_data(self, data):
        if not self.silent:
            self.texts.append(ATTRIBUTE.sub("", data))


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "templates").rglob("*.html")),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_templates_show_no_text_outside_gettext(path):
    page = Shown()
    page.feed(NOT_SHOWN.sub(" ", path.read_text()))
    left = {word for text in page.texts for word in LATIN.findall(text)}
    assert left <= SAME_EVERYWHERE


# -- Pages ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "language", "word"),
    [
        ("zh-CN,zh;q=0.9", "zh-Hans", "登录"),
        ("zh-TW,zh;q=0.9", "zh-Hant", "登入"),
        ("zh-HK", "zh-Hant", "登入"),
        ("de, en;q=0.5", "en", "Sign in"),
    ],
)
def test_pages_come_in_the_language_the_browser_asks_for(
    plain_app, asked, language, word
):
    page = plain_app.test_client().get("/sign-in", headers={"Accept-Language": asked})
    assert f'<html lang="{language}"' in page.text
    assert word in page.text


@languages
def test_days_are_named_in_chinese(plain_app, language):
    with plain_app.test_request_context(), force_locale(LOCALES[language]):
        name = web.day_name(date(2026, 11, 21)).replace(" ", "")
    assert name == "2026年11月21日星期六"
