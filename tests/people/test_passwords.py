"""Hashing passwords: how many at a time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

from argon2 import PasswordHasher

from mallops.people import passwords


class Watched:
    """A hasher that notes how many are at work at the same moment."""

    def __init__(self):
        self.at_work, self.most, self.lock = 0, 0, Lock()

    def hash(self, password):
        with self.lock:
            self.at_work += 1
            self.most = max(self.most, self.at_work)
        for _ in range(50):
            PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(password)
        with self.lock:
            self.at_work -= 1
        return "hash"


def test_one_hash_runs_at_a_time(monkeypatch):
    """Each takes 64 MiB: threads must not multiply that."""
    watched, start = Watched(), Barrier(4)
    monkeypatch.setattr(passwords, "HASHER", watched)

    def hash_one(_):
        start.wait(timeout=30)
        return passwords.hash_password("lantern river")

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(hash_one, range(4))) == ["hash"] * 4
    assert watched.most == 1
