"""What the bench prints: medians with their spread, ours beside theirs, and whether an aim is met."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

HEADINGS = ("measurement", "ours", "against", "theirs", "ratio", "aim", "met")
TO_THE_RIGHT = (1, 3, 4)
EMPTY = "–"


@dataclass(frozen=True, slots=True)
class Aim:
    """What must not be exceeded: by our median, its 95th percentile, or its ratio to theirs."""

    at_most: float
    of_ratio: bool = False
    of_95th: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one measurement, all in `unit`, and whose they are."""

    values: Sequence[float]
    unit: str = "ms"
    whose: str = ""

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def ends(self) -> tuple[float, float]:
        """The 5th and the 95th percentile."""
        if len(self.values) == 1:
            return self.values[0], self.values[0]
        cuts = quantiles(self.values, n=20, method="inclusive")
        return cuts[0], cuts[-1]

    def __str__(self) -> str:
        """The median, with the 5th to the 95th percentile where there are several values."""
        if len(self.values) == 1:
            return f"{shortly(self.median)} {self.unit}"
        low, high = self.ends
        return f"{shortly(self.median)} {self.unit} ({shortly(low)} to {shortly(high)})"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Without `ours` it says in `missing` why there is none."""

    what: str
    ours: Series | None = None
    theirs: Series | None = None
    aim: Aim | None = None
    missing: str = ""

    @property
    def ratio(self) -> float | None:
        if self.ours is None or self.theirs is None or not self.theirs.median:
            return None
        return self.ours.median / self.theirs.median

    @property
    def is_met(self) -> bool | None:
        """Whether the aim is met; None without an aim or without a figure."""
        if self.aim is None or self.ours is None:
            return None
        value = self.ratio if self.aim.of_ratio else self.ours.median
        if self.aim.of_95th:
            value = self.ours.ends[1]
        return None if value is None else value <= self.aim.at_most

    def cells(self) -> tuple[str, ...]:
        """The row as text, in the order of HEADINGS."""
        return (
            self.what,
            str(self.ours) if self.ours else self.missing or "not measured",
            self.theirs.whose if self.theirs else EMPTY,
            str(self.theirs) if self.theirs else EMPTY,
            EMPTY if self.ratio is None else f"{shortly(self.ratio)}×",
            self._aim_in_words(),
            {None: EMPTY, True: "yes", False: "NO"}[self.is_met],
        )

    def _aim_in_words(self) -> str:
        if self.aim is None:
            return EMPTY
        unit = "×" if self.aim.of_ratio else f" {self.ours.unit if self.ours else ''}"
        which = "p95 " if self.aim.of_95th else ""
        return f"{which}≤ {shortly(self.aim.at_most)}{unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Findings:
    """What one bench has found: rows of the table, and notes that belong below it."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def shortly(value: float) -> str:
    """Three figures that count; more would be noise."""
    if abs(value) >= 100 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def line(row: Row) -> str:
    """A row by itself, as it is shown before there is a table."""
    what, ours, whose, theirs, ratio, aim, met = row.cells()
    against = f"; {whose}: {theirs} ({ratio})" if row.theirs else ""
    return f"  {what}: {ours}{against}{f'; {aim}: {met}' if row.aim else ''}"


def table(rows: Iterable[Row]) -> str:
    """All rows under their headings."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    written = ["  ".join(_aligned(line, widths)).rstrip() for line in lines]
    return "\n".join([written[0], "-" * max(map(len, written)), *written[1:]])


def _aligned(line: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    for column, (cell, width) in enumerate(zip(line, widths, strict=True)):
        yield cell.rjust(width) if column in TO_THE_RIGHT else cell.ljust(width)
