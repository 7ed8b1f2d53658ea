"""The axes of an experiment: columns, and the rows of values that they take one after another."""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

Value = str | int | bool | None
"""What a cell has in a column; None: the field is not set."""
Row = tuple[Value, ...]

MOST_VALUES = 1_000
"""In one axis."""
SEED = "seed"
SEEDS = 2**31
"""Drawn seeds are below this, which every program can hold."""
RANGE = re.compile(r"(-?\d{1,40})\.\.(-?\d{1,40})(?:\.\.(-?\d{1,40}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Listed:
    """Values that are written down. Several columns are paired: a row is taken as a whole."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def size(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Range:
    """Whole numbers from `first` to `last`, both of them in it where the steps meet it."""

    column: str
    first: int
    last: int
    step: int = 1

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    @property
    def size(self) -> int:
        steps = (self.last - self.first) // self.step if self.step else -1
        return max(0, steps + 1)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        return tuple((self.first + number * self.step,) for number in range(self.size))

    def __str__(self) -> str:
        """As it is written: `1..10`, or `1..10..3` in steps of three."""
        step = "" if self.step == 1 else f"..{self.step}"
        return f"{self.first}..{self.last}{step}"


@dataclass(frozen=True)
class RandomSeeds:
    """`size` seeds, drawn from a number that is written down: the same each time.

    More of them begin with those of fewer.
    """

    size: int
    drawn_from: int

    @property
    def columns(self) -> tuple[str, ...]:
        return (SEED,)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        seeds: dict[int, None] = {}
        number = 0
        while len(seeds) < self.size:
            seeds.setdefault(drawn(self.drawn_from, number, below=SEEDS))
            number += 1
        return tuple((seed,) for seed in seeds)


Axis = Listed | Range | RandomSeeds


def drawn(from_number: int, nth: int, *, below: int) -> int:
    """The nth of the numbers that belong to `from_number`.

    Ours, not Python's: its generator may give others in another version.
    """
    digest = hashlib.sha256(f"{from_number}:{nth}".encode()).digest()
    return int.from_bytes(digest, "big") % below


def range_in(text: str, column: str) -> Range | None:
    """The range that a text is; None when it is none. Nothing is checked."""
    found = RANGE.fullmatch(text.strip())
    if found is None:
        return None
    first, last, step = found.groups()
    return Range(column, int(first), int(last), 1 if step is None else int(step))


def listed(axis: Axis) -> Listed:
    """The same values, written down."""
    return axis if isinstance(axis, Listed) else Listed(axis.columns, axis.rows)


def name_of(axis: Axis) -> str:
    """What an axis is called: its columns."""
    return ", ".join(axis.columns)
