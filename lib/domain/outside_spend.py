"""What left the account without us: how its balance moved, less what our own runs have cost.

Two readings of the balance, each taken while no run of ours was under way, differ by our costs in
between, by what others have spent on the same account, and by what was paid in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class BalanceReading:
    """The balance at a moment (ms UTC), and what our runs had cost by then. Micro-dollars."""

    at: int
    balance_micros: int
    ours_micros: int


@dataclass(frozen=True, slots=True)
class OutsideSpend:
    """What moved without us between the first reading and the last (ms UTC), in micro-dollars.

    `outside_micros` left and `paid_in_micros` came, each at least that much: what went in and out
    between two readings that follow each other shows as one difference. `elsewhere_micros` of it
    are runs that were made elsewhere and have been brought in by audits.
    """

    since: int
    until: int
    ours_micros: int
    outside_micros: int
    paid_in_micros: int
    elsewhere_micros: int


def outside_spend(
    readings: Sequence[BalanceReading], *, elsewhere_micros: int
) -> OutsideSpend | None:
    """Sum up readings in their order; None before there are two."""
    if len(readings) < 2:
        return None
    moved = [_moved_without_us(*pair) for pair in pairwise(readings)]
    first, last = readings[0], readings[-1]
    return OutsideSpend(
        since=first.at,
        until=last.at,
        ours_micros=last.ours_micros - first.ours_micros,
        outside_micros=sum(amount for amount in moved if amount > 0),
        paid_in_micros=-sum(amount for amount in moved if amount < 0),
        elsewhere_micros=elsewhere_micros,
    )


def _moved_without_us(before: BalanceReading, after: BalanceReading) -> int:
    """What left; below zero when more came in."""
    left = before.balance_micros - after.balance_micros
    return left - (after.ours_micros - before.ours_micros)
