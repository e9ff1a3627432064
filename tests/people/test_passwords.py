"""Hashing passwords: how hard, and how many at a time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

from argon2 import PasswordHasher, Type

from mallops.people import passwords
from mallops.people.passwords import HASHER as SHIPPED  # before tests replace it


def test_a_guess_costs_what_is_promised():
    """ASVS V11.4.2: argon2id with 64 MiB and three passes."""
    made = SHIPPED.type, SHIPPED.memory_cost, SHIPPED.time_cost
    assert made == (Type.ID, 64 * 1024, 3)


class Watched:
    """A hasher that notes how many are at work at the same moment."""

    def __init__(self):
        self.at_work, self.most, self.lock = 0, 0, Lock()

    def hash(self, password):
        self.work(password)
        return "hash"

    def verify(self, _hash, password):
        self.work(password)
        return True

    def check_needs_rehash(self, _hash):
        return False

    def work(self, password):
        with self.lock:
            self.at_work += 1
            self.most = max(self.most, self.at_work)
        for _ in range(50):
            PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(password)
        with self.lock:
            self.at_work -= 1


def test_one_hash_runs_at_a_time(monkeypatch):
    """Each takes 64 MiB, a check like a new one: threads must not multiply that."""
    watched, start = Watched(), Barrier(4)
    monkeypatch.setattr(passwords, "HASHER", watched)

    def make():
        return passwords.hash_password("lantern river")

    def check():
        return passwords.check_password("hash", "lantern river")

    def work(task):
        start.wait(timeout=30)
        return task()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, (make, check, make, check)))
    assert done == ["hash", passwords.Check(True)] * 2
    assert watched.most == 1
