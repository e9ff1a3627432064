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

# Those at hand are a colleague's, or somebody else's to sign.
OWN = {"session_id", "install_id", "item_id", "inspection_id"}


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


@pytest.mark.parametrize("headers", [{}, HX], ids=["page", "fragment"])
@routes(is_of_a_mall)
def test_another_mall_is_not_there(world, endpoint, method, rule, headers):
    """404 in every role, the same as for a mall that does not exist."""
    for role in ROLES:
        for mall in ("other", "atlantis"):
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
    path = world.address(rule)
    for role in ROLES:
        if not RIGHTS[endpoint].allows(role):
            continue
        for headers in ({}, HX):
            response = world.ask(f"demo-{role}", method, path, **headers)
            code = response.status_code
            own = OWN & rule.arguments
            refused = {401, 403} | (set() if own else {404})
            assert code not in refused, f"{role}: {code}"
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


# -- Ids of another mall


def test_ids_of_another_mall_are_not_there(world):
    """The mall is ours, the thing is theirs."""
    theirs = world.objects["other"]
    for endpoint, method, rule in ROUTES:
        ids = {"entry_id", "sha256", "user_id", "item_id", "finding_id", "notice_id",
               "penalty_id", "shift_id"} & rule.arguments  # fmt: skip
        if not ids or not is_of_a_mall(endpoint, method, rule):
            continue
        path = world.address(rule, **{name: theirs[name] for name in ids})
        for role in ROLES:
            if RIGHTS[endpoint].allows(role):
                response = world.ask(f"demo-{role}", method, path)
                assert response.status_code == 404, f"{role}: {method} {path}"


def test_invented_ids_are_not_there(world):
    invented = {
        "entry_id": uuid4(), "sha256": "0" * 64, "user_id": 10**6, "item_id": 10**6,
        "finding_id": str(uuid4()), "no": "nowhere", "step": "nothing",
        "notice_id": uuid4(), "penalty_id": uuid4(), "shift_id": "noon.20261121",
    }  # fmt: skip
    for endpoint, method, rule in ROUTES:
        ids = set(invented) & rule.arguments
        if ids and is_of_a_mall(endpoint, method, rule):
            path = world.address(rule, **{name: invented[name] for name in ids})
            role = next(role for role in ROLES if RIGHTS[endpoint].allows(role))
            response = world.ask(f"demo-{role}", method, path)
            assert response.status_code == 404, f"{method} {path}"


def test_a_colleagues_session_and_phone_are_not_mine(world):
    for _endpoint, method, rule in ROUTES:
        own = {"session_id", "install_id"} & rule.arguments
        if own and "mall" not in rule.arguments:
            response = world.ask("demo-auditor", method, world.address(rule))
            assert response.status_code == 404, rule.rule


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
    rights = RIGHTS[endpoint]
    role = next(role for role in ROLES if rights.allows(role))
    response = world.ask(f"demo-{role}", method, world.address(rule), token=False)
    assert response.status_code == 400


@routes(lambda *route: is_unsafe(*route) and not route[2].rule.startswith("/sync/"))
def test_a_token_of_another_browser_does_not_count(world, endpoint, method, rule):
    role = next(role for role in ROLES if RIGHTS[endpoint].allows(role))
    with world.app.test_request_context():
        foreign = generate_csrf()
    headers = {"X-CSRFToken": foreign}
    response = world.ask(
        f"demo-{role}", method, world.address(rule), token=False, **headers
    )
    assert response.status_code == 400


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
