"""``mallops user …`` at a terminal."""

import re

import pytest

from mallops.db import db
from mallops.people import queries
from mallops.people.commands import user
from tests.support import builders


@pytest.fixture
def run(app, mall):
    def run(*words, **given):
        answer = app.test_cli_runner().invoke(user, words, **given)
        db.session.rollback()
        return answer

    return run


def password_of_added(run, name):
    """What is shown, once, of somebody who is added."""
    answer = run("add", name, "--mall", "demo", "--role", "officer")
    assert answer.exit_code == 0
    return re.search(r"Password: (\S+)", answer.output)[1]


def test_an_added_person_can_sign_in(run, browser):
    password = password_of_added(run, "Li.Wei")
    assert browser().sign_in("li.wei", password).location == "/"


def test_a_first_password_is_nobody_elses_and_shown_once(run):
    passwords = {password_of_added(run, name) for name in ("li.wei", "bo", "mei")}
    assert len(passwords) == 3
    listed = run("list").output
    assert "li.wei" in listed
    for password in passwords:
        assert len(password.replace("-", "")) == 16
        assert password not in listed


def test_a_person_is_added_with_team_and_name(run, mall, clock):
    builders.make_team(mall, "cleaning")
    db.session.commit()
    role = ["--mall", "demo", "--role", "team", "--team", "cleaning"]
    assert run("add", "liwei", *role, "--name", "Li Wei").exit_code == 0
    [member] = queries.roster(mall.id, clock.now)
    assert (member.user.name, member.membership.team.code) == ("Li Wei", "cleaning")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["x", "--mall", "nowhere", "--role", "officer"], "unknown mall 'nowhere'"),
        (["x", "--mall", "demo", "--role", "king"], "unknown role 'king'"),
        (
            ["x", "--mall", "demo", "--role", "team", "--team", "none"],
            "unknown team 'none'",
        ),
        (["a b", "--mall", "demo", "--role", "officer"], "letters, digits"),
        (["taken", "--mall", "demo", "--role", "officer"], "taken"),
    ],
)
def test_what_cannot_be_added_is_refused_by_name(run, mall, make_user, words, told):
    make_user(mall, username="taken")
    answer = run("add", *words)
    assert answer.exit_code == 1
    assert told in answer.output
    assert len(queries.all_users()) == 1


def test_a_bad_password_is_refused(run):
    words = ["liwei", "--mall", "demo", "--role", "officer", "--ask"]
    answer = run("add", *words, input="password1\npassword1\n")
    assert "among the first" in answer.output
    assert queries.all_users() == []


def test_disabled_enabled_and_a_new_password(run, browser, mall, make_user):
    name = make_user(mall, username="liwei").username
    one = browser()
    one.sign_in(name)
    assert run("disable", name).exit_code == 0
    assert not one.is_signed_in()
    assert "liwei\tdisabled\tofficer of demo" in run("list").output
    assert run("enable", name).exit_code == 0
    assert one.sign_in(name).status_code == 302
    answer = run("password", name, "--ask", input="lantern river\nlantern river\n")
    assert answer.exit_code == 0
    assert "lantern" not in answer.output
    assert not one.is_signed_in()
    assert one.sign_in(name, "lantern river").status_code == 302


@pytest.mark.parametrize("command", ["disable", "enable", "password"])
def test_an_unknown_person_is_refused_by_name(run, command):
    answer = run(command, "nobody")
    assert answer.exit_code == 1
    assert "unknown user 'nobody'" in answer.output


def test_an_address_for_messages_is_set_and_removed(run, mall, make_user):
    person = make_user(mall, username="liwei")
    assert run("email", "liwei", " li.wei@mall.example ").exit_code == 0
    assert person.email == "li.wei@mall.example"
    assert run("email", "liwei", "").output == "liwei: no e-mail\n"
    assert person.email is None


def test_what_is_no_address_is_refused(run, mall, make_user):
    person = make_user(mall, username="liwei")
    answer = run("email", "liwei", "li wei@mall")
    assert answer.exit_code == 1
    assert "name@mall.example" in answer.output
    assert person.email is None
    assert run("email", "nobody", "a@b.example").exit_code == 1
