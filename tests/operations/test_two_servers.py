"""Two machines on one PostgreSQL behind a proxy: whichever answers, it is all one."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event

import httpx
import pytest
import sqlalchemy as sa

from mallops.inbox.models import InboxItem
from tests.support import builders
from tests.support.at_once import at_once
from tests.support.twins import twins
from tests.support.wire import sign_in, token_in
from tests.support.worker import Worker, until

AFTERWARDS = 5  # batches of each phone while one server is away


@pytest.fixture(scope="module")
def site(postgres, postgres_template, tmp_path_factory):
    with (
        postgres.database(postgres_template) as url,
        twins(url, tmp_path_factory.mktemp("twins")) as running,
    ):
        yield running


def statuses(results):
    return [result["status"] for result in results]


def number_of(results):
    """The ledger's number of each entry by its id."""
    return {result["id"]: result["receipt"]["ledger_seq"] for result in results}


def test_a_session_of_one_server_is_known_at_the_other_and_ends_at_both(site):
    here, there = site.urls
    own = site.phone(site.user(), here)
    cookie = {"Cookie": f"mallops={own.client.cookies['mallops']}"}
    assert own.at(there).session()["epoch"] == own.epoch
    assert statuses(own.hand_in(own.note())) == ["accepted"]  # bound at the first
    given = {"csrf_token": token_in(own.get("/me/").text)}
    assert own.client.post("/sign-out", data=given).status_code == 302
    for url in site.urls:
        asked = httpx.get(f"{url}/sync/session?install={own.install}", headers=cookie)
        assert asked.status_code == 401


def test_wrong_passwords_count_whichever_server_is_asked(site):
    guessed = site.user()
    before = site.answered("/sign-in")
    with httpx.Client(base_url=site.proxy.url, timeout=60) as browser:
        tries = [sign_in(browser, guessed, "wrong horse") for _ in range(6)]
    assert [one.status_code for one in tries] == [401] * 5 + [429]
    asked = [
        later - earlier
        for later, earlier in zip(site.answered("/sign-in"), before, strict=True)
    ]
    assert min(asked) >= 5  # of twelve, a page and a try each


def test_an_older_phone_is_told_by_the_origin_that_the_proxy_hands_on(site):
    own = site.phone(site.user())
    given = {"Origin": site.proxy.url, "X-MallOps": "1"}
    asked = {"protocol": "mallops-sync/1", "hashes": []}
    path = "/sync/photos/have"
    assert own.client.post(path, json=asked, headers=given).status_code == 200
    given["Origin"] = "http://elsewhere.example"
    assert own.client.post(path, json=asked, headers=given).status_code == 403


def test_a_batch_sent_to_both_again_and_again_is_stored_once(site):
    own, colleague = site.phone(site.user()), site.phone(site.user())
    here, there = site.urls
    entries = [own.note(str(number)) for number in range(10)]
    first = own.at(here).hand_in(*entries)
    assert statuses(first) == ["accepted"] * 10
    for url in (there, here, there):
        again = own.at(url).hand_in(*entries)
        assert statuses(again) == ["duplicate"] * 10
        assert [r["receipt"] for r in again] == [r["receipt"] for r in first]

    others = [own.note(str(number)) for number in range(10)]
    both = own.at(here), colleague.at(there)
    copies = at_once(*(lambda phone=phone: phone.persist(*others) for phone in both))
    for pair in zip(*copies, strict=True):
        assert sorted(statuses(pair)) == ["accepted", "duplicate"]
    assert number_of(copies[0]) == number_of(copies[1])
    assert len(site.numbers(entry["id"] for entry in [*entries, *others])) == 20


def test_two_phones_that_send_crosswise_lose_nothing_and_the_chain_is_whole(site):
    """Each carries the other's work as well, now to this server and now to that."""
    phones = [site.phone(site.user()), site.phone(site.user())]
    work = [own.note(str(number)) for number in range(40) for own in phones]

    def carry(own, first):
        told = []
        for turn, start in enumerate(range(0, len(work), 8), first):
            told += own.at(site.urls[turn % 2]).persist(*work[start : start + 8])
        return told

    told = at_once(*(lambda o=own, f=f: carry(o, f) for f, own in enumerate(phones)))
    for pair in zip(*told, strict=True):
        assert sorted(statuses(pair)) == ["accepted", "duplicate"]
    numbers = number_of(told[0])
    assert numbers == number_of(told[1])
    assert sorted(numbers.values()) == site.numbers(entry["id"] for entry in work)
    assert len(numbers) == len(work)
    site.verify()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=lambda s: s.name)
def test_one_server_ends_and_phones_go_on_by_the_other(site, how):
    """In the middle of their sending; they know the proxy's address only."""
    phones = [site.phone(site.user()), site.phone(site.user())]
    begun, ended = Event(), Event()

    def walk(own):
        told, left = [], AFTERWARDS
        while left:
            told += own.persist(own.note(), own.note())
            begun.set()
            left -= ended.is_set()
        return told

    with ThreadPoolExecutor(2) as pool:
        walks = [pool.submit(walk, own) for own in phones]
        try:
            assert begun.wait(60)
            os.killpg(site.servers[0].pid, how)
        finally:
            ended.set()
        told = [result for walked in walks for result in walked.result(120)]
    site.servers[0].restart()

    assert set(statuses(told)) <= {"accepted", "duplicate"}
    numbers = number_of(told)
    assert len(told) == len(numbers) >= 4 * AFTERWARDS
    assert sorted(numbers.values()) == site.numbers(numbers)
    missing = phones[0].at(site.urls[0]).batch(verify=list(numbers)).json()["missing"]
    assert missing == []
    site.verify()


def test_a_photo_sent_to_one_server_is_read_from_the_other(site):
    name = site.user("supervisor")
    own, same = (site.phone(name, url) for url in site.urls)
    data = builders.jpeg(size=(400, 300))
    sha256 = builders.sha256(data)
    sent = at_once(lambda: own.put_photo(data), lambda: same.put_photo(data))
    assert sorted(answer.status_code for answer in sent) == [200, 201]
    other = builders.jpeg((20, 90, 60), size=(400, 300))
    assert own.put_photo(other).status_code == 201
    hashes = [sha256, builders.sha256(other)]
    asked = {"protocol": "mallops-sync/1", "hashes": hashes}
    assert same.post("/sync/photos/have", asked).json()["missing"] == []
    body = {"text": "Broken tile", "place": None, "photos": hashes}
    assert statuses(same.hand_in(same.seal(body, photos=hashes))) == ["accepted"]
    for one in hashes:
        seen = [phone.get(f"/malls/demo/photos/{one}") for phone in (own, same)]
        assert [answer.headers["Content-Type"] for answer in seen] == ["image/jpeg"] * 2
        assert seen[0].content == seen[1].content


def test_the_workers_of_both_machines_tell_people_once(site):
    site.user("supervisor")
    own = site.phone(site.user())
    body = {"place": "L1-A", "category": "other", "severity": "S1", "text": "Smoke"}
    finding = own.seal(body, kind="finding")
    assert statuses(own.hand_in(finding)) == ["accepted"]
    told = sa.select(InboxItem.user_id).where(InboxItem.about == "opened")
    with ExitStack() as stack:
        workers = [
            stack.enter_context(Worker(server.log_path.parent, server.env))
            for server in site.servers
        ]
        for worker in workers:
            worker.wait_for_log("worker started")
        until(lambda: site.rows(told), "somebody to be told")
        assert [worker.stop() for worker in workers] == [0, 0]
    people = [user_id for (user_id,) in site.rows(told)]
    assert len(people) == len(set(people))
