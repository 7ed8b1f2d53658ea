"""Whether what was paid extra for was worth it: how many runs were kept with it, and without it.

A rate of few runs says little, so each has its interval, and stands only above a minimum of runs.
"""

from dataclasses import dataclass
from enum import StrEnum

from lib.domain.intervals import wilson, z_of

FEWEST_RUNS = 20
"""With it and without it each: below, a rate is chance."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Runs that delivered pictures, and how many of them were kept."""

    runs: int = 0
    kept: int = 0

    def __add__(self, other: "Trial") -> "Trial":
        return Trial(self.runs + other.runs, self.kept + other.kept)

    def __sub__(self, other: "Trial") -> "Trial":
        return Trial(self.runs - other.runs, self.kept - other.kept)

    @property
    def rate(self) -> float:
        return self.kept / self.runs if self.runs else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the rate lies with 95 % confidence, by Wilson."""
        return wilson(self.rate, self.runs, z_of())


class Verdict(StrEnum):
    """What the two intervals say."""

    MORE = "kept more often"
    LESS = "kept less often"
    UNCLEAR = "no clear difference"


@dataclass(frozen=True, slots=True)
class Worth:
    """A choice that costs extra, or a resolution: what it cost, and how its runs fared.

    `pictures` is how many it was paid for; money is micro-dollars. `without`: all other runs.
    """

    label: str
    spend_micros: int
    pictures: int
    with_it: Trial
    without: Trial

    @property
    def is_enough(self) -> bool:
        """Whether there are enough runs on both sides to say anything."""
        return min(self.with_it.runs, self.without.runs) >= FEWEST_RUNS

    @property
    def verdict(self) -> Verdict:
        """Unclear as long as the intervals overlap."""
        low, high = self.with_it.interval
        low_without, high_without = self.without.interval
        if low > high_without:
            return Verdict.MORE
        if high < low_without:
            return Verdict.LESS
        return Verdict.UNCLEAR
