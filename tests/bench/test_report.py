"""What make bench writes goes between its marks, and touches nothing else."""

from datetime import date

from tests.bench.figures import Figure
from tests.bench.report import BEGIN, END, renewed

MACHINE = "The machine: 2 cores."
EMPTY = f"# Performance\n\nBy hand.\n\n{BEGIN}\n{END}\n\nBy hand as well.\n"


def write(text, part, *figures, machine=MACHINE, day=1):
    today = date(2026, 11, day)
    return renewed(text, {part: figures}, machine, "Python 3.", 0.5, today)


def test_figures_stand_beside_their_budgets_and_the_rest_stays():
    slow = Figure("page, p95", 81, "ms", at_most=50, note="half within 60 ms")
    text = write(EMPTY, "wall", slow)
    row = "| page, p95 | 81 ms | ≤ 50 ms | **missed** | half within 60 ms |"
    assert row in text
    assert "### The wall of shops\n\n1 November 2026; load before: 0.5\n" in text
    assert text.startswith("# Performance\n\nBy hand.\n\n")
    assert text.endswith(f"{END}\n\nBy hand as well.\n")


def test_a_part_that_is_not_measured_keeps_its_figures_and_their_day():
    text = write(EMPTY, "wall", Figure("a", 1, "ms"))
    text = write(text, "weight", Figure("b", 2, "kB"), day=2)
    text = write(text, "weight", Figure("b", 3, "kB"), day=3)
    assert "| a | 1 ms |" in text
    assert "| b | 3 kB |" in text
    assert "| b | 2 kB |" not in text
    assert "1 November" in text
    assert text.index("first visit") < text.index("The wall")


def test_what_another_machine_measured_is_not_mixed_in():
    text = write(EMPTY, "wall", Figure("a", 1, "ms"))
    text = write(text, "weight", Figure("b", 2, "kB"), machine="The machine: 8 cores.")
    assert "| a |" not in text
    assert MACHINE not in text
