"""Made-up experiments of which the truth is known, each drawn from a number."""

import math
import random
from itertools import product

from lib.domain.experiment_results import Factor, Result
from lib.domain.experiment_votes import Outcome, Vote

SIZE = Factor(("resolution",), is_setting=True)
ANIMAL = Factor(("animal",))
SIZES = ["1K", "2K", "4K", "0.5K"]


def rated(
    number: int, *, sizes: int = 2, animals: int = 10, repeats: int = 1, stars: float = 0.0
) -> list[Result]:
    """Ratings from 1 to 5; each animal is liked differently, and the last size by `stars` more."""
    chance = random.Random(number)
    liked = [chance.gauss(3, 0.7) for _ in range(animals)]
    found = []
    for nth, animal, repeat in product(range(sizes), range(animals), range(1, repeats + 1)):
        more = stars if nth == sizes - 1 else 0
        rating = min(5, max(1, round(chance.gauss(liked[animal] + more, 0.7))))
        found.append(result(SIZES[nth], f"animal {animal}", repeat, rating=rating))
    return found


def timed(number: int, *, animals: int = 10, ms: float = 0.0) -> list[Result]:
    """Times, of which the larger size takes so much more, and is less even."""
    chance = random.Random(number)
    usual = [chance.uniform(2_000, 9_000) for _ in range(animals)]
    return [
        result(size, f"animal {n}", duration_ms=round(chance.gauss(usual[n] + more, spread)))
        for size, more, spread in (("1K", 0, 200), ("4K", ms, 600))
        for n in range(animals)
    ]


def voted(
    number: int, *, animals: int = 10, votes: int = 120, voters: int = 1, better: float = 0.0
) -> tuple[list[Result], list[Vote]]:
    """Pairs drawn by chance; every picture is as good as luck made it, those of 4K better."""
    chance = random.Random(number)
    cells = [result(size, f"animal {n}") for size in ("1K", "4K") for n in range(animals)]
    good = {one.key: chance.gauss(better if one.values[0] == "4K" else 0, 1) for one in cells}
    found = []
    for nth in range(votes):
        left, right = (one.key for one in chance.sample(cells, 2))
        wins = chance.random() < 1 / (1 + math.exp(good[right] - good[left]))
        outcome = Outcome.LEFT if wins else Outcome.RIGHT
        if chance.random() < 0.1:
            outcome = Outcome.TIE
        found.append(Vote("x", left, right, outcome, f"voter {nth % voters}", nth))
    return cells, found


def result(size: str, animal: str, repeat: int = 1, **came) -> Result:
    key = f"{size} {animal} {repeat}"
    return Result(key, (size, animal), repeat, **{"sha256": key, **came})
