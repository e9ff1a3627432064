"""A phone in the tests: one browser profile, driven through the product's modules."""

import re
import time
from pathlib import Path

from tests.support.builders import PASSWORD

SCRIPT = Path(__file__).with_name("phone.js")
# A page of our origin that runs nothing by itself.
QUIET_PAGE = "/static/sync/rules.js"


class BrowserPhone:
    """Signs in, seals, sends; remembers what it sealed."""

    def __init__(self, context, url: str, prefix: str = "") -> None:
        self.context, self.url, self.prefix = context, url, prefix
        self.sealed: dict[str, dict] = {}
        context.add_init_script(path=SCRIPT)
        self.page = context.new_page()

    def open(self, path: str = QUIET_PAGE, page=None):
        page = page or self.page
        page.goto(self.url + path)
        page.evaluate("phone.ready()")
        return page

    def sign_in(self, username: str = "officer", password: str = PASSWORD) -> None:
        """Through the sign-in form, then learn from the server who this is."""
        self.context.clear_cookies()
        form = self.context.request.get(f"{self.url}/sign-in").text()
        token = re.search(r'name="csrf_token" value="([^"]+)"', form)[1]
        answer = self.context.request.post(
            f"{self.url}/sign-in",
            form={
                "username": self.prefix + username,
                "password": password,
                "csrf_token": token,
            },
            max_redirects=0,
            headers={"Origin": self.url},
        )
        assert answer.status == 302, answer.text()
        self.open()
        assert self.do("connect")["kind"] == "answer"

    def do(self, name: str, argument=None, page=None):
        call = f"(argument) => phone.{name}(argument)"
        return (page or self.page).evaluate(call, argument)

    def seal(self, count: int = 1, **more) -> list[str]:
        sealed = self.do("sealMany", {"count": count, **more})
        self.sealed |= {entry["id"]: entry for entry in sealed}
        return [entry["id"] for entry in sealed]

    def drain(self) -> str:
        return self.do("drain")["kind"]

    def waiting(self, mall: str) -> list[str]:
        """What waits here for this mall, whoever recorded it."""
        return [
            entry["id"]
            for entry in self.do("entries")
            if (entry["state"], entry["mall"]) == ("waiting", mall)
        ]

    def hand_in_the_rest(self, mall: str) -> None:
        """With the faults over, somebody of the mall signs in and nothing stays."""
        if not self.waiting(mall):
            return
        self.context.set_offline(False)
        for routed in (self.context, self.page):
            routed.unroute_all(behavior="wait")
        self.sign_in("supervisor")
        self.do("waitLong")
        assert self.drain() in {"answer", "other_mall"}
        assert not self.waiting(mall), "the outbox does not empty"

    def counts(self) -> dict:
        return self.do("counts")

    def entries(self) -> dict[str, dict]:
        return {entry["id"]: entry for entry in self.do("entries")}

    def reasons(self) -> dict[str, str]:
        """What lies in the tray, and why: id to code."""
        return {
            entry["id"]: entry["reason"]["code"]
            for entry in self.entries().values()
            if entry["state"] == "refused"
        }

    def empties(self, seconds: float = 60) -> bool:
        """Whether everything is handed in within the time, of its own accord."""
        return self.waits_for(lambda: not self.counts()["waiting"], seconds)

    def waits_for(self, condition, seconds: float = 60) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return True
            self.page.wait_for_timeout(100)
        return False
