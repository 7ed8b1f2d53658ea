"""Reads for the pages: SQL in, DataFrames with declared dtypes and our own column names out.

Every table is one page or one sum: what is not shown is not loaded. Money columns are whole
micro-dollars (`Int64`), times are UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from lib.domain.run import OPEN, RunState
from lib.store import schema

SLOT_MS = 15 * 60 * 1000
"""The coarsest span whose sums can be regrouped into the days of every time zone on earth."""

RUN_DTYPES: Mapping[str, str] = {
    "id": "str",
    "created_at": "datetime64[ms, UTC]",
    "state": "str",
    "status": "str",
    "prompt": "str",
    "pictures": "Int64",
    "thumbnail": "str",
    "estimate_micros": "Int64",
    "cost_micros": "Int64",
    "cost_basis": "str",
    "created_by": "str",
}
SLOT_DTYPES: Mapping[str, str] = {
    "slot": "datetime64[ms, UTC]",
    "runs": "Int64",
    "pictures": "Int64",
    "estimate_micros": "Int64",
    "cost_micros": "Int64",
}


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the runs of one origin, in micro-dollars and counts."""

    runs: int
    spend_micros: int
    estimate_of_settled_micros: int
    held_micros: int
    held_runs: int
    in_doubt_micros: int
    in_doubt_runs: int


class Tables:
    """Makes DataFrames of the ledger."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def runs(
        self, *, origin: str, limit: int, before: str | None = None, text: str = ""
    ) -> pd.DataFrame:
        """One page of the history, newest first: the runs older than `before` whose prompt has `text`.

        Columns: RUN_DTYPES, then one for each input field that occurs on the page.
        """
        query = (
            sa.select(*_history_columns())
            .where(schema.run.c.origin == origin, schema.run.c.deleted_at.is_(None))
            .order_by(schema.run.c.id.desc())
            .limit(limit)
        )
        if before:
            query = query.where(schema.run.c.id < before)
        if text:
            query = query.where(schema.run.c.prompt.icontains(text, autoescape=True))
        return _run_frame(self._rows(query))

    def slots(self, *, origin: str, from_ms: int, to_ms: int) -> pd.DataFrame:
        """Spend and estimates of ended runs by quarter of an hour, by the time of the click."""
        run = schema.run
        slot = (run.c.created_at - run.c.created_at % SLOT_MS).label("slot")
        delivered = sa.select(sa.func.count()).where(schema.picture.c.run_id == run.c.id)
        query = (
            sa.select(
                slot,
                sa.func.count().label("runs"),
                sa.func.sum(delivered.scalar_subquery()).label("pictures"),
                sa.func.sum(run.c.estimate_micros).label("estimate_micros"),
                sa.func.sum(run.c.cost_micros).label("cost_micros"),
            )
            .where(run.c.origin == origin, run.c.cost_micros.is_not(None))
            .where(run.c.created_at >= from_ms, run.c.created_at < to_ms)
            .group_by(slot)
            .order_by(slot)
        )
        return _frame(self._rows(query), SLOT_DTYPES)

    def totals(self, *, origin: str, from_ms: int = 0, to_ms: int | None = None) -> Totals:
        """All sums of a span of clicks, deleted runs included: what was paid stays paid."""
        run = schema.run
        parked = run.c.state == RunState.PARKED
        is_open = run.c.state.in_(OPEN)
        known = run.c.cost_micros.is_not(None)
        estimate = run.c.estimate_micros
        query = sa.select(
            sa.func.count().label("runs"),
            sa.func.sum(run.c.cost_micros).label("spend_micros"),
            sa.func.sum(estimate).filter(known).label("estimate_of_settled_micros"),
            sa.func.sum(estimate).filter(is_open).label("held_micros"),
            sa.func.count().filter(is_open).label("held_runs"),
            sa.func.sum(estimate).filter(sa.or_(parked, _in_doubt())).label("in_doubt_micros"),
            sa.func.count().filter(sa.or_(parked, _in_doubt())).label("in_doubt_runs"),
        ).where(run.c.origin == origin, run.c.created_at >= from_ms)
        if to_ms is not None:
            query = query.where(run.c.created_at < to_ms)
        row = self._rows(query)[0]
        return Totals(**{name: int(value or 0) for name, value in row.items()})

    def _rows(self, query: "sa.Select[*tuple[Any, ...]]") -> list[Mapping[str, Any]]:
        with self._engine.connect() as db:
            return [dict(row) for row in db.execute(query).mappings()]


def _in_doubt() -> sa.ColumnElement[bool]:
    """Ended, and yet nobody knows what it cost."""
    return sa.and_(schema.run.c.state.not_in(OPEN), schema.run.c.cost_micros.is_(None))


def _history_columns() -> list[sa.ColumnElement[Any]]:
    run, picture = schema.run, schema.picture
    count = sa.select(sa.func.count()).where(picture.c.run_id == run.c.id).scalar_subquery()
    first = (
        sa.select(picture.c.sha256)
        .where(picture.c.run_id == run.c.id, picture.c.problem.is_(None))
        .order_by(picture.c.number)
        .limit(1)
        .scalar_subquery()
    )
    return [
        *(run.c.id, run.c.created_at, run.c.state, run.c.status, run.c.prompt),
        *(count.label("pictures"), first.label("thumbnail")),
        *(run.c.estimate_micros, run.c.cost_micros, run.c.cost_basis, run.c.created_by),
        run.c.input,
    ]


def _run_frame(rows: list[Mapping[str, Any]]) -> pd.DataFrame:
    frame = _frame(rows, RUN_DTYPES)
    inputs = [row["input"] for row in rows]
    for name in dict.fromkeys(key for values in inputs for key in values):
        if name not in frame:
            frame[name] = [values.get(name) for values in inputs]
    return frame


def _frame(rows: list[Mapping[str, Any]], dtypes: Mapping[str, str]) -> pd.DataFrame:
    columns = {
        name: pd.Series([row[name] for row in rows]).pipe(_typed, dtype)
        for name, dtype in dtypes.items()
    }
    return pd.DataFrame(columns)


def _typed(values: "pd.Series[Any]", dtype: Any) -> "pd.Series[Any]":
    if dtype.startswith("datetime64"):
        return pd.to_datetime(values.astype("Int64"), unit="ms", utc=True).astype(dtype)
    return values.astype(dtype)
