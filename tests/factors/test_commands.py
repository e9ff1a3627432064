"""At a terminal: of whom a mall asks for a second factor, and a reset."""

from dataclasses import replace

import pytest

from mallops import cli
from mallops.db import db
from mallops.factors import queries
from tests.places.river import ABOUT, UNITS

ASKS = '[settings]\nsecond_factor = ["manager", "admin"]\n[settings.plan_times]'
ASKING = ABOUT.replace("[settings.plan_times]", ASKS)


@pytest.fixture
def run(app):
    def run(*words):
        db.session.rollback()
        answer = app.test_cli_runner().invoke(cli.main, list(map(str, words)))
        db.session.rollback()
        db.session.expire_all()
        return answer

    return run


@pytest.fixture
def file(tmp_path):
    """``file(about)``: the two files of a mall."""

    def file(about=ASKING):
        (tmp_path / "river_units.csv").write_text(UNITS)
        path = tmp_path / "river.toml"
        path.write_text(about)
        return path

    return file


@pytest.fixture
def river(make_mall):
    return make_mall(code="river")


def test_a_mall_asks_for_it_of_the_roles_in_its_file(run, file, river, make_user,
                                                     clock):  # fmt: skip
    manager, officer = make_user(river, "manager"), make_user(river)
    kept = dict(river.settings)
    answer = run("second-factor", "load", file())
    assert answer.output == "river: asks for a second factor of manager, admin\n"
    assert queries.missing(manager, clock.now) == "enrolment"
    assert queries.missing(officer, clock.now) is None
    assert {**kept, "second_factor": ["manager", "admin"]} == river.settings
    run("second-factor", "load", file(ABOUT))
    assert run("second-factor", "show").output.endswith("of nobody\n")
    assert queries.missing(manager, clock.now) is None


@pytest.mark.parametrize(
    ("about", "told"),
    [
        (ASKING.replace("admin", "king"), "king"),
        (ABOUT.replace('code = "river"', 'code = "atlantis"', 1), "atlantis"),
    ],
)
def test_a_file_with_a_mistake_changes_nothing(run, file, river, about, told):
    answer = run("second-factor", "load", file(about))
    assert answer.exit_code == 1
    assert told in answer.output
    assert "second_factor" not in river.settings


def test_a_reset_lets_in_by_password(run, inside, own, browser):
    answer = run("user", "reset-second-factor", "officer")
    assert answer.exit_code == 0, answer.output
    assert not inside.is_signed_in()
    assert browser().sign_in("officer").location == "/"
    assert run("user", "reset-second-factor", "nobody").exit_code == 1


def test_an_erased_person_has_none(run, own, make_user, mall):
    user_id, own.user.name = own.user.id, "Lin Xiaolan"
    db.session.commit()
    make_user(mall, "manager", username="boss")
    words = ["person", "erase", "officer", "--by", "boss", "--yes"]
    assert run(*words).exit_code == 0
    assert not queries.is_on(user_id)
    assert queries.codes_left(user_id) == 0


def test_the_doctor_says_whose_key_is_gone(run, own, app):
    assert "1 can be opened" in run("doctor").output
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(
        settings, secret_keys=("other-key-0123456789" * 2,)
    )
    assert "1 of 1 were sealed with a key that is gone" in run("doctor").output
