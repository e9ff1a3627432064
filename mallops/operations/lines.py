"""One log record, one line: JSON for machines, or text for a terminal.

Imports nothing of ours, so that gunicorn's master can use it and still start workers
with new code (gunicorn.conf.py).
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

STYLES = ("json", "text")
CONTEXT = "mallops_context"  # what a record knows of its request: logs.py puts it there


class Lines(logging.Formatter):
    """What both styles share: never a secret of the settings."""

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.secrets = secrets

    def hide(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, "[secret]")
        return text


class JsonLines(Lines):
    """One JSON object a line, ASCII only: no input can begin another line."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": self.hide(record.getMessage()),
            **_context(record),
        }
        if record.exc_info:
            said["exception"] = self.hide(self.formatException(record.exc_info))
        return json.dumps(said, default=str)


class TextLines(Lines):
    """For people at a terminal; what could move their cursor is written out."""

    def format(self, record: logging.LogRecord) -> str:
        more = "".join(f" {name}={value}" for name, value in _context(record).items())
        message = self.hide(record.getMessage())
        first = f"{_moment(record)} {record.levelname} {record.name}: {message}{more}"
        lines = [visible(first)]
        if record.exc_info:
            trace = self.hide(self.formatException(record.exc_info))
            lines += [f"    {visible(line)}" for line in trace.splitlines()]
        return "\n".join(lines)


def visible(text: str) -> str:
    """Line ends, escapes and marks of direction as what they are, not as they act."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _moment(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"


def _context(record: logging.LogRecord) -> dict[str, Any]:
    return dict(getattr(record, CONTEXT, {}))


def style_of(environ: Mapping[str, str] = os.environ) -> str:
    """As MALLOPS_LOG says; else text at a terminal, and JSON where nobody looks."""
    return environ.get("MALLOPS_LOG") or ("text" if sys.stderr.isatty() else "json")


def formatter(style: str, secrets: tuple[str, ...] = ()) -> Lines:
    return TextLines(secrets) if style == "text" else JsonLines(secrets)


def gunicorn_config() -> dict[str, Any]:
    """For gunicorn's ``logconfig_dict``: its own lines look like ours."""
    return {
        "formatters": {"lines": {"()": lambda: formatter(style_of())}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "stream": "ext://sys.stderr",
            }
        },
        "loggers": {
            "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
            "alembic": {"level": "WARNING"},  # it tells of each plugin
        },
    }
