"""What travels compressed, and stays the same for a browser that has it."""

import brotli
import pytest

BROTLI = {"Accept-Encoding": "gzip, br"}


@pytest.mark.parametrize("path", ["/floor/", "/floor/sync.js", "/floor/build.js"])
def test_what_lasts_is_pressed_and_asked_for_again_by_its_tag(client, path):
    plain = client.get(path)
    pressed = client.get(path, headers=BROTLI)
    assert pressed.headers["Content-Encoding"] == "br"
    assert "Accept-Encoding" in pressed.headers["Vary"]
    assert brotli.decompress(pressed.data) == plain.data
    tag = {"If-None-Match": pressed.headers["ETag"]}
    assert client.get(path, headers=BROTLI | tag).status_code == 304


def test_a_page_with_a_form_is_not_compressed(client):
    assert "Content-Encoding" not in client.get("/sign-in", headers=BROTLI).headers
