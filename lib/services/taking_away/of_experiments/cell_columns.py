"""Cells as a table: one row a cell, with all that is varied, what it cost and what became of it."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any

from lib.domain.experiment import Design
from lib.domain.experiment_axes import Value
from lib.domain.experiment_progress import CellNow
from lib.domain.money import dollars_from_micros
from lib.services.taking_away.columns import (
    LARGEST_WHOLE,
    Column,
    Kind,
    Table,
    as_json,
    plain,
)
from lib.services.taking_away.of_experiments.findings import Judged
from lib.services.taking_away.of_experiments.taken_cells import Taken, TakenCell

Read = Callable[[TakenCell], Any]
VARIED = "varied"
"""Before a varied column that is called as one of ours; and the column that has all of them."""
REUSED = "reused"


def table_of_cells(taken: Taken) -> Table:
    """The cells of an experiment; README describes the columns."""
    before = [Column("cell", Kind.WHOLE, lambda row: row.cell.number)]
    after = list(_columns(has_votes=bool(taken.judged)))
    ours = {column.name for column in (*before, *after)}
    varied = list(_varied(taken.experiment.design, taken.cells, ours))
    return Table("cells", lambda row: str(row.cell.number), (*before, *varied, *after))


def _varied(design: Design, cells: Sequence[CellNow], ours: set[str]) -> Iterator[Column]:
    """A column for each that is varied, under a name that no other one has."""
    names = set(ours) | set(design.columns)
    for column in dict.fromkeys(design.columns):
        name = column
        while name in ours or (name != column and name in names):
            name = f"{VARIED}_{name}"
        names.add(name)
        yield _of_varied(name, column, [cell.varied.get(column) for cell in cells])


def _of_varied(name: str, column: str, values: Sequence[Value]) -> Column:
    """As numbers or truths where all of them are; else as texts."""
    told = [value for value in values if value is not None]
    if told and all(isinstance(value, bool) for value in told):
        return Column(name, Kind.TRUTH, lambda row: row.cell.varied.get(column))
    if told and all(_is_whole(value) for value in told):
        return Column(name, Kind.WHOLE, lambda row: row.cell.varied.get(column))
    return Column(name, Kind.TEXT, lambda row: plain(row.cell.varied.get(column)))


def _is_whole(value: Value) -> bool:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return is_number and abs(int(value or 0)) < LARGEST_WHOLE


def _columns(*, has_votes: bool) -> Iterator[Column]:
    yield Column("repeat", Kind.WHOLE, lambda row: row.cell.repeat)
    yield Column("state", Kind.TEXT, state_of)
    yield Column("run_state", Kind.TEXT, lambda row: row.cell.run_state)
    yield Column("attempt", Kind.WHOLE, lambda row: row.cell.attempt)
    yield Column("run_id", Kind.TEXT, lambda row: row.cell.run_id)
    yield Column("seed_used", Kind.TEXT, lambda row: plain(_of_run(row, "seed_used")))
    yield from _money("estimate", lambda row: row.cell.estimate_micros)
    yield from _money("cost", lambda row: row.cost_micros)
    yield Column("cost_basis", Kind.TEXT, lambda row: _of_run(row, "cost_basis"))
    yield from _money("spent", lambda row: row.spent_micros)
    yield Column("duration_ms", Kind.WHOLE, lambda row: _of_run(row, "duration_ms"))
    yield Column("rating", Kind.WHOLE, lambda row: row.taken and row.taken.rating)
    yield Column("favourite", Kind.TRUTH, lambda row: row.taken and row.taken.favourite)
    if has_votes:
        yield from _votes()
    yield Column("pictures", Kind.WHOLE, lambda row: len(row.taken.pictures) if row.taken else 0)
    yield Column("picture_sha256s", Kind.TEXT, _sha256s)
    for name in ("failure_code", "failure_message"):
        yield Column(name, Kind.TEXT, lambda row, name=name: plain(_of_run(row, name)))  # type: ignore[misc]
    yield Column(VARIED, Kind.TEXT, lambda row: as_json(dict(row.cell.varied)))
    yield Column("input", Kind.TEXT, _input)


def state_of(row: TakenCell) -> str:
    """Where the cell stands: `waiting`, `sent`, `dropped`, or `reused` without being sent."""
    return REUSED if row.cell.is_reused else str(row.cell.state)


def _money(name: str, micros: Callable[[TakenCell], int | None]) -> Iterator[Column]:
    def dollars(row: TakenCell) -> Decimal | None:
        amount = micros(row)
        return None if amount is None else dollars_from_micros(amount)

    yield Column(f"{name}_micros", Kind.WHOLE, micros)
    yield Column(f"{name}_usd", Kind.DOLLARS, dollars)


def _votes() -> Iterator[Column]:
    reads: dict[str, Callable[[Judged], float]] = {
        "score": lambda judged: judged.score,
        "score_low": lambda judged: judged.low,
        "score_high": lambda judged: judged.high,
    }
    for name, read in reads.items():
        yield Column(name, Kind.DECIMAL, lambda row, read=read: _decimal(row.judged, read))  # type: ignore[misc]
    yield Column("votes", Kind.WHOLE, lambda row: row.judged.votes if row.judged else 0)


def _decimal(judged: Judged | None, read: Callable[[Judged], float]) -> Decimal | None:
    """None also for the end of an interval that has none."""
    value = None if judged is None else read(judged)
    return None if value is None or not isfinite(value) else Decimal(f"{value:.6f}")


def _of_run(row: TakenCell, name: str) -> Any:
    return None if row.taken is None else row.taken.run[name]


def _sha256s(row: TakenCell) -> str | None:
    return " ".join(picture["sha256"] for picture in row.taken.pictures) if row.taken else None


def _input(row: TakenCell) -> str | None:
    return None if row.taken is None else as_json(row.taken.run["input"])
