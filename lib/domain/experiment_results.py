"""What came of an experiment's cells, and which of them are alike in all but one thing."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.domain.experiment import Combine, Design
from lib.domain.experiment_axes import SEED
from lib.domain.experiment_cells import PROMPT


@dataclass(frozen=True, slots=True)
class Factor:
    """What is varied as one: the columns of an axis, or of all axes that go along with each other.

    Columns that always change together cannot be told apart, so they have one effect.
    """

    columns: tuple[str, ...]
    is_setting: bool = False
    """Whether it is made of settings alone: no prompt, no variable of one, no seed."""

    @property
    def name(self) -> str:
        return ", ".join(self.columns)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a cell: `values` are the words of its factors, in their order.

    Time (ms) and cost (micro-dollars) are of its run when that delivered pictures. `tries` are all
    runs it took that the API has ended, `failed` and `flagged` those of them that were.
    """

    key: str
    values: tuple[str, ...]
    repeat: int = 1
    rating: int | None = None
    duration_ms: int | None = None
    cost_micros: int | None = None
    sha256: str | None = None
    tries: int = 0
    failed: int = 0
    flagged: int = 0


MatchedSet = dict[str, list[Result]]
"""Cells that are alike in everything but one factor, by its value."""


def factors_of(design: Design, fields: Sequence[str]) -> list[Factor]:
    """What a design varies. `fields` are the model's: other columns are variables of the prompt."""
    if design.combine is Combine.PAIRED:
        together = [design.columns]
    else:
        together = [axis.columns for axis in design.axes]
    settings = set(fields) - {PROMPT, SEED}
    return [Factor(columns, settings.issuperset(columns)) for columns in together if columns]


def matched_sets(results: Sequence[Result], nth: int) -> list[MatchedSet]:
    """The results in sets that differ in the nth factor alone; repeats are in the same set."""
    sets: dict[tuple[str, ...], MatchedSet] = {}
    for result in results:
        values = result.values
        others = values[:nth] + values[nth + 1 :]
        sets.setdefault(others, {}).setdefault(values[nth], []).append(result)
    return list(sets.values())


def words_in_order(results: Sequence[Result], nth: int) -> list[str]:
    """The values of a factor as the design has them, first to last."""
    return list(dict.fromkeys(result.values[nth] for result in results))
