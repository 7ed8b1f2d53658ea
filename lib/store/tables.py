"""Reads of the costs: SQL in, DataFrames with declared dtypes and our own column names out.

(Those of the history are in `tables_history`.) What is not shown is not loaded. Money columns are whole
micro-dollars (`Int64`), times are UTC.

pandas is loaded with the first table: it takes as long as all the rest of a start.

`runs` is for notebooks: the history as a DataFrame, read while Plantain works.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lib.domain.buckets import Bucket
from lib.domain.run import OPEN, CostBasis
from lib.domain.spend import Cut, Group
from lib.store import schema, tables_spend
from lib.store.tables_charges import SLOT_MS as SLOT_MS
from lib.store.tables_charges import (
    Within,
    corrections_query,
    line,
    lines_query,
    moved_slots_query,
    odd_runs_query,
    parts_query,
)
from lib.store.tables_notebook import runs as runs

if TYPE_CHECKING:
    import pandas as pd

    from lib.store.tables_frames import Row

Query = sa.Select[*tuple[Any, ...]]
NO_RUNS: dict[str, Any] = {"runs": 0, "pictures": 0, "estimate_micros": 0}


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the runs of one origin, in micro-dollars and counts.

    A run is settled when its cost is known, held while it is open, and in doubt when it has ended
    and nobody knows what it cost: each run is exactly one of the three. The spend is what counts in
    the span: the cost of the runs clicked there, and the corrections of closed months.
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
class Spending:
    """The sums of a span, and the same money by quarter of an hour and by part, as of one moment."""

    totals: Totals
    slots: pd.DataFrame
    charges: Charges
    corrections: Corrections


@dataclass(frozen=True, slots=True)
class Corrections:
    """What counts in a span of runs clicked in closed months, less what of its own counts later."""

    micros: int = 0
    confirmed_micros: int = 0


@dataclass(frozen=True, slots=True)
class Charges:
    """What the charge lines of a span sum to, and their roll-ups by person, model, resolution, SKU.

    `parts` has PARTS, `quantity` and `amount_micros`.
    """

    line_micros: int
    confirmed_micros: int
    parts: pd.DataFrame

    @property
    def rollup_micros(self) -> int:
        return int(self.parts["amount_micros"].sum())


@dataclass(frozen=True, slots=True)
class OddRun:
    """A run whose lines do not sum to its cost."""

    id: str
    cost_micros: int
    line_micros: int


class Tables:
    """Makes DataFrames of the ledger."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    # -- costs -----------------------------------------------------------------------------------

    def spending(self, *, origin: str, from_ms: int, to_ms: int) -> Spending:
        """Sums of what counts in a span, deleted runs included: what was paid stays paid.

        Both are read as of one moment, so that they agree also while runs are being settled.
        """
        clicked = (
            schema.run.c.origin == origin,
            schema.run.c.created_at >= from_ms,
            schema.run.c.created_at < to_ms,
        )
        span: Within = {"origin": origin, "from_ms": from_ms, "to_ms": to_ms}
        totals, slots, lines, parts, corrections, added, taken = self._rows_at_once(
            _totals_query(*clicked),
            _slots_query(*clicked),
            lines_query(**span),
            parts_query(**span),
            corrections_query(**span),
            moved_slots_query(line.counts_at, 1, **span),
            moved_slots_query(line.clicked_at, -1, **span),
        )
        from lib.store.tables_frames import PART_DTYPES, SLOT_DTYPES, frame

        corrected = Corrections(**_whole(corrections[0]))
        sums = _whole(totals[0])
        sums["spend_micros"] += corrected.micros
        sums["confirmed_micros"] += corrected.confirmed_micros
        charges = Charges(**_whole(lines[0]), parts=frame(parts, PART_DTYPES))
        moved = [NO_RUNS | dict(row) for row in (*added, *taken)]
        return Spending(Totals(**sums), frame([*slots, *moved], SLOT_DTYPES), charges, corrected)

    def sums(
        self, cut: Cut, by: Sequence[Group] = (), bucket: Bucket | None = None
    ) -> pd.DataFrame:
        """The charges of a cut, summed: see `tables_spend.sums`."""
        with self._one_moment() as db:
            return tables_spend.sums(db, cut, by, bucket)

    def odd_runs(self, *, origin: str, from_ms: int, to_ms: int, limit: int) -> list[OddRun]:
        """The runs clicked in a span whose lines do not sum to their cost: there should be none."""
        query = odd_runs_query(origin=origin, from_ms=from_ms, to_ms=to_ms, limit=limit)
        return [OddRun(**row) for row in self._rows(query)]

    def click_span(self, *, origin: str) -> tuple[int, int] | None:
        """When the first and the last run were clicked, ms UTC; None when there is no run."""
        clicked = schema.run.c.created_at
        # Two queries of one end each: SQLite walks the whole index for MIN and MAX together.
        first, last = (
            sa.select(end(clicked)).where(schema.run.c.origin == origin).scalar_subquery()
            for end in (sa.func.min, sa.func.max)
        )
        with self._engine.connect() as db:
            row = db.execute(sa.select(first, last)).one()
        return None if row[0] is None else (int(row[0]), int(row[1]))

    # -- reading ---------------------------------------------------------------------------------

    def _rows(self, query: Query) -> Sequence[Row]:
        return self._rows_at_once(query)[0]

    def _rows_at_once(self, *queries: Query) -> list[Sequence[Row]]:
        with self._one_moment() as db:
            return [_named(db.execute(query)) for query in queries]

    @contextmanager
    def _one_moment(self) -> Iterator[sa.Connection]:
        with self._engine.connect() as db:
            if db.dialect.name == "sqlite":
                # The driver opens no transaction to read, and each query would see its own moment.
                db.exec_driver_sql("BEGIN")
            else:
                db.execution_options(isolation_level="REPEATABLE READ")
            yield db


def _whole(row: Row) -> dict[str, int]:
    return {name: int(value or 0) for name, value in row.items()}


def _named(result: sa.CursorResult[Any]) -> list[Row]:
    names = list(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result]


def _pictures_of_run() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .where(schema.picture.c.run_id == schema.run.c.id)
        .scalar_subquery()
    )


def _totals_query(*conditions: sa.ColumnElement[bool]) -> Query:
    run = schema.run
    cost, estimate = run.c.cost_micros, run.c.estimate_micros
    known = cost.is_not(None)
    is_open = sa.and_(cost.is_(None), run.c.state.in_(OPEN))
    in_doubt = sa.and_(cost.is_(None), run.c.state.not_in(OPEN))
    confirmed = run.c.cost_basis == CostBasis.CONFIRMED
    count, total = sa.func.count, sa.func.sum
    return sa.select(
        count().label("runs"),
        count().filter(known).label("settled_runs"),
        total(cost).label("spend_micros"),
        total(cost).filter(confirmed).label("confirmed_micros"),
        total(estimate).filter(known).label("estimate_of_settled_micros"),
        count().filter(is_open).label("held_runs"),
        total(estimate).filter(is_open).label("held_micros"),
        count().filter(in_doubt).label("in_doubt_runs"),
        total(estimate).filter(in_doubt).label("in_doubt_micros"),
    ).where(*conditions)


def _slots_query(*conditions: sa.ColumnElement[bool]) -> Query:
    """Runs of known cost by quarter of an hour, by the time of the click."""
    run = schema.run
    slot = (run.c.created_at - run.c.created_at % SLOT_MS).label("slot")
    return (
        sa.select(
            slot,
            sa.func.count().label("runs"),
            sa.func.sum(_pictures_of_run()).label("pictures"),
            sa.func.sum(run.c.estimate_micros).label("estimate_micros"),
            sa.func.sum(run.c.cost_micros).label("cost_micros"),
        )
        .where(*conditions, run.c.cost_micros.is_not(None))
        .group_by(slot)
        .order_by(slot)
    )
