"""What every answer carries: headers, cookies, languages, errors that tell nothing."""

import re

import pytest
from flask import abort, session
from flask_wtf.csrf import generate_csrf

from mallops import create_app
from mallops.config import read_settings
from mallops.db import db
from mallops.people.models import ROLES
from mallops.people.rights import RIGHTS
from mallops.web import HSTS
from tests.support import builders
from tests.support.addresses import address
from tests.support.builders import PASSWORD, jpeg, sha256
from tests.support.world import ROUTES, is_public, routes

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' blob: data:; form-action 'self'; worker-src 'self'; "
    "manifest-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.fixture
def database_url(sqlite_url):
    """One engine is enough here: nothing in this file depends on the database."""
    return sqlite_url


@pytest.fixture
def serve(settings, database_url, tmp_path, clock):
    """``serve(MALLOPS_ORIGIN=…)``: a client of an app with these settings."""

    def make(**environ):
        given = {"MALLOPS_DATA": str(tmp_path), "DATABASE_URL": database_url, **environ}
        return create_app(read_settings(given), clock=clock).test_client()

    return make


# -- Headers


def every_class_of_answer(client):
    """Page, redirect, API, static, 404, 405, 400, 401: one of each."""
    return {
        "page": client.get("/sign-in"),
        "redirect": client.get("/me/"),
        "API": client.get("/sync/session"),
        "API refusal": client.post("/sync/batch"),
        "static": client.get("/static/css/base.css", buffered=True),
        "worker": client.get("/sw.js", buffered=True),
        "manifest": client.get("/manifest.webmanifest"),
        "health": client.get("/healthz"),
        "404": client.get("/nowhere"),
        "404 of a mall": client.get("/malls/atlantis/log/"),
        "405": client.delete("/sign-in"),
        "400": client.post("/sign-in"),
    }


def test_every_answer_carries_the_policy_and_the_headers(client, mall):
    for name, response in every_class_of_answer(client).items():
        headers = response.headers
        assert headers["Content-Security-Policy"] == CSP, name
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert headers["Referrer-Policy"] == "same-origin", name
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", name
        assert "geolocation=()" in headers["Permissions-Policy"], name
        assert "Access-Control-Allow-Origin" not in headers, name
        assert "Strict-Transport-Security" not in headers, name


@routes(lambda _endpoint, method, _rule: method == "GET")
def test_every_page_carries_the_policy(world, endpoint, method, rule):
    person = f"demo-{next(role for role in ROLES if RIGHTS[endpoint].allows(role))}"
    response = world.ask(person, method, world.address(rule, person=person))
    assert response.headers.getlist("Content-Security-Policy") == [CSP]


def test_over_https_the_browser_is_told_to_stay_there(serve):
    client = serve(MALLOPS_ORIGIN="https://mall.example")
    base = "https://mall.example"
    for path in ("/sign-in", "/nowhere", "/sync/session", "/static/css/base.css"):
        response = client.get(path, base_url=base, buffered=True)
        assert response.headers["Strict-Transport-Security"] == HSTS
    assert int(re.search(r"max-age=(\d+)", HSTS)[1]) >= 31_536_000


# Forms of checklists, the same for everybody: the phone keeps them by their version.
NAME_NOBODY = {"floor.form"}


@routes(lambda *route: route[1] == "GET" and not is_public(*route))
def test_what_names_somebody_is_kept_nowhere(world, endpoint, method, rule):
    for role in ROLES:
        if RIGHTS[endpoint].allows(role) and endpoint not in NAME_NOBODY:
            person = f"demo-{role}"
            response = world.ask(person, method, world.address(rule, person=person))
            assert response.headers["Cache-Control"] == "no-store", role


def test_forms_of_checklists_name_nobody(world):
    rule = next(rule for endpoint, _, rule in ROUTES if endpoint == "floor.form")
    answers = {world.ask(f"demo-{r}", "GET", world.address(rule)).data for r in ROLES}
    assert len(answers) == 1
    assert b"emo-officer" not in answers.pop().lower()


def test_what_is_not_there_and_the_way_home_are_kept_nowhere(world):
    for person in (None, "demo-manager"):
        for path in ("/", "/nowhere", "/malls/demo/nowhere", "/malls/atlantis/log/"):
            response = world.ask(person, "GET", path)
            assert response.headers["Cache-Control"] == "no-store", path


def test_a_photo_is_served_as_nothing_but_a_picture(signed_in, make_user, mall, phone):
    data = jpeg()
    phone(make_user(mall)).put_photo(data)
    client = signed_in(make_user(mall, "supervisor"))
    response = client.get(
        f"/malls/demo/photos/{sha256(data)}", headers={"Accept": "text/html"}
    )
    assert response.mimetype == "image/jpeg"
    assert response.data.startswith(b"\xff\xd8")
    assert response.headers["Content-Disposition"].startswith("inline; filename=")


# -- Cookies


def post(client, path, base="http://localhost", **fields):
    """A form of the page that is at the door."""
    page = client.get("/sign-in", base_url=base).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    return client.post(
        path,
        base_url=base,
        headers={"Origin": base, "Referer": f"{base}/sign-in"},
        data={**fields, "csrf_token": token},
    )


def signed_in_by_form(client, base="http://localhost"):
    return post(client, "/sign-in", base, username="anna", password=PASSWORD)


def test_the_cookie_of_a_session_is_out_of_reach_of_scripts(client, mall, make_user):
    make_user(mall, username="anna")
    response = signed_in_by_form(client)
    assert response.status_code == 302
    (cookie,) = response.headers.getlist("Set-Cookie")
    assert cookie.startswith("mallops=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_over_https_the_cookie_is_bound_to_the_host(serve, mall, make_user):
    make_user(mall, username="anna")
    client = serve(MALLOPS_ORIGIN="https://mall.example")
    response = signed_in_by_form(client, "https://mall.example")
    assert response.status_code == 302
    (cookie,) = response.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-mallops=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_every_cookie_is_set_with_care(serve, mall):
    client = serve(MALLOPS_ORIGIN="https://mall.example")
    base = "https://mall.example"
    paths = ["/nowhere", *map(address, client.application.url_map.iter_rules())]
    answers = [client.get(path, base_url=base, buffered=True) for path in paths]
    answers.append(post(client, "/language", base, language="zh-Hant"))
    cookies = [one for a in answers for one in a.headers.getlist("Set-Cookie")]
    names = {one.partition("=")[0] for one in cookies}
    assert names == {"__Host-mallops", "mallops_language"}
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_the_anonymous_shell_sets_no_cookie(client):
    """It is kept on the phone; a cookie in it would be somebody's."""
    for path in ("/floor/", "/floor/shell/en", "/sw.js", "/floor/build.js"):
        response = client.get(path, buffered=True)
        assert "Set-Cookie" not in response.headers, path


def test_a_session_outlives_a_change_of_keys(serve, mall, make_user, clock):
    old, new = "old-key-0123456789" * 2, "new-key-0123456789" * 2
    client = serve(MALLOPS_SECRET_KEYS=old)
    builders.sign_in(client, make_user(mall), clock.now)
    cookie = client.get_cookie("mallops").value
    for keys, status in ((f"{new},{old}", 200), (new, 302)):
        later = serve(MALLOPS_SECRET_KEYS=keys)
        later.set_cookie("mallops", cookie)
        assert later.get("/me/").status_code == status


# -- Hosts and proxies


@pytest.mark.parametrize("host", ["evil.example", "mall.example.evil.example", "a b"])
def test_a_foreign_host_is_refused(serve, host):
    client = serve(MALLOPS_ORIGIN="https://mall.example")
    assert client.get("/sign-in", headers={"Host": host}).status_code == 400


def test_our_own_host_and_loopback_are_served(serve):
    client = serve(MALLOPS_ORIGIN="https://mall.example")
    for host in ("mall.example", "127.0.0.1:8000", "localhost"):
        assert client.get("/healthz", headers={"Host": host}).status_code == 200


SPOOFED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.7",
}


def address_seen(client, **headers):
    seen = {}

    @client.application.before_request
    def look():
        from flask import request

        seen.update(host=request.host, scheme=request.scheme, ip=request.remote_addr)

    client.get("/healthz", headers=headers)
    return seen


def test_what_a_client_says_of_itself_is_not_believed(serve):
    seen = address_seen(serve(), **SPOOFED)
    assert seen == {"host": "localhost", "scheme": "http", "ip": "127.0.0.1"}


def test_as_many_proxies_as_there_are_are_believed(serve):
    client = serve(MALLOPS_ORIGIN="https://mall.example", MALLOPS_PROXIES="1")
    forwarded = {
        "X-Forwarded-Host": "mall.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "198.51.100.9, 203.0.113.7",
    }
    seen = address_seen(client, **forwarded)
    assert seen == {"host": "mall.example", "scheme": "https", "ip": "203.0.113.7"}


def test_a_proxy_that_names_a_foreign_host_is_refused(serve):
    client = serve(MALLOPS_ORIGIN="https://mall.example", MALLOPS_PROXIES="1")
    assert client.get("/sign-in", headers=SPOOFED).status_code == 400


# -- Sizes


PART = b'--xx\r\nContent-Disposition: form-data; name="a"%b\r\n\r\n%%b\r\n--xx--'
IN_PARTS = "multipart/form-data; boundary=xx"
IN_A_LINE = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("most_kb", "kind", "form"),
    [
        (1_000, IN_A_LINE, b"a=%b"),
        (1_000, IN_PARTS, PART % b'; filename="a"'),
        (500, IN_PARTS, PART % b""),
    ],
    ids=["a line", "a file", "a text"],
)
def test_a_form_larger_than_any_of_ours_is_not_read(client, most_kb, kind, form):
    for size_kb, status in ((most_kb - 50, 400), (most_kb + 50, 413)):  # 400: no token
        data = form % (b"x" * size_kb * 1000)
        answer = client.post("/sign-in", data=data, content_type=kind)
        assert answer.status_code == status, size_kb


# -- Errors


SECRET = "the-password-is-hunter2"


def explode(**_):
    raise RuntimeError(SECRET)


def test_when_a_page_breaks_it_tells_nothing(serve, mall, make_user, clock):
    people = {role: make_user(mall, role) for role in ROLES}
    app = serve().application
    for endpoint in app.view_functions:
        app.view_functions[endpoint] = explode
    with app.test_request_context():
        token, raw = generate_csrf(), session["csrf_token"]
    clients = {}
    for role, user in people.items():
        clients[role] = builders.sign_in(app.test_client(), user, clock.now)
        with clients[role].session_transaction() as cookie:
            cookie["csrf_token"] = raw
    for rule in app.url_map.iter_rules():
        method = "GET" if "GET" in rule.methods else min(rule.methods - {"OPTIONS"})
        client = clients[next(r for r in ROLES if RIGHTS[rule.endpoint].allows(r))]
        response = client.open(address(rule), method=method, headers={
            "X-CSRFToken": token, "Sec-Fetch-Site": "same-origin", "X-MallOps": "1",
        })  # fmt: skip
        assert response.status_code == 500, rule.rule
        assert response.headers["Content-Security-Policy"] == CSP, rule.rule
        for word in (SECRET, "Traceback", "RuntimeError", "mallops/"):
            assert word not in response.text, rule.rule
        if rule.rule.startswith(("/sync/", "/floor/pack")):
            assert response.json["code"], rule.rule


@pytest.mark.parametrize("code", [400, 403, 404, 405, 413, 415, 429, 500, 503])
def test_each_error_has_its_page_in_each_language(serve, code):
    client = serve()
    client.application.view_functions["people.home"] = lambda: abort(code)
    pages = set()
    for language in ("en", "zh-CN", "zh-TW"):
        response = client.get("/", headers={"Accept-Language": language})
        assert response.status_code == code
        assert "<main" in response.text
        pages.add(response.text)
    assert len(pages) == 3


# -- Languages


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("en", "en"),
        ("de-DE,de;q=0.9", "en"),
        ("", "en"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-Hans-HK", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-Hant", "zh-Hant"),
        ("zh-Hant-CN", "zh-Hant"),
        ("fr, zh-TW;q=0.8, en;q=0.5", "zh-Hant"),
        ("en;q=0.1, zh-CN;q=0.9", "zh-Hans"),
        ("*", "en"),
        ("zh-" + "x" * 5000, "zh-Hans"),
    ],
    ids=lambda text: text[:20],
)
def test_the_browser_asks_for_a_language(client, asked, language):
    page = client.get("/sign-in", headers={"Accept-Language": asked}).text
    assert f'<html lang="{language}"' in page


def test_the_person_chooses_over_the_browser(signed_in, make_user, mall):
    user = make_user(mall)
    user.language = "zh-Hant"
    db.session.commit()
    page = signed_in(user).get("/me/", headers={"Accept-Language": "en"}).text
    assert '<html lang="zh-Hant"' in page


def test_a_cookie_with_an_unknown_language_is_ignored(client):
    client.set_cookie("mallops_language", "klingon")
    page = client.get("/sign-in", headers={"Accept-Language": "zh-TW"}).text
    assert '<html lang="zh-Hant"' in page
