"""Mail servers that are away, refuse or cannot be trusted; names that are attacks."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from email.headerregistry import Address
from threading import Event

import pytest
import trustme

from mallops.db import db
from mallops.inbox.digest import compose
from mallops.inbox.models import InboxMailing
from tests.inbox.conftest import inbox_of
from tests.support.gunicorn import free_port
from tests.support.mail import HOST, PASSWORD, MailServer

# -- When it cannot be sent


def test_a_server_that_is_away_is_tried_again_later_and_later(
    reader, found, escalate, sender, clock, caplog
):
    port = free_port()
    send = sender(f"smtp://{HOST}:{port}")
    found("S1")
    escalate()
    waits = []
    for _ in range(5):
        assert send() == 0
        db.session.rollback()
        waits.append(db.session.get(InboxMailing, reader.id).ready_at - clock.now)
        assert send() == 0  # too early: nothing is tried
        clock.now += waits[-1]
    assert [wait.seconds // 60 for wait in waits] == [1, 2, 4, 8, 16]
    assert caplog.text.count("unreachable") == 5
    assert inbox_of(reader) == ["opened"]
    with MailServer(port=port) as back:
        assert send() == 1
    assert len(back.received) == 1
    assert db.session.get(InboxMailing, reader.id).failures == 0


def test_an_address_the_server_refuses_keeps_nobody_else_waiting(
    reader, people, found, escalate, sender, caplog
):
    people.cleaner.email = "nobody@mall.example"
    db.session.commit()
    found("S1")
    escalate()
    with MailServer(refused={"nobody@mall.example"}) as server:
        assert sender(server.url)() == 1
    assert [mail.recipients for mail in server.received] == [(reader.email,)]
    assert "no such mailbox" in caplog.text
    assert db.session.get(InboxMailing, people.cleaner.id).failures == 1


def test_a_person_whose_message_cannot_be_made_keeps_nobody_else_waiting(
    reader, people, found, escalate, send, caplog, mail_server
):
    people.cleaner.email = "not an address"
    db.session.commit()
    found("S1")
    escalate()
    assert send() == 1
    assert [mail.recipients for mail in mail_server.received] == [(reader.email,)]


def test_no_transaction_is_open_while_the_mail_server_takes_its_time(
    reader, people, found, escalate, sender, clock
):
    """Else one slow mail server would keep phones from handing in."""
    busy, go_on = Event(), Event()

    class Slow(MailServer):
        async def handle_RCPT(self, server, session, envelope, address, options):
            busy.set()
            await asyncio.get_running_loop().run_in_executor(None, go_on.wait, 30)
            return await super().handle_RCPT(
                server, session, envelope, address, options
            )

    found("S1")
    escalate()
    with Slow() as server:
        send = sender(server.url)

        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(send)
            assert busy.wait(30)
            found("S2", "Handed in meanwhile")
            go_on.set()
            assert sending.result(30) == 1
    assert len(server.received) == 1


# -- Secrecy


@pytest.fixture(scope="module")
def ca():
    return trustme.CA()


@pytest.fixture
def trusted(ca, tmp_path, monkeypatch):
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


# What aiosmtpd says of a password over smtps, which it does not take for encrypted.
knows_no_smtps = pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")


@knows_no_smtps
@pytest.mark.parametrize("tls", ["starttls", "smtps"])
def test_where_encryption_is_offered_it_is_used(
    reader, found, escalate, sender, ca, trusted, tls
):
    found("S1")
    escalate()
    with MailServer(tls, ca, user="mall@ops") as server:
        assert sender(server.url)() == 1
    (mail,) = server.received
    assert mail.encrypted
    assert mail.user == "mall@ops"
    assert server.passwords == [PASSWORD]


@knows_no_smtps
@pytest.mark.parametrize("tls", ["starttls", "smtps"])
def test_a_server_nobody_vouches_for_is_sent_nothing(
    reader, found, escalate, sender, ca, caplog, tls
):
    found("S1")
    escalate()
    with MailServer(tls, ca, user="mallops") as server:
        assert sender(server.url)() == 0
    assert server.received == []
    assert "CERTIFICATE_VERIFY_FAILED" in caplog.text


@knows_no_smtps
def test_a_password_is_sent_to_no_server_where_it_could_be_read(
    reader, found, escalate, sender, monkeypatch, caplog
):
    monkeypatch.setattr("mallops.inbox.post.LOOPBACK", ())  # as if it were elsewhere
    found("S1")
    escalate()
    with MailServer(user="mallops") as server:
        assert sender(server.url)() == 0
    assert server.received == []
    assert server.passwords == []
    assert "the password would be readable" in caplog.text


def test_a_wrong_password_is_a_server_that_takes_nothing(
    reader, found, escalate, sender, ca, trusted, caplog
):
    found("S1")
    escalate()
    with MailServer("starttls", ca, user="mallops") as server:
        url = server.url.replace(server.url.split(":")[2].split("@")[0], "wrong")
        assert sender(url)() == 0
    assert "SMTPAuthenticationError" in caplog.text
    assert "wrong" not in caplog.text


NASTY = [
    "Eve\r\nBcc: everybody@mall.example",
    "Eve\nSubject: won a prize\n\nbody",
    "Eve\u2028X-Evil: 1",
    "Eve\x00\x1b[31m",
    '"><script>, a@b.example',
    "💡" * 60,
]


@pytest.mark.parametrize("name", NASTY)
def test_no_name_and_no_text_can_write_a_header(
    reader, mall, found, escalate, send, mail_server, name
):
    stored = name.replace("\x00", "")
    reader.name = stored
    mall.name = {**mall.name, "en": stored}
    db.session.commit()
    found("S1", f"{stored}\r\n.\r\nQUIT\r\n")
    escalate()
    assert send() == 1
    (mail,) = mail_server.received
    assert set(mail.message) == {
        "Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
        "From", "To", "Date", "Message-ID", "Auto-Submitted",
    }  # fmt: skip
    assert mail.recipients == (reader.email,)
    assert len(mail.message["To"].addresses) == 1
    assert "QUIT" in mail.text
    assert "Your inbox" in mail.text


def test_a_message_can_be_made_without_an_address_of_the_server(app, reader, clock):
    sender = Address("MallOps", addr_spec="m@mall.example")
    message = compose(reader, [], sender, "", clock.now)
    assert message["From"] == "MallOps <m@mall.example>"
