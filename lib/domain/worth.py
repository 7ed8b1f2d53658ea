"""Whether what was paid extra for was worth it: how many runs were kept with it, and without it.

A rate of few runs says little, so each has its interval, and stands only above a minimum of runs.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

FEWEST_RUNS = 20
"""With it and without it each: below, a rate is chance."""
Z_95 = 1.959963984540054


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
        """Where the rate lies with 95 % confidence.

        Wilson's score interval: E. B. Wilson, Journal of the American Statistical Association 22
        (1927), 209-212. It holds for few runs and for rates near 0 and 1 as well.
        """
        if not self.runs:
            return 0.0, 1.0
        n, p, z = self.runs, self.rate, Z_95
        middle = p + z * z / (2 * n)
        reach = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        share = 1 + z * z / n
        return max(0.0, (middle - reach) / share), min(1.0, (middle + reach) / share)


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
