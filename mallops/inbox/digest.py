"""One message with all that a person has not been sent yet, in their language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from flask import g
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from mallops.findings.words import SEVERITIES
from mallops.inbox import words
from mallops.inbox.queries import Line
from mallops.people.models import User
from mallops.places.models import Mall
from mallops.web import LOCALES, day_and_time, in_words

MOST_LINES = 30
POLICY = SMTP.clone(cte_type="7bit")  # fits through every server


@dataclass(frozen=True)
class Part:
    """What there is from one mall."""

    mall: Mall
    lines: Sequence[Line]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Texts in this language, whoever asks."""
    before = g.pop("language", None)
    g.language = language
    try:
        with force_locale(LOCALES[language]):
            yield
    finally:
        g.pop("language")
        if before:
            g.language = before


def compose(
    person: User, parts: Sequence[Part], sender: Address, origin: str, now: datetime
) -> EmailMessage:
    """The message. ``origin`` is the address people open, empty if there is none."""
    message = EmailMessage(policy=POLICY)
    with speaking(person.language or "en"):
        message["Subject"] = one_line(_subject(parts))
        message.set_content("\n".join(_body(parts, origin)) + "\n")
    message["From"] = sender
    message["To"] = Address(one_line(person.name), addr_spec=person.email or "")
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=sender.domain)
    message["Auto-Submitted"] = "auto-generated"
    return message


def one_line(text: str) -> str:
    """Without anything that could end a header and begin another."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _subject(parts: Sequence[Part]) -> str:
    lines = [line for part in parts for line in part.lines]
    count, malls = len(lines), ", ".join(in_words(part.mall.name) for part in parts)
    if any(line.handover for line in lines):
        return str(
            ngettext(
                "%(malls)s: %(num)s message",
                "%(malls)s: %(num)s messages",
                count,
                malls=malls,
            )
        )
    return str(
        ngettext(
            "%(malls)s: %(num)s message about findings",
            "%(malls)s: %(num)s messages about findings",
            count,
            malls=malls,
        )
    )


def _body(parts: Sequence[Part], origin: str) -> Iterator[str]:
    for part in parts:
        yield in_words(part.mall.name)
        yield ""
        for line in part.lines[:MOST_LINES]:
            yield from _paragraph(part.mall, line, origin)
        left = len(part.lines) - MOST_LINES
        if left > 0:
            yield str(ngettext("and %(num)s more", "and %(num)s more", left))
            yield ""
        yield str(
            _("Your inbox: %(link)s", link=origin + words.inbox_path(part.mall.code))
        )
        yield ""
    yield str(_("You can remove your e-mail address under My account."))


def _paragraph(mall: Mall, line: Line, origin: str) -> Iterator[str]:
    yield f"* {words.about_words(line.item.about)}"
    if line.finding:
        finding = line.finding
        severity = str(SEVERITIES[finding.severity])
        facts = (finding.number, words.where(finding), severity)
        yield "  " + str(_(", ")).join(map(str, facts))
        yield f"  {one_line(words.what(finding))}"
        if finding.fix_by:
            due = day_and_time(finding.fix_by, mall.time_zone)[:-3]
            yield "  " + str(_("To be fixed by %(time)s", time=due))
    if line.handover:
        yield f"  {one_line(words.shift_of(line.handover))}"
        yield f"  {one_line(words.stands(line.handover))}"
    yield f"  {origin}{words.path_of(mall.code, line)}"
    yield ""
