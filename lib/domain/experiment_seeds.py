"""Whether an API honours a seed: the same request again should give the same picture again."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

BITS = 64
SAME = 2
"""Of 64 bits of likeness: what the same pixels, packed anew, may differ in."""
FEWEST = 3
"""Comparisons of either kind, before nearly the same counts as honoured."""


class Verdict(StrEnum):
    """What is known of a seed."""

    SENT = "Seed sent"
    """It was; whether it did anything, nobody knows."""
    HONOURED = "Seed honoured"
    NOT_HONOURED = "Seed not honoured"


@dataclass(frozen=True, slots=True)
class SeedFinding:
    """What pictures of the same request with the same seed say, against those of other seeds.

    `repeats` and `others` are in how many of 64 bits two pictures differ: a repeat from the first
    of its request, and the first of a seed from the first of another. `same_files` of the repeats
    are the same to the byte; `unknown` could not be compared. `told` runs were made with another
    seed than was sent, says the API.
    """

    repeats: tuple[int, ...] = ()
    others: tuple[int, ...] = ()
    same_files: int = 0
    unknown: int = 0
    told: int = 0

    @property
    def verdict(self) -> Verdict:
        """Never more than is known."""
        if self.told:
            return Verdict.NOT_HONOURED
        if not self.repeats or self.makes_no_difference:
            return Verdict.SENT
        return Verdict.HONOURED if self.is_same or self.is_nearer else Verdict.NOT_HONOURED

    @property
    def is_same(self) -> bool:
        """Whether every repeat gave the same picture."""
        return max(self.repeats, default=0) <= SAME

    @property
    def is_nearer(self) -> bool:
        """Whether repeats are nearer than any other seed, and there are enough of both."""
        enough = min(len(self.repeats), len(self.others)) >= FEWEST
        return enough and max(self.repeats) < min(self.others)

    @property
    def makes_no_difference(self) -> bool:
        """Whether other seeds gave the same picture too."""
        return self.is_same and bool(self.others) and max(self.others) <= SAME

    @property
    def sentence(self) -> str:
        """The verdict, and how it was come to."""
        return f"{self.verdict}: {self._reason()}{self._beside()}."

    def _reason(self) -> str:
        if self.told:
            return f"the API says of {_counted(self.told, 'run')} that another seed was used"
        if not self.repeats:
            return "no request was repeated with its seed, so nobody can say whether it is honoured"
        n = _counted(len(self.repeats), "repeat")
        if self.is_same:
            files = f" ({self.same_files:,} to the byte)" if self.same_files else ""
            return f"{n} of the same request gave the same picture{files}"
        if self.is_nearer:
            return f"{n} of the same request gave nearly the same picture, {_bits(self.repeats)}"
        other = sum(one > SAME for one in self.repeats)
        return f"{other:,} of {n} of the same request gave another picture, {_bits(self.repeats)}"

    def _beside(self) -> str:
        told = ""
        if self.makes_no_difference:
            told = f", but so did {_counted(len(self.others), 'other seed')}"
        elif self.others and self.repeats:
            told = f"; pictures of other seeds {_bits(self.others)}"
        elif self.repeats:
            told = "; no other seed is there to compare with"
        if self.unknown:
            told += f"; {_counted(self.unknown, 'picture')} could not be compared"
        return told


def _bits(distances: Sequence[int]) -> str:
    low, high = min(distances), max(distances)
    if low == high:
        return f"differing in {low} of {BITS} bits of likeness"
    return f"differing in {low} to {high} of {BITS} bits of likeness (median {median(distances):g})"


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
