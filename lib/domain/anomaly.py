"""What was spent out of the ordinary: a person's day, a SKU's day, or a quarter of an hour.

A day stands out when it is far above the median of the days that cost anything in the four weeks
before (by the median of their distances, so that one wild day hides no other), and the difference
is worth a look both in dollars and in percent. A quarter of an hour is compared in the same way.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median_low

PAST_DAYS = 28
WATCHED_DAYS = 7
"""Today and the days before it, so that a Monday shows the weekend."""
FEWEST = 7
"""With fewer days (or quarters of an hour) that cost anything nothing is usual yet."""
FALSE_MUTES_DAYS = 28


class AnomalyKind(StrEnum):
    """What is out of the ordinary. The words stand in the database."""

    PERSON = "person"
    SKU = "sku"
    BURST = "burst"
    """A person's last quarter of an hour."""


class Verdict(StrEnum):
    """What somebody said of it. The words stand in the database."""

    REAL = "real"
    FALSE = "false"
    PLANNED = "planned"
    UNDONE = "undone"
    """What was said before is taken back."""


@dataclass(frozen=True, slots=True)
class Rule:
    """From when on an amount stands out: all three must hold. Micro-dollars, percent, MADs."""

    floor_micros: int
    step_percent: int
    deviations_tenths: int = 35
    unknown_floor_micros: int | None = None
    """What stands out where nothing is usual yet; None: nothing does."""


A_DAY = Rule(floor_micros=1_000_000, step_percent=50)
A_QUARTER = Rule(floor_micros=2_000_000, step_percent=200, unknown_floor_micros=10_000_000)
TO_SIGMA = 14_826
"""Ten thousandths: the median distance of a normal spread, times this, is its deviation."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One thing out of the ordinary. `subject`: a person, or a SKU. Micro-dollars.

    `usual_micros` None: nothing is usual yet.
    """

    kind: AnomalyKind
    subject: str
    day: date
    amount_micros: int
    usual_micros: int | None

    @property
    def beyond_micros(self) -> int:
        return self.amount_micros - (self.usual_micros or 0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said of an anomaly, on a day; `until`: the last day that is planned."""

    kind: AnomalyKind
    subject: str
    day: date
    verdict: Verdict
    said_on: date
    by: str
    until: date | None = None

    @property
    def mutes_until(self) -> date:
        """The last day whose anomalies of that kind and subject are not shown."""
        if self.verdict is Verdict.PLANNED and self.until:
            return self.until
        if self.verdict is Verdict.FALSE:
            return self.said_on + timedelta(days=FALSE_MUTES_DAYS)
        return self.day

    def mutes(self, one: Anomaly) -> bool:
        """Whether it answers an anomaly: that very one, or those that it says are no news."""
        if (self.kind, self.subject) != (one.kind, one.subject):
            return False
        if self.verdict is Verdict.REAL:
            return one.day == self.day
        return one.day <= self.mutes_until


def unusual(amount_micros: int, others: Sequence[int], rule: Rule) -> tuple[bool, int | None]:
    """Whether an amount stands out from others that cost something, and what is usual."""
    if len(others) < FEWEST:
        floor = rule.unknown_floor_micros
        return floor is not None and amount_micros >= floor, None
    usual = median_low(others)
    spread = median_low([abs(other - usual) for other in others])
    beyond = amount_micros - usual
    is_worth_a_look = beyond >= rule.floor_micros and beyond * 100 >= usual * rule.step_percent
    is_far = beyond * 10 * 10_000 > rule.deviations_tenths * TO_SIGMA * spread
    return is_worth_a_look and is_far, usual


def unusual_days(
    kind: AnomalyKind, subject: str, spend: Mapping[date, int], today: date
) -> Iterable[Anomaly]:
    """The watched days of a person or a SKU that stand out; a day that is not there cost nothing."""
    for ago in range(WATCHED_DAYS):
        day = today - timedelta(days=ago)
        before = (spend.get(day - timedelta(days=n), 0) for n in range(1, PAST_DAYS + 1))
        amount = spend.get(day, 0)
        stands_out, usual = unusual(amount, [other for other in before if other > 0], A_DAY)
        if stands_out:
            yield Anomaly(kind, subject, day, amount, usual)


def standing(answers: Iterable[Answer]) -> list[Answer]:
    """The answers that hold, given in the order in which they were said: the last one of each."""
    last: dict[tuple[AnomalyKind, str, date], Answer] = {}
    for answer in answers:
        last[answer.kind, answer.subject, answer.day] = answer
    return [answer for answer in last.values() if answer.verdict is not Verdict.UNDONE]


def unanswered(found: Iterable[Anomaly], answers: Sequence[Answer]) -> list[Anomaly]:
    """What nobody has answered yet, that with the most money beyond the usual first."""
    left = [one for one in found if not any(answer.mutes(one) for answer in answers)]
    return sorted(left, key=lambda one: (-one.beyond_micros, one.kind, one.subject, one.day))
