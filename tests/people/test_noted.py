"""Who changed who may come in stands in the log: who, whom, what, when, from where."""

import json

import pytest

from mallops.db import db
from mallops.people import actions
from mallops.people.commands import user as command
from mallops.people.queries import find_user
from tests.factors.conftest import enrol  # noqa: F401 -- fixture
from tests.operations.test_logs import written  # noqa: F401 -- fixture
from tests.support.builders import PASSWORD

PEOPLE = "/malls/demo/people"
NEW_PASSWORD = "another horse, a longer staple"
EMAIL = "lin@mall.example"


@pytest.fixture
def lin(mall, make_user):
    return make_user(mall, "supervisor", username="lin")


@pytest.fixture
def admin(mall, make_user, browser):
    user, one = make_user(mall, "admin", username="root"), browser()
    one.sign_in(user.username)
    one.user_id = user.id
    return one


@pytest.fixture
def noted(written):  # noqa: F811 -- fixture
    """``noted()``: what was said of security since the last time."""
    told = []

    def noted():
        lines = [one for one in written() if one["logger"] == "mallops.security"]
        new = lines[len(told) :]
        told.extend(new)
        return new

    return noted


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("disable", ["account disabled", "sessions ended"]),
        ("enable", ["account enabled"]),
        ("sign-out", ["sessions ended"]),
        ("leave", ["role ended"]),
        ("second-factor/reset", ["second factor reset", "sessions ended"]),
    ],
)
def test_what_an_administrator_changes_is_told_with_who_and_whom(
    admin, lin, noted, path, what
):
    about = lin.id
    noted()
    assert admin.post(f"{PEOPLE}/{about}/{path}").status_code == 302
    said = noted()
    assert [one["message"] for one in said] == what
    for one in said:
        assert (one["user"], one["about"]) == (admin.user_id, about)
        assert (one["mall"], one["path"]) == ("demo", f"{PEOPLE}/{about}/{path}")
        assert one["request_id"]
        assert one["time"].endswith("Z")


def test_a_lost_phone_and_its_owner_are_named(admin, lin, phone, noted):
    about, install = lin.id, phone(lin).install
    noted()
    admin.post(f"{PEOPLE}/{about}/phones/{install}/lost")
    (said,) = noted()
    assert (said["message"], said["about"]) == ("phone lost", about)
    assert (said["user"], said["phone"]) == (admin.user_id, str(install))


def test_what_people_change_of_their_own_is_told_without_any_secret(
    browser,
    lin,
    enrol,  # noqa: F811 -- fixture
    noted,
):
    about = lin.id
    one = browser()
    one.sign_in("lin")
    noted()
    one.post("/me/password", current=PASSWORD, new=NEW_PASSWORD, again=NEW_PASSWORD)
    one.post("/me/email", email=EMAIL)
    made = enrol(lin)
    both = {"password": NEW_PASSWORD, "code": made.next_code()}
    assert one.post("/me/second-factor/off", **both).status_code == 302
    said = noted()
    assert [line["message"] for line in said] == [
        "password changed", "sessions ended", "e-mail changed", "second factor on",
        "recovery codes replaced", "second factor off",
    ]  # fmt: skip
    assert {line["about"] for line in said} == {about}
    text = json.dumps(said)
    secrets = PASSWORD, NEW_PASSWORD, made.secret, both["code"], *made.codes
    for secret in (*secrets, EMAIL, "lin"):
        assert secret not in text


def test_a_role_is_told_with_its_mall(mall, lin, noted, clock):
    where, about = mall.id, lin.id
    noted()
    actions.start_membership(lin, where, "manager", clock.now)
    db.session.commit()
    (said,) = noted()
    assert (said["message"], said["about"]) == ("role given", about)
    assert (said["role"], said["of_mall"]) == ("manager", where)


def test_what_was_refused_or_undone_is_not_told(admin, lin, noted, clock):
    noted()
    admin.post(f"{PEOPLE}/{admin.user_id}/disable")  # nobody disables themselves
    with db.session.begin_nested():
        actions.disable(lin, clock.now)
    assert noted() == []  # not yet
    db.session.rollback()
    db.session.commit()
    assert noted() == []


def test_a_command_is_told_as_one(app, lin, noted):
    run, about = app.test_cli_runner().invoke, lin.id
    db.session.rollback()
    noted()
    run(command, ["reset-second-factor", "lin"])
    said = noted()
    assert [one["message"] for one in said] == ["second factor reset", "sessions ended"]
    assert {(one["about"], one["by"]) for one in said} == {(about, "command")}
    run(command, ["add", "bo", "--mall", "demo", "--role", "officer"])
    said, added = noted(), find_user("bo").id
    assert [one["message"] for one in said] == ["account added", "role given"]
    assert {(one["about"], one["by"]) for one in said} == {(added, "command")}
