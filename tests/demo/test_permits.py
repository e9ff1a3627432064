"""The demo has something for its shifts to tell each other."""

from collections import Counter
from datetime import time

import pytest

from mallops.handovers import ahead
from mallops.handovers.coverage import Asked
from mallops.places.queries import find_mall
from mallops.places.rules import business_day
from mallops.shifts.queries import next_shift, shifts_of_day
from tests.demo.conftest import NOW

TODAY = business_day(NOW, "Asia/Shanghai", time(5))


@pytest.mark.usefixtures("demo")
def test_the_late_shift_hands_over_permits_of_the_night_and_whom_to_watch():
    mall = find_mall("demo")
    late = shifts_of_day(mall, TODAY)[1]
    night = next_shift(mall, late)
    asked = Asked(mall, late, late.starts_at, NOW, None)
    told = ahead.of([], night, asked)
    kinds = [one["kind"] for one in told["permits"]]
    assert Counter(kinds) == {
        "fitout_permit": 2, "hot_work_permit": 1, "goods_permit": 1, "delivery": 2,
    }  # fmt: skip
    assert [one["unit"] for one in told["watches"]] == ["L1-040"]
