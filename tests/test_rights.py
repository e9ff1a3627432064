"""Every address × role × mall × method, made from what is mounted (domain: roles)."""

from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Blueprint
from flask_wtf.csrf import generate_csrf

import mallops
from mallops import create_app
from mallops.config import read_settings
from mallops.db import SAFE_METHODS, db
from mallops.people.models import ROLES
from mallops.people.rights import RIGHTS
from tests.support.forms import Desk
from tests.support.objects import NO_OBJECT
from tests.support.world import (
    API,
    DECISION,
    HX,
    ROUTES,
    is_of_a_mall,
    is_public,
    is_unsafe,
    routes,
)

# -- The table


def test_every_endpoint_has_its_line_and_every_line_its_endpoint():
    assert {endpoint for endpoint, *_ in ROUTES} == set(RIGHTS)


def test_a_page_nobody_thought_about_keeps_the_product_from_starting(
    monkeypatch, tmp_path
):
    mount = mallops._mount

    def mount_one_more(app):
        mount(app)
        extra = Blueprint("extra", __name__)
        extra.get("/extra")(lambda: "forgotten")
        app.register_blueprint(extra)

    monkeypatch.setattr(mallops, "_mount", mount_one_more)
    with pytest.raises(RuntimeError, match="extra"):
        create_app(read_settings({"MALLOPS_DATA": str(tmp_path)}))


def test_roles_are_named_only_where_the_address_names_the_mall():
    """Without a mall in the address there is no membership to ask."""
    loose = {
        e for e, m, rule in ROUTES if RIGHTS[e].roles and not is_of_a_mall(e, m, rule)
    }
    assert not loose


def test_a_page_of_a_mall_is_never_public():
    assert not {e for e, m, r in ROUTES if is_of_a_mall(e, m, r) and is_public(e)}


# -- Who may


@pytest.mark.parametrize("headers", [{}, HX], ids=["page", "fragment"])
@routes(lambda *route: not is_public(*route))
def test_a_stranger_is_sent_to_sign_in(world, endpoint, method, rule, headers):
    path = world.address(rule)
    response = world.ask(None, method, path, **headers)
    if path.startswith(API):
        assert response.status_code == 401
        assert response.json == {"code": "signed_out"}
    elif "/decision" in path:  # something was typed, and comes back
        assert response.status_code == 401
        assert DECISION["reason"] in response.text
    else:
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/sign-in")


@routes(is_of_a_mall)
def test_another_mall_is_not_there(world, endpoint, method, rule):
    """404 in every role, the same as for a mall that does not exist."""
    asked = [(role, "other", {}) for role in ROLES]
    for role, mall, headers in [
        *asked, ("admin", "other", HX), ("admin", "atlantis", {}),
    ]:  # fmt: skip
        path = world.address(rule, mall)
        response = world.ask(f"demo-{role}", method, path, **headers)
        assert response.status_code == 404, f"{role} at {path}"


@pytest.mark.parametrize("headers", [{}, HX], ids=["page", "fragment"])
@routes(is_of_a_mall)
def test_a_role_without_the_right_is_refused(world, endpoint, method, rule, headers):
    path = world.address(rule)
    for role in ROLES:
        if not RIGHTS[endpoint].allows(role):
            response = world.ask(f"demo-{role}", method, path, **headers)
            assert response.status_code == 403, role


@routes(lambda *route: not is_public(*route))
def test_a_role_with_the_right_gets_in(world, endpoint, method, rule):
    """As a page, and the last one as a part of a page as well."""
    allowed = [role for role in ROLES if RIGHTS[endpoint].allows(role)]
    for role, headers in [*((role, {}) for role in allowed), (allowed[-1], HX)]:
        person = f"demo-{role}"
        path = world.address(rule, person=person)
        code = world.ask(person, method, path, **headers).status_code
        assert code not in {401, 403, 404}, f"{role}: {code}"
        assert code < 500, f"{role}: {code}"
        if method not in SAFE_METHODS:
            world.restore()


@routes(is_public)
def test_what_is_public_opens_for_everybody(world, endpoint, method, rule):
    if endpoint.startswith("operations."):
        return  # says how the machine is, or asks for a token of its own
    for person in (None, *(f"demo-{role}" for role in ROLES)):
        response = world.ask(person, method, world.address(rule))
        assert response.status_code not in {401, 403, 404}, person
        assert response.status_code < 500, person
    if method not in SAFE_METHODS:
        world.restore()


def test_a_former_member_finds_nothing(world):
    with world.app.app_context():
        db.session.execute(sa.text("UPDATE memberships SET ended_at = started_at"))
        db.session.commit()
    try:
        for endpoint, method, rule in ROUTES:
            if is_of_a_mall(endpoint, method, rule):
                path = world.address(rule)
                response = world.ask("demo-manager", method, path)
                assert response.status_code == 404, path
    finally:
        world.restore()


# -- Ids of another mall, and of others

PERSONAL = {"session_id", "install_id", "item_id", "inspection_id"}
COLLEAGUES = dict(zip(ROLES, (*ROLES[1:], ROLES[0]), strict=True))


OF_A_MALL = [route for route in ROUTES if is_of_a_mall(*route)]


def things(rule):
    """What an address names that somebody made: whatever is not known to be none."""
    return sorted(rule.arguments - NO_OBJECT)


def test_the_other_mall_has_one_of_everything_an_address_can_name(world):
    for _endpoint, _method, rule in OF_A_MALL:
        for name in things(rule):
            ours = world.named(rule, name, "demo-manager")
            theirs = world.named(rule, name, "other-manager")
            assert ours != theirs, f"{name} of {rule.rule}"


@routes(lambda *route: is_of_a_mall(*route) and things(route[2]))
def test_ids_of_another_mall_are_not_there(world, endpoint, method, rule):
    """The mall is ours, one thing is theirs, and all that is sent is valid."""
    desk, before = Desk(world), world.contents()
    for role in (role for role in ROLES if RIGHTS[endpoint].allows(role)):
        person = f"demo-{role}"
        for name in things(rule):
            theirs = world.named(rule, name, f"other-{role}")
            path = world.address(rule, person=person, **{name: theirs})
            fields = desk.filled(endpoint)[1] if endpoint in desk.forms else None
            response = world.ask(person, method, path, data=fields)
            assert response.status_code == 404, f"{role}: {method} {path}"
    assert world.contents() == before


INVENTED = {
    "entry_id": uuid4(), "inspection_id": uuid4(), "notice_id": uuid4(),
    "penalty_id": uuid4(), "closure_id": uuid4(), "install_id": uuid4(),
    "finding_id": str(uuid4()), "sha256": "0" * 64, "user_id": 10**6,
    "item_id": 10**6, "shift_id": "noon.20261121", "no": "nowhere",
    "code": "nothing", "step": "nothing", "state": "nothing", "week": "never",
    "month": "never", "version": 10**6, "language": "klingon",
    "permit_id": 10**6, "watch_id": 10**6,
}  # fmt: skip
ALWAYS = {
    "mall",
    "day",
    "what",
}  # a day is one whatever happened; of `what` Flask knows


@routes(lambda *route: is_of_a_mall(*route) and route[2].arguments - ALWAYS)
def test_invented_ids_are_not_there(world, endpoint, method, rule):
    role = next(role for role in ROLES if RIGHTS[endpoint].allows(role))
    person = f"demo-{role}"
    for name in sorted(rule.arguments - ALWAYS):
        path = world.address(rule, person=person, **{name: INVENTED[name]})
        response = world.ask(person, method, path)
        assert response.status_code == 404, f"{method} {path}"


@routes(lambda *route: PERSONAL & route[2].arguments and "user_id" not in
        route[2].arguments)  # fmt: skip
def test_what_is_a_colleagues_own_is_not_mine(world, endpoint, method, rule):
    """A session, a phone, an item of the inbox; for a team what leaders are to sign."""
    [name] = PERSONAL & rule.arguments
    for role in (role for role in ROLES if RIGHTS[endpoint].allows(role)):
        if name == "inspection_id" and role != "team":
            continue
        person, colleague = f"demo-{role}", COLLEAGUES[role]
        theirs = world.named(rule, name, f"demo-{colleague}")
        path = world.address(rule, person=person, **{name: theirs})
        response = world.ask(person, method, path)
        assert response.status_code == 404, f"{role}: {method} {path}"


@pytest.mark.parametrize(
    "rubbish", ["%00", "..%2f..%2fetc%2fpasswd", "%ff", "a" * 3000, "💡", "-1", "1e9"]
)
def test_rubbish_in_an_address_is_not_there(world, rubbish):
    for path in (
        f"/malls/{rubbish}/log/",
        f"/malls/demo/log/{rubbish}",
        f"/malls/demo/entries/{rubbish}",
        f"/malls/demo/photos/{rubbish}",
        f"/malls/demo/photos/{rubbish}/thumb",
        f"/malls/demo/findings/{rubbish}",
        f"/malls/demo/findings/{rubbish}/photos/{rubbish}",
        f"/malls/demo/findings/{rubbish}/steps/{rubbish}",
        f"/malls/demo/units/{rubbish}",
        f"/malls/demo/shifts/{rubbish}",
        f"/floor/forms/demo/{rubbish}/1/en",
        f"/floor/forms/demo/opening/{rubbish}/en",
        f"/floor/forms/demo/opening/1/{rubbish}",
        f"/floor/shell/{rubbish}",
        f"/static/{rubbish}",
    ):
        response = world.ask("demo-manager", "GET", path)
        assert response.status_code in {400, 404}, path[:80]


# -- Methods


@routes(lambda *route: is_unsafe(*route) and not route[2].rule.startswith("/sync/"))
def test_a_form_without_its_token_changes_nothing(world, endpoint, method, rule):
    """It is valid otherwise; nor does the token of another browser help."""
    with world.app.test_request_context():
        foreign = generate_csrf()
    desk = Desk(world)
    form = desk.forms[endpoint]
    desk.prepare(form)
    path, fields = desk.filled(endpoint)
    client, before = desk.browser(form.who), world.contents()
    for headers in ({}, {"X-CSRFToken": foreign}):
        response = client.open(path, method=method, data=fields, headers=headers)
        assert response.status_code == 400
    assert world.contents() == before
    world.restore()


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PATCH", "DELETE", "PROPFIND"])
def test_methods_nobody_asked_for_are_refused(world, method):
    for _endpoint, _method, rule in ROUTES:
        response = world.ask("demo-admin", method, world.address(rule))
        assert response.status_code in {400, 403, 405}, f"{method} {rule.rule}"


def test_asking_for_the_head_is_judged_like_asking_for_the_page(world):
    for endpoint, method, rule in ROUTES:
        if method == "GET" and not is_public(endpoint):
            response = world.ask(None, "HEAD", world.address(rule))
            assert response.status_code in {302, 401}, rule.rule
            assert not response.data
