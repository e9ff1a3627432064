"""What the worker keeps, and the name of the build it makes."""

import hashlib
import json
import re

import pytest

from mallops.floor import assets
from mallops.floor.joined import STATIC


def build_of(client) -> dict:
    text = client.get("/floor/build.js").get_data(as_text=True)
    found = re.findall(r"^export const (\w+) = (.*)$", text, re.MULTILINE)
    return {name: json.loads(value) for name, value in found}


def test_every_kept_file_is_served_with_the_content_the_build_names(client):
    for path, digits in build_of(client)["PRECACHE"]:
        answer = client.get(path, buffered=True)
        assert answer.status_code == 200, path
        digest = hashlib.sha256(answer.get_data()).hexdigest()
        assert digits is None or digest.startswith(digits), path


def test_a_build_is_named_by_content_alone(client):
    assert build_of(client) == build_of(client)


def test_another_word_in_a_shell_is_another_build():
    one, other = (assets.build_module({"en": page}) for page in ("<p>a", "<p>b"))
    assert one.splitlines()[0] != other.splitlines()[0]


def test_only_the_module_that_names_the_build_has_no_hash(client):
    kept = build_of(client)["PRECACHE"]
    assert [path for path, digits in kept if digits is None] == ["/floor/build.js"]


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_the_manifest_names_icons_that_exist(client, language):
    client.set_cookie("mallops_language", language)
    manifest = client.get("/manifest.webmanifest").json
    assert manifest["lang"] == language
    assert manifest["start_url"] == "/floor/"
    purposes = {icon.get("purpose", "any") for icon in manifest["icons"]}
    assert purposes == {"any", "maskable"}
    for icon in manifest["icons"]:
        assert client.get(icon["src"], buffered=True).status_code == 200


def test_sentences_travel_in_the_shell_and_not_in_the_scripts(client):
    sentence = next(text for text in assets._texts_in_scripts() if len(text) > 60)
    script = client.get("/floor/app.js", buffered=True).get_data(as_text=True)
    shell = client.get("/floor/shell/en", buffered=True).get_data(as_text=True)
    assert sentence not in script
    assert json.dumps(assets.name_of(sentence)) in script
    strings = json.loads(re.search(r'id="strings">(.*?)</script>', shell)[1])
    assert strings[assets.name_of(sentence)] == sentence


def test_no_style_asks_what_is_in_the_whole_page():
    """A slow phone would look again at each word that changes anywhere."""
    asks = re.compile(r"(?:html|body|:root|\*):has\(")
    sheets = list(STATIC.rglob("*.css"))
    assert sheets
    assert not [sheet.name for sheet in sheets if asks.search(sheet.read_text())]
