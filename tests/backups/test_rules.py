"""When a backup is due, and which ones stay."""

from datetime import UTC, datetime, timedelta

import pytest

from mallops.backups import rules
from mallops.backups.manifest import fingerprints

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


def test_a_name_is_the_moment_and_sorts_by_it():
    name = rules.name_of(NOW)
    assert name == "mallops-20261121T200000Z"
    assert rules.is_name(name)
    assert rules.begun_at(name) == NOW
    assert name < rules.name_of(NOW + timedelta(seconds=1))


@pytest.mark.parametrize(
    "name", [".unfinished-mallops-20261121T200000Z", "mallops-2026", "photos", ""]
)
def test_other_folders_are_no_backups(name):
    assert not rules.is_name(name)


@pytest.mark.parametrize(
    ("hours_ago", "due"),
    [(None, True), (1, False), (2, False), (2.1, True), (24, True), (24 * 9, True)],
)
def test_one_is_due_when_none_was_begun_since_the_hour_came(hours_ago, due):
    newest = None if hours_ago is None else NOW - timedelta(hours=hours_ago)
    assert rules.is_due(NOW, 18, newest) is due


def test_before_the_hour_the_one_of_the_day_before_counts():
    midnight = NOW.replace(hour=0)
    assert not rules.is_due(midnight, 18, midnight - timedelta(hours=6))
    assert rules.is_due(midnight, 18, midnight - timedelta(hours=7))


def test_the_oldest_go_and_one_always_stays():
    names = [rules.name_of(NOW - timedelta(days=n)) for n in range(5)]
    assert rules.outdated(names, 2) == sorted(names)[:3]
    assert rules.outdated(names, 9) == []
    assert rules.outdated(names, 0) == sorted(names)[:4]


def test_a_fingerprint_tells_keys_apart_and_not_what_they_are():
    first, second = fingerprints(["a" * 40, "b" * 40])
    assert first != second
    assert "aaa" not in first
    assert len(first) == 16
