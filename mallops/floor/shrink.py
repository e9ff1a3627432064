"""The phone's JavaScript as small as it goes: no comments, short names inside modules.

The minifier that shortens names comes built for Linux only, where servers are.
Elsewhere comments and spare spaces go, which weighs a seventh more.
"""

from __future__ import annotations

import importlib.util

import rjsmin

SHORTENS_NAMES = importlib.util.find_spec("minify") is not None


def shrunk(script: str) -> str:
    """The same script, shorter."""
    if not SHORTENS_NAMES:
        return str(rjsmin.jsmin(script))
    import minify

    return str(minify.string("application/javascript", script))
