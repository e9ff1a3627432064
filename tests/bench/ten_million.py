"""The page of a day among ten million entries; to fill the databases takes long."""

from collections.abc import Iterator

from tests.bench import day
from tests.bench.figures import Figure
from tests.bench.million import DAYS


def figures() -> Iterator[Figure]:
    return day.figures(10 * DAYS)
