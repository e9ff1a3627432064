"""A figure beside its budget, and the table they are printed in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

Way = Callable[[], float]


@dataclass(frozen=True)
class Figure:
    """One thing that was measured; without a budget it only explains the others."""

    name: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def measured(self) -> str:
        return f"{_number(self.value)} {self.unit}"

    @property
    def verdict(self) -> str:
        if self.at_least is not None:
            return "ok" if self.value >= self.at_least else "MISSED"
        if self.at_most is not None:
            return "ok" if self.value <= self.at_most else "MISSED"
        return ""

    @property
    def budget(self) -> str:
        if self.at_least is not None:
            return f"≥ {_number(self.at_least)} {self.unit}"
        return f"≤ {_number(self.at_most)} {self.unit}" if self.at_most else ""


def table(figures: Sequence[Figure]) -> str:
    """The figures as aligned columns, in the order they were measured."""
    rows = [("figure", "measured", "budget", "", "")]
    rows += [(f.name, f.measured, f.budget, f.verdict, f.note) for f in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    name, measured, *rest = row
    cells = [name.ljust(widths[0]), measured.rjust(widths[1])]
    cells += [cell.ljust(width) for cell, width in zip(rest, widths[2:], strict=False)]
    return "  ".join([*cells, row[-1]]).rstrip()


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def spread(values: Sequence[float]) -> str:
    """The lowest and highest of several runs, to see how much the machine wavers."""
    return f"{_number(min(values))}–{_number(max(values))} in {len(values)} runs"


def percentile(values: Sequence[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


__all__ = ["Figure", "median", "percentile", "spread", "table"]
