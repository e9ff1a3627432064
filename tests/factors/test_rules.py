"""Which codes count, and when."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from mallops.factors import rules
from tests.factors.conftest import code_at

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30
# RFC 6238, appendix B: the secret of its tests, and what it gives at these moments.
RFC = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
VECTORS = [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]


def step_of(code, *, later_than=0, now=NOW):
    return rules.step_of(RFC, code, now, later_than=later_than)


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_those_of_the_standard(seconds, code):
    now = datetime.fromtimestamp(seconds, UTC)
    assert step_of(code, now=now) == seconds // 30


@pytest.mark.parametrize(
    ("seconds", "counts"),
    [(-60, False), (-30, True), (0, True), (30, True), (60, False)],
)
def test_clocks_may_differ_by_one_step(seconds, counts):
    code = code_at(RFC, NOW + timedelta(seconds=seconds))
    assert step_of(code) == (STEP + seconds // 30 if counts else None)


@pytest.mark.parametrize(("used", "counts"), [(-1, True), (0, False), (1, False)])
def test_a_used_step_and_those_before_it_count_no_more(used, counts):
    found = step_of(code_at(RFC, NOW), later_than=STEP + used)
    assert (found is not None) is counts


@pytest.mark.parametrize("typed", ["", "x", "12345", "1234567", "💡", "½²³", "\ud800"])
def test_rubbish_fits_nothing(typed):
    assert step_of(rules.tidy_code(typed)) is None


@pytest.mark.parametrize("typed", ["287082", " 287 082 ", "２８７０８２", "287-082"])
def test_codes_count_however_the_keyboard_writes_them(typed):
    assert rules.tidy_code(typed) == "287082"


def test_recovery_codes_are_ten_and_begin_apart():
    codes = rules.new_recovery_codes()
    assert len({rules.begins_with(code) for code in codes}) == 10
    assert all(rules.is_recovery(code) and code.isdigit() for code in codes)
    assert set(codes).isdisjoint(rules.new_recovery_codes())


def test_secrets_are_long_enough_and_read_by_authenticators():
    secret = rules.new_secret()
    assert len(secret) * 5 >= 160
    read = pyotp.parse_uri(rules.address_of(secret, "li wei@river"))
    assert (read.secret, read.name, read.issuer) == (secret, "li wei@river", "MallOps")
