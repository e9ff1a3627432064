"""A form that is accepted for every address that takes one, as its page sends it.

``forms_of(world)`` is the table: whoever adds an address adds a line, for the mall's
work in ``work_forms``. Texts are written by ``world.say``, so that they can be looked
for on pages afterwards.
"""

import pyotp

from mallops.db import SAFE_METHODS
from mallops.people.models import ROLES
from tests.support.builders import PASSWORD
from tests.support.form import Controls, Form
from tests.support.work_forms import recording_forms
from tests.support.world import NOW, ROUTES, SECOND_FACTOR

NEW_PASSWORD = "another horse with another battery"
RULES = {
    endpoint: rule for endpoint, method, rule in ROUTES if method not in SAFE_METHODS
}


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
