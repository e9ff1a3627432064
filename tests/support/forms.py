"""A form that is accepted for every address that takes one, as its page sends it.

``forms_of(world)`` is the table: whoever adds an address adds a line. Texts are written
by ``world.say``, so that they can be looked for on pages afterwards.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser

import pyotp
from werkzeug.datastructures import MultiDict

from mallops.db import SAFE_METHODS
from mallops.people.models import ROLES
from tests.support.builders import PASSWORD
from tests.support.world import NOW, ROUTES, SECOND_FACTOR

NEW_PASSWORD = "another horse with another battery"
RULES = {
    endpoint: rule for endpoint, method, rule in ROUTES if method not in SAFE_METHODS
}
Fields = Mapping[str, object]


@dataclass(frozen=True)
class Form:
    """Who sends what; ``on``: the page it stands on, whose hidden fields go along.

    ``first``: forms that were sent before, and ``meanwhile`` what happened then.
    ``given``: what its address names, where that is not the usual object. ``fields``
    may be read from the form itself.
    """

    who: str = ""
    fields: Fields | Callable[["Controls"], Fields] = field(default_factory=dict)
    on: str = ""
    given: Mapping[str, object] = field(default_factory=dict)
    first: tuple[str, ...] = ()
    meanwhile: Callable[[], None] = lambda: None


class Controls(HTMLParser):
    """The fields of the form of a page that is sent to an address."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self.page, self._action, self._is_in = page, action, False
        self.hidden, self.names = MultiDict(), []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            action = (given.get("action") or "").partition("#")[0]
            self._is_in = action == self._action
        name = given.get("name")
        if not self._is_in or not name or name == "csrf_token":
            return
        if given.get("type") in {"hidden", "checkbox"} and "value" in given:
            self.hidden.add(name, given["value"])
        elif name not in self.names:
            self.names.append(name)

    def handle_endtag(self, tag):
        self._is_in = self._is_in and tag != "form"


class Desk:
    """People of the mall ``demo`` at their browsers, who send forms of the table."""

    def __init__(self, world):
        self.world, self.forms = world, forms_of(world)
        self._browsers, self._sent = {}, set()

    def send(self, name, extra=None):
        """The answer to a form; with further fields beside its own, if given."""
        form = self.forms[name]
        self.prepare(form)
        self._sent.add(name)
        path, fields = self.filled(name)
        for one in set(extra or ()) - set(fields):
            fields.add(one, extra[one])
        client = self.browser(form.who)
        headers = {"X-CSRFToken": self.world.csrf(client)}
        return client.post(path, data=fields, headers=headers, buffered=True)

    def prepare(self, form):
        """Let happen what comes before."""
        for earlier in form.first:
            if earlier not in self._sent:
                self.send(earlier)
        form.meanwhile()

    def send_all(self):
        """Every form about the mall's work, once."""
        for name in recording_forms(self.world):
            if name not in self._sent:
                response = self.send(name)
                assert response.status_code == 302, f"{name}: {response.status_code}"

    def filled(self, name):
        """Its address, and its fields as they are sent."""
        form, endpoint = self.forms[name], name.partition(" ")[0]
        person = f"demo-{form.who}" if form.who in ROLES else None
        path = self.world.address(RULES[endpoint], person=person, **form.given)
        page = self.browser(form.who).get(form.on).text if form.on else ""
        controls = Controls(page, path)
        given = form.fields(controls) if callable(form.fields) else form.fields
        fields = controls.hidden.copy()
        for one, value in given.items():
            fields.setlist(one, [value])
        return path, fields

    def browser(self, who):
        if who not in self._browsers:
            signed_in = who and not who.startswith("at the door")
            person = f"demo-{who}" if signed_in else None
            self._browsers[who] = self.world.client(person)
        return self._browsers[who]


def forms_of(world) -> dict[str, Form]:
    """By endpoint; what follows a blank tells two forms of one endpoint apart."""
    return {
        **account_forms(),
        **second_factor_forms(),
        **roster_forms(world.objects["demo"]),
        **recording_forms(world),
    }


def recording_forms(world) -> dict[str, Form]:
    """What is sent of the mall's work, in an order in which all of it is accepted."""
    ours = world.objects["demo"]
    return {
        **log_forms(world),
        **finding_forms(world),
        **notice_forms(world, ours),
        **door_forms(world, ours),
        **handover_forms(world, ours),
        **shift_forms(world, ours),
        **permit_forms(world, ours),
    }


# -- People


def account_forms():
    return {
        "people.language": Form("officer", fields={"language": "zh-Hant"}),
        "people.sign_in": Form(
            "at the door", {"username": "demo-manager", "password": PASSWORD}
        ),
        "people.sign_out": Form("officer", {"install": ""}),
        "people.preferences": Form(
            "officer", {"language": "zh-Hans", "theme": "dark"}, on="/me/"
        ),
        "people.email": Form("officer", {"email": "officer@mall.example"}),
        "people.password": Form(
            "officer",
            {"current": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD},
        ),
        "people.end_session": Form("officer"),
        "people.end_other_sessions": Form("officer"),
        "people.release_phone": Form("officer"),
        "people.lose_phone": Form("officer"),
        "inbox.acknowledge": Form("officer"),
        "inbox.acknowledge_all": Form("officer", on="/malls/demo/inbox/"),
    }


def second_factor_forms():
    """``member``: somebody who has it on; the mall asks its auditors for one."""

    def code(_controls):
        return {"code": pyotp.TOTP(SECOND_FACTOR).at(int(NOW.timestamp()))}

    def both(controls):
        return {**code(controls), "password": PASSWORD}

    def offered(controls):
        secret = controls.page.partition('set-up__secret"><code>')[2]
        secret = secret.partition("<")[0].replace(" ", "")
        return {"code": pyotp.TOTP(secret).at(int(NOW.timestamp()))}

    password = {"password": PASSWORD}
    own, door = "/me/second-factor/", "/sign-in/second-factor"
    member = {"username": "demo-member", **password}
    return {
        "people.sign_in with a code": Form("at the door, with a code", member),
        "factors.code": Form(
            "at the door, with a code", code, first=("people.sign_in with a code",)
        ),
        "people.sign_in without a code": Form(
            "at the door, without a code", {"username": "demo-auditor", **password}
        ),
        "factors.enrol": Form(
            "at the door, without a code", offered, on=door,
            first=("people.sign_in without a code",),
        ),
        "factors.start": Form("officer", password),
        "factors.confirm": Form("officer", offered, on=own, first=("factors.start",)),
        "factors.cancel": Form("officer", first=("factors.start",)),
        "factors.renew_codes": Form("member", both),
        "factors.turn_off": Form("member", both),
    }  # fmt: skip


def roster_forms(ours):
    return {
        "people.disable": Form("admin"),
        "people.enable": Form("admin", first=("people.disable",)),
        "people.end_membership": Form("admin"),
        "people.sign_out_everywhere": Form("admin"),
        "people.lose_phone_of": Form("admin"),
        "factors.reset": Form("admin", given={"user_id": ours["member_id"]}),
    }


# -- The log, findings, notices


def log_forms(world):
    yesterday = NOW.date() - timedelta(days=1)
    say = world.say
    return {
        "daylog.sign_off": Form(
            "manager",
            {"remarks": say("daylog.sign_off.remarks")},
            on=f"/malls/demo/log/{yesterday}",
            given={"day": yesterday},
            first=("handovers.sign the night",),
        ),
        "daylog.decide": Form(
            "supervisor",
            {"verdict": "accept", "reason": say("daylog.decide.reason")},
            on="/malls/demo/held/",
        ),
        "signatures.countersign": Form(
            "supervisor", {"note": say("signatures.countersign.note")}
        ),
    }


def finding_forms(world):
    say = world.say
    return {
        "findings.step": Form(
            "officer",
            {"step": "comment", "text": say("findings.step.text")},
        ),
        "notices.issue": Form(
            "supervisor",
            {
                "level": "written",
                "what": say("notices.issue.what"),
                "clause": say("notices.issue.clause"),
                "rectify_by": "2026-11-25T10:00",
                "language": "zh-Hans",
            },
        ),
    }


def notice_forms(world, ours):
    say = world.say

    def penalty(name):
        return {
            "penalty_clause": say(f"{name}.clause"),
            "amount": "500",
            "penalty_text": say(f"{name}.text"),
        }

    return {
        "notices.deliver": Form(
            "officer",
            {
                "outcome": "signed",
                "signer_name": say("notices.deliver.signer_name"),
                "note": say("notices.deliver.note"),
            },
        ),
        "notices.reply": Form(
            "supervisor",
            {
                "reply": say("notices.reply.reply"),
                "by_whom": say("notices.reply.by_whom"),
                "appeal": "y",
            },
        ),
        "notices.propose_for": Form(
            "officer", {"unit": "", **penalty("notices.propose_for")}
        ),
        "notices.withdraw": Form(
            "manager", {"reason": say("notices.withdraw.reason")}
        ),
        "notices.propose": Form(
            "officer", {"unit": ours["no"], **penalty("notices.propose")}
        ),
        "notices.decide": Form(
            "manager", {"verdict": "approved", "reason": say("notices.decide.reason")}
        ),
    }  # fmt: skip


# -- Doors


def door_forms(world, ours):
    say, today = world.say, NOW.date()
    manager_unit, penalty_unit = ours["manager_unit"], ours["penalty_unit"]
    return {
        "closures.ask": Form(
            "officer",
            {
                "unit": ours["no"],
                "first_day": "2026-12-01",
                "last_day": "2026-12-02",
                "what": "hours",
                "opens_at": "11:00",
                "closes_at": "20:00",
                "whole_mall": "",
                "reason": say("closures.ask.reason"),
            },
        ),
        "closures.decide": Form(
            "supervisor",
            {"verdict": "refused", "reason": say("closures.decide.reason")},
        ),
        "cases.warn": Form(
            "supervisor",
            {
                "what": say("cases.warn.what"),
                "clause": say("cases.warn.clause"),
                "rectify_by": "",
                "language": "zh-Hans",
            },
        ),
        "cases.propose": Form(
            "supervisor",
            {
                "unit": "",
                "penalty_clause": say("cases.propose.clause"),
                "amount": "500",
                "penalty_text": say("cases.propose.text"),
            },
            given={"no": penalty_unit, "day": today},
        ),
        "cases.note": Form(
            "manager",
            {"note": say("cases.note.note")},
            given={"no": manager_unit, "day": today},
        ),
        "cases.dismiss": Form(
            "supervisor",
            {
                "event": "opening",
                "cause": "appeal",
                "reason": say("cases.dismiss.reason"),
            },
            given={"no": manager_unit, "day": today - timedelta(days=9)},
        ),
        "doors.reorder": Form(
            "supervisor",
            {f"place.{ours['no']}": "3"},
            on="/malls/demo/doors/order?floor=L1",
        ),
    }


# -- Handovers and shifts


def handover_forms(world, ours):
    """The early shift is accepted; the night before it is refused and decided on."""
    say, night = world.say, f"demo-night.{NOW - timedelta(days=1):%Y%m%d}"
    page = "/malls/demo/handovers/"
    early, refused = f"{page}{ours['shift_id']}", f"{page}{night}"

    def signed(controls):
        words = {name: say("handovers.sign.words") for name in controls.names}
        counts = {
            name: "11" for name in words
            if name.startswith("asset:") and not name.endswith(".note")
        }  # fmt: skip
        return {**words, **counts, "silence": "1", "choice": "now"}

    def accepted(controls):
        keys = [name for name in controls.names if not name.endswith(".note")]
        notes = {f"{key}.note": say("handovers.accept.note") for key in keys}
        return {**dict.fromkeys(keys, "reserved"), **notes}

    of_night = {"given": {"shift_id": night}, "on": refused}
    return {
        "handovers.sign": Form("supervisor", signed, on=early),
        "handovers.accept": Form(
            "officer", accepted, on=early, first=("handovers.sign",)
        ),
        "handovers.acknowledge": Form(
            "manager", on=early, first=("handovers.sign",), meanwhile=world.late_note
        ),
        "handovers.sign the night": Form("officer", signed, **of_night),
        "handovers.refuse": Form(
            "supervisor", {"reason": say("handovers.refuse.reason")}, **of_night,
            first=("handovers.sign the night",),
        ),
        "handovers.decide": Form(
            "manager",
            {"verdict": "stands", "ruling": say("handovers.decide.ruling")},
            first=("handovers.refuse",), given={"shift_id": night},
        ),
        "handovers.instruct": Form(
            "manager",
            {"text": say("handovers.instruct.text"), "team": "", "until": ""},
        ),
    }  # fmt: skip


def shift_forms(world, ours):
    say = world.say
    return {
        "shifts.add": Form("supervisor", {"person": ours["member_id"]}),
        "shifts.absence": Form(
            "supervisor",
            {
                "reason": say("shifts.absence.reason"),
                "replaced_by": ours["supervisor_id"],
            },
        ),
        "shifts.change": Form("supervisor"),
        "shifts.copy": Form("supervisor", given={"week": "2026-W48"}),
    }


def permit_forms(world, ours):
    say = world.say

    def permit(name):
        return {
            "kind": "delivery",
            "title": say(f"{name}.title"),
            "unit": ours["no"],
            "place": "",
            "starts_at": "2026-11-21T22:30",
            "ends_at": "2026-11-21T23:30",
            "who": say(f"{name}.who"),
            "people": "4",
        }

    return {
        "permits.add": Form("supervisor", {**permit("permits.add"), "note": ""}),
        "permits.change": Form(
            "supervisor",
            {**permit("permits.change"), "note": say("permits.change.note")},
        ),
        "permits.close": Form(
            "supervisor",
            {"outcome": "cancelled", "reason": say("permits.close.reason")},
            first=("permits.change",),
        ),
        "watches.mark": Form(
            "manager",
            {
                "unit": ours["no"],
                "reason": say("watches.mark.reason"),
                "last_day": "2026-12-01",
            },
        ),
        "watches.end": Form("manager", on="/malls/demo/watches/"),
    }
