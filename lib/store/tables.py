"""Reads of the costs: SQL in, DataFrames with declared dtypes and our own column names out.

(Those of the history are in `tables_history`.) What is not shown is not loaded. Money columns are
whole micro-dollars (`Int64`), times are UTC.

pandas is loaded with the first table: it takes as long as all the rest of a start.

`runs` is for notebooks: the history as a DataFrame, read while Plantain works.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lib.domain.buckets import Bucket
from lib.domain.spend import Cut, Group
from lib.store import charged_runs, schema, tables_charges, tables_spend
from lib.store.tables_charges import Within
from lib.store.tables_notebook import runs as runs

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the runs of a cut, in micro-dollars and counts.

    A run is settled when its cost is known, held while it is open, and in doubt when it has ended
    and nobody knows what it cost: each run is exactly one of the three. A run counts when it was
    clicked; so the spend that is reported differs by the corrections of closed months. One of a
    closed month that is not settled any more, or was found since, is held or in doubt after it.
    """

    runs: int
    settled_runs: int
    spend_micros: int
    confirmed_micros: int
    estimate_of_settled_micros: int
    held_runs: int
    held_micros: int
    in_doubt_runs: int
    in_doubt_micros: int


@dataclass(frozen=True, slots=True)
class LineSums:
    """What the charge lines of a cut sum to, and what of it the API has named."""

    line_micros: int
    confirmed_micros: int


@dataclass(frozen=True, slots=True)
class Corrections:
    """What counts in a span of runs clicked in closed months, less what of its own counts later."""

    micros: int = 0
    confirmed_micros: int = 0


@dataclass(frozen=True, slots=True)
class OddRun:
    """A run whose lines do not sum to its cost."""

    id: str
    cost_micros: int
    line_micros: int


class CostReading:
    """Reads the costs as of one moment, so that all it says agrees while runs are being settled."""

    def __init__(self, db: sa.Connection) -> None:
        self._db = db

    def sums(
        self, cut: Cut, by: Sequence[Group] = (), bucket: Bucket | None = None
    ) -> pd.DataFrame:
        """The charges of a cut, summed: see `tables_spend.sums`."""
        return tables_spend.sums(self._db, cut, by, bucket)

    def lines(self, cut: Cut) -> LineSums:
        """The sums of the lines themselves."""
        conditions = tables_spend.on_lines(cut)
        return LineSums(**self._numbers(tables_charges.lines_query(*conditions, **_within(cut))))

    def corrections(self, cut: Cut) -> Corrections:
        """What of the lines counts elsewhere than where its run was clicked."""
        conditions = tables_spend.on_lines(cut)
        query = tables_charges.corrections_query(*conditions, **_within(cut))
        return Corrections(**self._numbers(query))

    def totals(self, cut: Cut) -> Totals:
        """Sums of the runs clicked in a cut, deleted ones included: what was paid stays paid."""
        settled = self._numbers(charged_runs.totals_query(cut))
        return Totals(**settled, **self._numbers(charged_runs.unsettled_query(cut)))

    def pictures(self, cut: Cut) -> int:
        """How many pictures the runs of known cost have delivered."""
        return int(self._db.scalar(charged_runs.pictures_query(cut)) or 0)

    def run_counts(self, cut: Cut, by: Sequence[Group] = ()) -> Mapping[tuple[str, ...], int]:
        """How many runs of known cost the history shows, by the values of these groups."""
        rows = self._db.execute(charged_runs.counts_query(cut, by)).all()
        return {tuple(row[:-1]): int(row[-1]) for row in rows}

    def odd_runs(self, cut: Cut, *, limit: int) -> list[OddRun]:
        """The runs of a cut whose lines do not sum to their cost: there should be none."""
        conditions = charged_runs.filtered(cut)
        query = tables_charges.odd_runs_query(*conditions, **_within(cut), limit=limit)
        rows = self._db.execute(query).mappings()
        return [OddRun(**row) for row in rows]

    def origins(self) -> list[str]:
        """All origins that were ever charged."""
        return [str(origin) for origin in self._db.scalars(tables_charges.origins())]

    def click_span(self, *, origin: str) -> tuple[int, int] | None:
        """When the first and the last run were clicked, ms UTC; None when there is no run."""
        clicked = schema.run.c.created_at
        # Two queries of one end each: SQLite walks the whole index for MIN and MAX together.
        first, last = (
            sa.select(end(clicked)).where(schema.run.c.origin == origin).scalar_subquery()
            for end in (sa.func.min, sa.func.max)
        )
        row = self._db.execute(sa.select(first, last)).one()
        return None if row[0] is None else (int(row[0]), int(row[1]))

    def _numbers(self, query: sa.Select[*tuple[Any, ...]]) -> dict[str, int]:
        found = self._db.execute(query).mappings().one()
        return {str(name): int(value or 0) for name, value in found.items()}


class Tables:
    """Opens readings of the ledger's costs."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @contextmanager
    def at_once(self) -> Iterator[CostReading]:
        """All that is read meanwhile is of one moment."""
        with self._engine.connect() as db:
            if db.dialect.name == "sqlite":
                # The driver opens no transaction to read, and each query would see its own moment.
                db.exec_driver_sql("BEGIN")
            else:
                db.execution_options(isolation_level="REPEATABLE READ")
            yield CostReading(db)

    def sums(
        self, cut: Cut, by: Sequence[Group] = (), bucket: Bucket | None = None
    ) -> pd.DataFrame:
        """The charges of a cut, summed: see `tables_spend.sums`."""
        with self.at_once() as reading:
            return reading.sums(cut, by, bucket)

    def click_span(self, *, origin: str) -> tuple[int, int] | None:
        """When the first and the last run were clicked."""
        with self.at_once() as reading:
            return reading.click_span(origin=origin)

    def totals(self, cut: Cut) -> Totals:
        """Sums of the runs clicked in a cut."""
        with self.at_once() as reading:
            return reading.totals(cut)


def _within(cut: Cut) -> Within:
    return {"origin": cut.origin, "from_ms": cut.from_ms, "to_ms": cut.to_ms}
