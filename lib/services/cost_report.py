"""A report of costs: the spend of a cut, by groups and bars, and whether all the books say the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.domain.buckets import HOUR_MS, Bucket
from lib.domain.cost_query import CostQuery
from lib.domain.periods import Days
from lib.domain.spend import Cut, Group
from lib.store.tables import Corrections, LineSums, Totals

if TYPE_CHECKING:
    import pandas as pd

CORRECTIONS = "Corrections of closed months"
SETTLING_MS = HOUR_MS
"""For so long after its end a bar counts as not final: runs that were clicked in it may be open."""


@dataclass(frozen=True, slots=True)
class Tie:
    """The spend as one of the books has it, against what it should be. Micro-dollars."""

    book: str
    micros: int
    expected_micros: int

    @property
    def difference_micros(self) -> int:
        return self.micros - self.expected_micros


@dataclass(frozen=True, slots=True)
class CostReport:
    """What was spent, as asked by `query`. Money is micro-dollars; a run counts when it was clicked.

    `days` are those of the period, `cut` is what of them is asked for and `before` the cut to
    compare with, if there is one. `pictures` came for it; None where those are too many to count.
    `groups` has a row for each combination of the values of `query.by`, the most spent first: a
    column for each group, `quantity`, `amount_micros`, `before_micros` (all Int64). `bars` has
    `bucket` (its begin, UTC), the first group, and `amount_micros`.
    """

    query: CostQuery
    days: Days
    cut: Cut
    before: Cut | None
    bucket: Bucket
    now_ms: int
    totals: Totals
    pictures: int | None
    lines: LineSums
    corrections: Corrections
    spend_micros: int
    before_micros: int
    groups: pd.DataFrame
    bars: pd.DataFrame

    @property
    def repeats(self) -> bool:
        """Whether the groups may count a charge more than once: a run can have several tags."""
        return Group.TAG in self.query.by

    @property
    def compares_runs(self) -> bool:
        """Whether the costs of whole runs can be compared: not with a part of each."""
        return not self.cut.chosen(Group.SKU)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was charged, now or before: there is nothing to draw."""
        return self.groups.empty

    @property
    def has_figures(self) -> bool:
        """Whether there is anything to sum: runs, of whatever cost, or corrections of others."""
        return bool(self.totals.runs) or not self.is_empty

    @property
    def ties(self) -> tuple[Tie, ...]:
        """The spend of the cut as each of the books has it; the first is what all others should say.

        That is the sum of the runs' costs and of what counts elsewhere than where it was clicked;
        or of the lines where only a part of each run is asked for.
        """
        if not self.compares_runs:
            spend = self.lines.line_micros
            return (Tie("Charge lines", spend, spend), *self._ties_of_page(spend))
        runs, moved = self.totals.spend_micros, self.corrections.micros
        spend = runs + moved
        named = self.totals.confirmed_micros + self.corrections.confirmed_micros
        return (
            Tie("Costs of the runs", runs, runs),
            *([Tie(CORRECTIONS, moved, moved)] if moved else []),
            Tie("Charge lines", self.lines.line_micros, spend),
            *self._ties_of_page(spend),
            Tie("Named by the API: runs", named, named),
            Tie("Named by the API: lines", self.lines.confirmed_micros, named),
        )

    def _ties_of_page(self, spend: int) -> list[Tie]:
        """What is drawn, each read for itself: from the roll-ups of the lines unless tags are asked.

        By tag a charge may stand more than once, so such sums prove nothing.
        """
        found = [Tie("Total of this page", self.spend_micros, spend)]
        if not self.repeats:
            groups = int(self.groups["amount_micros"].sum())
            found.append(Tie("Groups of this page", groups, spend))
        if self.query.by[0] is not Group.TAG:
            found.append(Tie("Bars of this page", int(self.bars["amount_micros"].sum()), spend))
        return found

    @property
    def ties_out(self) -> bool:
        """Whether all the books say the same; anything else is a fault worth reporting."""
        return not any(tie.difference_micros for tie in self.ties)

    def is_provisional(self, ends_ms: int) -> bool:
        """Whether what ends then may still change: its runs may be under way."""
        return ends_ms > self.now_ms - SETTLING_MS
