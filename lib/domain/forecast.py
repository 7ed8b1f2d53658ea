"""What a month will have cost at its end, by the days before: a figure, and how sure it is.

What is settled and held so far, and for each day that is left the trimmed mean of the same weekday
in the last four weeks. The band is what comes of many months made of such days drawn by chance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from random import Random

PAST_DAYS = 28
"""Four of every weekday."""
FEWEST_ACTIVE_DAYS = 7
"""With fewer days that cost anything there is nothing to say."""
DRAWN_MONTHS = 400
LOW_PERCENT, HIGH_PERCENT = 10, 90


@dataclass(frozen=True, slots=True)
class Forecast:
    """The month at its end, in micro-dollars: what is certain already, and what is expected."""

    spent_micros: int
    held_micros: int
    to_come_micros: int
    low_micros: int
    high_micros: int

    @property
    def total_micros(self) -> int:
        return self.spent_micros + self.held_micros + self.to_come_micros


@dataclass(frozen=True, slots=True)
class SoFar:
    """What is known today, in micro-dollars: of this month, and of today alone."""

    today: date
    spent_micros: int
    held_micros: int
    today_micros: int


def forecast(past: Mapping[date, int], so_far: SoFar) -> Forecast | None:
    """The month's end; None while too few of the past days cost anything.

    `past` has the spend of days before today, of which PAST_DAYS count; a day that is not there
    cost nothing. The rest of today is what its weekday usually costs, less what it has cost so far.
    """
    days = [so_far.today - timedelta(days=n) for n in range(1, PAST_DAYS + 1)]
    if sum(past.get(day, 0) > 0 for day in days) < FEWEST_ACTIVE_DAYS:
        return None
    by_weekday: list[list[int]] = [[] for _ in range(7)]
    for day in days:
        by_weekday[day.weekday()].append(max(0, past.get(day, 0)))
    left = _days_left(so_far.today)
    to_come = sum(trimmed_mean(by_weekday[day.weekday()]) for day in left)
    now = so_far.today.weekday()
    to_come += max(0, trimmed_mean(by_weekday[now]) - so_far.today_micros)
    drawn = _drawn(by_weekday, left, so_far)
    known = so_far.spent_micros + so_far.held_micros
    return Forecast(
        spent_micros=so_far.spent_micros,
        held_micros=so_far.held_micros,
        to_come_micros=to_come,
        low_micros=known + min(to_come, _percentile(drawn, LOW_PERCENT)),
        high_micros=known + max(to_come, _percentile(drawn, HIGH_PERCENT)),
    )


def trimmed_mean(values: Sequence[int]) -> int:
    """The mean without the lowest and the highest, where three or more are there."""
    kept = sorted(values)[1:-1] if len(values) > 2 else values
    if not kept:
        return 0
    return int((Decimal(sum(kept)) / len(kept)).to_integral_value(ROUND_HALF_EVEN))


def _days_left(today: date) -> list[date]:
    """The days of the month after today."""
    following = (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    return [today + timedelta(days=n) for n in range(1, (following - today).days)]


def _drawn(by_weekday: Sequence[Sequence[int]], left: Sequence[date], so_far: SoFar) -> list[int]:
    """What many such months would still cost, rising. The same each time that it is asked on a day."""
    chance = Random(so_far.today.toordinal())  # no secret, and the same on every drawing
    today = by_weekday[so_far.today.weekday()]
    sums = [max(0, value - so_far.today_micros) for value in chance.choices(today, k=DRAWN_MONTHS)]
    for day in left:
        drawn = chance.choices(by_weekday[day.weekday()], k=DRAWN_MONTHS)
        sums = [total + value for total, value in zip(sums, drawn, strict=True)]
    return sorted(sums)


def _percentile(rising: Sequence[int], percent: int) -> int:
    return rising[min(len(rising) - 1, len(rising) * percent // 100)]
