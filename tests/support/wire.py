"""A phone played by a script that reaches its server over the network."""

import re
from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

import httpx

from tests.support import builders
from tests.support.phone import SAME_ORIGIN, Phone

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Today:
    """The real clock, in the place of one that a test moves."""

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


def token_in(page):
    """What a form of this page must send along."""
    return TOKEN.search(page)[1]


def sign_in(client, username, password=builders.PASSWORD):
    """What the server answers to the form of a new browser."""
    given = {"csrf_token": token_in(client.get("/sign-in").text)}
    given |= {"username": username, "password": password}
    return client.post("/sign-in", data=given)


class WirePhone(Phone):
    """Signs in by the form at the first of the addresses; ``at`` goes to another."""

    def __init__(self, url, username):
        self.clock, self.install, self.seqs = Today(), uuid4(), count(1)
        self.client = httpx.Client(base_url=url, timeout=60)
        answer = sign_in(self.client, username)
        assert answer.status_code == 302, answer.text
        session = self.session()
        self.binding, self.epoch = session["binding"], session["epoch"]
        self.mall = session["user"]["mall"]

    def at(self, url):
        """The same phone, from now on at this address; cookies do not name ports."""
        self.client.base_url = url
        return self

    def session(self):
        answer = self.get(f"/sync/session?install={self.install}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path, content, **headers):
        return self.client.post(path, json=content, headers=SAME_ORIGIN | headers)

    def put_photo(self, data, sha256=None):
        name = sha256 or builders.sha256(data)
        headers = SAME_ORIGIN | {"Content-Type": "image/jpeg"}
        return self.client.put(f"/sync/photos/{name}", content=data, headers=headers)

    def hand_in(self, *entries, **given):
        answer = self.batch(*entries, **given)
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]

    def persist(self, *entries, seconds=60):
        """As a phone does: what is no answer is nothing known, so send it again."""
        give_up_at = self.clock.now.timestamp() + seconds
        while self.clock.now.timestamp() < give_up_at:
            try:
                answer = self.batch(*entries)
            except httpx.HTTPError:
                continue
            if answer.status_code == 200:
                return answer.json()["results"]
            assert answer.status_code in {502, 503, 504}, answer.text
        raise AssertionError("no answer for a minute")
