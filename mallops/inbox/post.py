"""Handing messages to the mail server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from mallops.config import LOOPBACK, Smtp

TIMEOUT_S = 15
# The server is there and does not want this one message.
REFUSED = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
)


class Unreachable(Exception):
    """The mail server is away, or takes nothing from us; the text says why."""


class Unwanted(Exception):
    """The server refused one message; the text says why."""


class Post:
    """One connection for all messages of a run, opened for the first of them."""

    def __init__(self, settings: Smtp) -> None:
        self.settings = settings
        self.server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.server:
            self.server.close()

    def send(self, message: EmailMessage) -> None:
        """Hand one message over.

        Raises:
            Unwanted: the server refused it; others may go through.
            Unreachable: no message will go through at the moment.
        """
        try:
            server = self.server or self._connect()
            server.send_message(message)
        except REFUSED as error:
            raise Unwanted(str(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error

    def _connect(self) -> smtplib.SMTP:
        trust, own = ssl.create_default_context(), self.settings
        if own.tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                own.host, own.port, timeout=TIMEOUT_S, context=trust
            )
        else:
            server = smtplib.SMTP(own.host, own.port, timeout=TIMEOUT_S)
        self.server = server  # closed at the end, whatever it says now
        if not own.tls:
            self._encrypt(server, trust)
        if own.user:
            server.login(own.user, own.password or "")
        return server

    def _encrypt(self, server: smtplib.SMTP, trust: ssl.SSLContext) -> None:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=trust)
        elif self.settings.user and self.settings.host not in LOOPBACK:
            raise Unreachable("no STARTTLS there: the password would be readable")
