"""A form sent after its session or its token is gone keeps what was typed."""

import pytest

REASON = "It was really done, I saw it myself."


@pytest.fixture
def held(phone, make_user, mall):
    """The address that decides on a held entry."""
    own = phone(make_user(mall))
    sealed = own.note(binding=None)
    own.hand_in(sealed)
    return f"/malls/demo/held/{sealed['id']}/decision"


def test_signed_out_in_the_middle_of_a_form_keeps_the_text(client, held):
    answer = client.post(held, data={"reason": REASON, "verdict": "accept"})
    assert answer.status_code == 401
    assert REASON in answer.text
    assert "/sign-in" in answer.text


def test_signed_out_with_nothing_typed_just_asks_to_sign_in(client, held):
    answer = client.post(held, data={"csrf_token": "old"})
    assert answer.status_code == 302


def test_a_token_of_another_session_keeps_the_text(signed_in, make_user, mall, held):
    supervisor = signed_in(make_user(mall, "supervisor"))
    answer = supervisor.post(held, data={"reason": REASON, "csrf_token": "old"})
    assert answer.status_code == 400
    assert REASON in answer.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_form_is_refused_and_starts_no_session(client, held, site):
    answer = client.post(held, data={"reason": "x"}, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
