"""Environment to settings, read once; bad or missing values are refused by name."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.headerregistry import Address
from email.utils import getaddresses
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from mallops.people.rules import is_email

ROOT = Path(__file__).resolve().parent.parent
MINIMUM_SECRET = 32
FEWEST_DIFFERENT = 8  # characters in a secret; hex has 16
MOST_HOURS = 366 * 24
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
LOG_STYLES = {"", "json", "text"}
RESTORING = "restoring.json"  # lies in the data folder while a restore changes it
SMTP_PORTS = {"smtp": 587, "smtps": 465}


class BadSetting(SystemExit):
    """A setting the product cannot run with (the operator's mistake)."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"MallOps cannot start: {name} {problem}")


@dataclass(frozen=True)
class Smtp:
    """The mail server that takes our messages, and from whom they are."""

    host: str
    port: int
    tls: bool  # from the first byte; else STARTTLS where it is offered
    user: str | None
    password: str | None = field(repr=False)
    sender: Address


@dataclass(frozen=True)
class Settings:
    """All there is to set. Durations are timedelta, sizes are bytes."""

    data: Path
    database_url: str
    secret_keys: tuple[str, ...]  # the first signs, all verify
    keys_given: bool  # else we made one, in the file secret_key
    origin: str | None  # https://… in production; None: loopback only
    proxies: int  # how many reverse proxies to believe
    session_idle: timedelta
    session_absolute: timedelta
    smtp: Smtp | None  # None: no e-mail is sent
    bind: str  # on which interface
    metrics_token: str | None = field(repr=False)  # None: no /metrics
    health_needs_worker: bool  # a worker that fell silent makes /healthz fail
    backups: Path | None  # where `mallops worker` puts one a day; None: nowhere
    backup_hour: int  # UTC
    backups_keep: int

    @property
    def https(self) -> bool:
        return bool(self.origin and self.origin.startswith("https://"))

    def flask(self) -> dict[str, Any]:
        """The same, under the names that Flask and its extensions look for."""
        hosts = [urlsplit(self.origin).hostname] if self.origin else []
        return {
            "SETTINGS": self,
            "SECRET_KEY": self.secret_keys[0],
            "SECRET_KEY_FALLBACKS": list(self.secret_keys[1:]),
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(self.database_url),
            "TRUSTED_HOSTS": [*LOOPBACK, *(host for host in hosts if host)],
            "SESSION_COOKIE_NAME": "__Host-mallops" if self.https else "mallops",
            "SESSION_COOKIE_SECURE": self.https,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": self.session_absolute,
            "SESSION_REFRESH_EACH_REQUEST": False,
            "MAX_CONTENT_LENGTH": 1_000_000,
            "MAX_FORM_MEMORY_SIZE": 500_000,
            "MAX_FORM_PARTS": 200,
            "WTF_CSRF_TIME_LIMIT": None,  # the token lives as long as the session
            "WTF_CSRF_SSL_STRICT": False,  # Origin is checked in web.py for all
            "WTF_CSRF_CHECK_DEFAULT": False,  # web.py checks all but /sync/
            "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "mallops" / "translations"),
            "COMPRESS_REGISTER": False,  # only views that name nobody opt in
        }


def read_settings(
    environ: Mapping[str, str] = os.environ, *, while_restoring: bool = False
) -> Settings:
    """Settings from the environment.

    Args:
        while_restoring: also where a restore was cut off, to finish it.

    Raises:
        BadSetting: a value that cannot work, by name (the operator's mistake).
    """
    data = Path(environ.get("MALLOPS_DATA") or ROOT / "var").resolve()
    data.mkdir(parents=True, exist_ok=True)
    if environ.get("MALLOPS_LOG", "json") not in LOG_STYLES:
        raise BadSetting("MALLOPS_LOG", "must be json or text")
    if (data / RESTORING).exists() and not while_restoring:
        text = "has a restore that was cut off; run `mallops restore` to finish it"
        raise BadSetting("MALLOPS_DATA", text)
    return Settings(
        data=data,
        database_url=_database_url(environ.get("DATABASE_URL"), data),
        secret_keys=_secret_keys(environ.get("MALLOPS_SECRET_KEYS"), data),
        keys_given=bool(environ.get("MALLOPS_SECRET_KEYS")),
        origin=_origin(environ.get("MALLOPS_ORIGIN")),
        proxies=_whole(environ, "MALLOPS_PROXIES", 0),
        session_idle=_hours(environ, "MALLOPS_SESSION_IDLE_HOURS", 16),
        session_absolute=_hours(environ, "MALLOPS_SESSION_HOURS", 7 * 24),
        smtp=_smtp(environ.get("MALLOPS_SMTP"), environ.get("MALLOPS_MAIL_FROM")),
        bind=environ.get("MALLOPS_BIND") or LOOPBACK[0],
        metrics_token=_token(environ.get("MALLOPS_METRICS_TOKEN")),
        health_needs_worker=_is_on(environ, "MALLOPS_HEALTH_NEEDS_WORKER"),
        backups=_backups(environ.get("MALLOPS_BACKUPS"), data),
        backup_hour=_between(environ, "MALLOPS_BACKUP_HOUR", 18, 0, 23),
        backups_keep=_between(environ, "MALLOPS_BACKUPS_KEEP", 14, 1, 1000),
    )


def _database_url(url: str | None, data: Path) -> str:
    if not url:
        return f"sqlite:///{data / 'mallops.db'}"
    scheme, _, rest = url.partition("://")
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest.partition("?")[0] in {"", "/", "/:memory:"}:
        raise BadSetting("DATABASE_URL", "names no file, so nothing would be kept")
    if scheme == "sqlite":
        return url
    raise BadSetting("DATABASE_URL", f"must be SQLite or PostgreSQL, not {scheme!r}")


def _engine_options(database_url: str) -> dict[str, Any]:
    json = {
        "json_serializer": _to_json,
        "json_deserializer": msgspec.json.decode,
        "hide_parameters": True,  # errors are logged; what they were about is private
    }
    if database_url.startswith("sqlite"):
        return {**json, "connect_args": {"timeout": 5, "check_same_thread": False}}
    return {
        **json,
        "pool_pre_ping": True,
        "pool_size": 2,
        "connect_args": {"options": "-c synchronous_commit=on -c timezone=UTC"},
    }


def _to_json(value: Any) -> str:
    """Several times faster than the standard library, four times for each entry."""
    return msgspec.json.encode(value).decode()


def _secret_keys(given: str | None, data: Path) -> tuple[str, ...]:
    """The keys that sign, newest first; made once and kept readable to us alone."""
    keys = tuple((given or _own_secret(data / "secret_key")).replace(",", " ").split())
    if not keys:
        raise BadSetting("MALLOPS_SECRET_KEYS", "names no key")
    for key in keys:
        _check_secret("MALLOPS_SECRET_KEYS", key)
    return keys


def _check_secret(name: str, secret: str) -> None:
    if len(secret) < MINIMUM_SECRET:
        raise BadSetting(name, f"needs {MINIMUM_SECRET} characters or more")
    if len(set(secret)) < FEWEST_DIFFERENT:
        raise BadSetting(name, "can be guessed: make one with `openssl rand -hex 32`")


def _token(value: str | None) -> str | None:
    if value:
        _check_secret("MALLOPS_METRICS_TOKEN", value)
    return value or None


def _is_on(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name) or "0"
    if value not in {"0", "1"}:
        raise BadSetting(name, f"must be 0 or 1, not {value!r}")
    return value == "1"


def _own_secret(path: Path) -> str:
    """The key kept beside the database; two processes starting at once agree on it."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            text = f"others may read it: chmod 600 {path}"
            raise BadSetting(path.name, text) from None
        return path.read_text()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text()


def _origin(value: str | None) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        raise BadSetting("MALLOPS_ORIGIN", "must look like https://mall.example")
    if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost"}:
        raise BadSetting(
            "MALLOPS_ORIGIN", "must be https: phones keep work only over https"
        )
    return value


def _whole(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit()):
        raise BadSetting(name, f"must be a whole number, not {text!r}")
    return int(text)


def _between(
    environ: Mapping[str, str], name: str, default: int, least: int, most: int
) -> int:
    number = _whole(environ, name, default)
    if not least <= number <= most:
        raise BadSetting(name, f"must be {least} to {most}, not {number}")
    return number


def _backups(value: str | None, data: Path) -> Path | None:
    if not value:
        return None
    path = Path(value).resolve()
    if path == data or path.is_relative_to(data / "photos"):
        raise BadSetting("MALLOPS_BACKUPS", "must be a folder of its own")
    return path


def _hours(environ: Mapping[str, str], name: str, default: int) -> timedelta:
    hours = _whole(environ, name, default)
    if not 1 <= hours <= MOST_HOURS:
        raise BadSetting(name, f"must be 1 to {MOST_HOURS} hours, not {hours}")
    return timedelta(hours=hours)


def _smtp(url: str | None, mail_from: str | None) -> Smtp | None:
    """The mail server; its password may stand in the URL, so no refusal repeats it."""
    if not url:
        return None
    looks = "must look like smtp://user:password@mail.example:587 or smtps://…"
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        raise BadSetting("MALLOPS_SMTP", looks) from None
    rest = parts.path.strip("/") or parts.query or parts.fragment
    if (
        scheme not in SMTP_PORTS
        or not host
        or rest
        or port == 0
        or not url.isprintable()
    ):
        raise BadSetting("MALLOPS_SMTP", looks)
    if (parts.username is None) != (parts.password is None):
        raise BadSetting("MALLOPS_SMTP", "needs both a user and a password, or neither")
    return Smtp(
        host=host,
        port=port or SMTP_PORTS[scheme],
        tls=scheme == "smtps",
        user=unquote(parts.username) if parts.username is not None else None,
        password=unquote(parts.password) if parts.password is not None else None,
        sender=_sender(mail_from),
    )


def _sender(text: str | None) -> Address:
    if not text:
        raise BadSetting("MALLOPS_MAIL_FROM", "is needed where MALLOPS_SMTP is set")
    found = getaddresses([text])
    name, address = found[0]
    if len(found) != 1 or not text.isprintable() or not is_email(address):
        raise BadSetting(
            "MALLOPS_MAIL_FROM", "must look like MallOps <mallops@mall.example>"
        )
    return Address(name or "MallOps", addr_spec=address)
