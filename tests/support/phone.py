"""A phone played by a script: an HTTP client that speaks the sync protocol."""

import itertools
from uuid import uuid4

from tests.support import builders

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin", "X-MallOps": "1"}
PROTOCOL = "mallops-sync/1"


class Phone:
    """Signed in as one person; seals entries and hands them in."""

    def __init__(self, app, user, clock, install=None):
        self.clock = clock
        self.client = builders.sign_in(app.test_client(), user, clock.now)
        self.install = install or uuid4()
        self.seqs = itertools.count(1)
        session = self.get(f"/sync/session?install={self.install}").json
        self.binding, self.epoch = session["binding"], session["epoch"]
        self.mall = session["user"]["mall"]

    def get(self, path):
        return self.client.get(path)

    def post(self, path, content, **headers):
        given = SAME_ORIGIN | headers
        if isinstance(content, bytes):
            given.setdefault("Content-Type", "application/json")
            return self.client.post(path, data=content, headers=given)
        return self.client.post(path, json=content, headers=given)

    def put_photo(self, data, sha256=None):
        name = sha256 or builders.sha256(data)
        return self.client.put(
            f"/sync/photos/{name}",
            data=data,
            headers=SAME_ORIGIN | {"Content-Type": "image/jpeg"},
        )

    def seal(self, body, **given):
        given = {
            "mall": self.mall,
            "binding": self.binding,
            "recorded_at": self.clock.now,
            "seq": next(self.seqs),
            **given,
        }
        return builders.seal(body, **given)

    def note(self, text="All quiet", **given):
        return self.seal({"text": text, "place": None, "photos": []}, **given)

    def inspection(self, answers=None, **given):
        body = {
            "checklist": "opening",
            "version": 1,
            "place": "L1-A",
            "round": None,
            "started_at": self.clock.now.isoformat(),
            "finished_at": self.clock.now.isoformat(),
            "answers": answers or {},
            "aborted": None,
            **given.pop("body", {}),
        }
        return self.seal(body, kind="inspection", **given)

    def batch(self, *entries, **given):
        content = {
            "protocol": PROTOCOL,
            "nonce": uuid4().hex,
            "install": str(self.install),
            "sent_at": self.clock.now.isoformat(),
            "entries": list(entries),
            "verify": [],
            **given,
        }
        return self.post("/sync/batch", content)

    def hand_in(self, *entries, **given):
        """The results of a batch, in the entries' order."""
        response = self.batch(*entries, **given)
        assert response.status_code == 200, response.text
        return response.json["results"]
