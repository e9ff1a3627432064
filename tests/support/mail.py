"""A real mail server for tests, with certificates, sign-in and refusals."""

import ssl
from collections.abc import Collection
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self
from urllib.parse import quote

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.support.gunicorn import free_port

HOST = "127.0.0.1"
PASSWORD = "p@ss:word/#1"


@dataclass(frozen=True)
class Received:
    """A message as it came in, and what was said around it."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    encrypted: bool
    user: str | None

    @property
    def text(self) -> str:
        return self.message.get_content()


class MailServer:
    """Takes messages on a loopback port until it is left.

    Args:
        tls: "starttls" or "smtps", with a certificate of ``ca``.
        user: who must sign in, with ``PASSWORD``.
        refused: addresses it does not know.
    """

    def __init__(
        self,
        tls: str | None = None,
        ca: trustme.CA | None = None,
        user: str | None = None,
        refused: Collection[str] = (),
        port: int | None = None,
    ) -> None:
        self.received: list[Received] = []
        self.passwords: list[str] = []  # that were sent to it
        self.user, self.refused = user, refused
        context = _context(ca) if ca else None
        scheme = "smtps" if tls == "smtps" else "smtp"
        self.port = port or free_port()
        self.url = f"{scheme}://{_credentials(user)}{HOST}:{self.port}"
        self._controller = Controller(
            self,
            hostname=HOST,
            port=self.port,
            ssl_context=context if tls == "smtps" else None,
            tls_context=context if tls == "starttls" else None,
            auth_require_tls=tls == "starttls",
            authenticator=self._authenticate,
            auth_required=user is not None,
        )

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._controller.stop()

    def _authenticate(self, _server, session, _envelope, _mechanism, given):
        self.passwords.append(given.password.decode())
        fits = (given.login, given.password) == (self.user.encode(), PASSWORD.encode())
        session.who = self.user if fits else None
        return AuthResult(success=fits, handled=False)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.received.append(
            Received(
                envelope.mail_from,
                tuple(envelope.rcpt_tos),
                message,
                server.transport.get_extra_info("sslcontext") is not None,
                getattr(session, "who", None),
            )
        )
        return "250 OK"


def _context(ca: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert(HOST).configure_cert(context)
    return context


def _credentials(user: str | None) -> str:
    return f"{quote(user)}:{quote(PASSWORD, safe='')}@" if user else ""
