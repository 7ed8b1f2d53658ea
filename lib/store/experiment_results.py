"""What came of an experiment's cells, as far as parameters can have had an effect on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lib.domain.experiment_axes import Value
from lib.domain.run import RunState
from lib.store import schema, schema_history
from lib.store.experiment_records import TURNED_AWAY
from lib.store.schema_experiments import experiment_cell, experiment_run

MOST_REASONS = 10
run, cell, picture = schema.run.c, experiment_cell.c, schema.picture.c
mark = schema_history.mark.c
IS_STORED = run.state == RunState.STORED
# A key or a credit that is no good says nothing about what was asked for.
IS_FAILED = sa.and_(
    run.state == RunState.FAILED,
    sa.or_(run.http_status.is_(None), run.http_status.not_in(TURNED_AWAY)),
)
IS_FLAGGED = sa.and_(IS_STORED, run.nsfw_detected == 1)


@dataclass(frozen=True, slots=True)
class CellResult:
    """A cell with what its latest run came to; times are ms, money micro-dollars.

    Time and cost are there when pictures were delivered; the picture and its rating (1 to 5) unless
    they were deleted. `tries` are all its runs that the API has carried out or refused.
    """

    key: str
    varied: Mapping[str, Value]
    repeat: int
    rating: int | None
    duration_ms: int | None
    cost_micros: int | None
    sha256: str | None
    tries: int
    failed: int
    flagged: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why runs failed, in the API's own words, and how many."""

    code: str | None
    message: str | None
    runs: int


class ExperimentResults:
    """Reads what experiments came to."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def of(self, experiment_id: str) -> list[CellResult]:
        """Its cells in their order."""
        with self._engine.connect() as db:
            tries = _tries(db, experiment_id)
            return [_result(row, tries) for row in db.execute(_cells(experiment_id))]

    def reasons(self, experiment_id: str) -> list[Reason]:
        """Why runs of it failed, the most frequent reasons first."""
        count = sa.func.count().label("runs")
        query = (
            sa.select(run.failure_code, run.failure_message, count)
            .join(experiment_run, experiment_run.c.run_id == run.id)
            .where(experiment_run.c.experiment_id == experiment_id, IS_FAILED)
            .group_by(run.failure_code, run.failure_message)
            .order_by(count.desc(), run.failure_code, run.failure_message)
            .limit(MOST_REASONS)
        )
        with self._engine.connect() as db:
            return [Reason(*row) for row in db.execute(query)]


def _cells(experiment_id: str) -> sa.Select[Any]:
    sha256 = (
        sa.select(picture.sha256)
        .where(picture.run_id == run.id, picture.problem.is_(None), picture.freed_at.is_(None))
        .order_by(picture.number)
        .limit(1)
        .scalar_subquery()
    )
    is_here = run.deleted_at.is_(None)
    took = sa.and_(IS_STORED, run.duration_ms > 0)
    return (
        sa.select(cell.key, cell.varied, cell.repeat)
        .add_columns(sa.case((is_here, sha256)).label("sha256"))
        .add_columns(sa.case((sa.and_(mark.rating > 0, is_here), mark.rating)).label("rating"))
        .add_columns(sa.case((took, run.duration_ms)).label("duration_ms"))
        .add_columns(sa.case((IS_STORED, run.cost_micros)).label("cost_micros"))
        .outerjoin(schema.run, run.id == cell.run_id)
        .outerjoin(schema_history.mark, mark.run_id == cell.run_id)
        .where(cell.experiment_id == experiment_id)
        .order_by(cell.number)
    )


def _tries(db: sa.Connection, experiment_id: str) -> dict[str, tuple[int, int, int]]:
    """By cell: the runs made for it that the API has ended, those that failed, and the flagged."""
    failed, flagged = (sa.func.count().filter(told) for told in (IS_FAILED, IS_FLAGGED))
    query = (
        sa.select(experiment_run.c.key, sa.func.count(), failed, flagged)
        .join(schema.run, run.id == experiment_run.c.run_id)
        .where(experiment_run.c.experiment_id == experiment_id, sa.or_(IS_STORED, IS_FAILED))
        .group_by(experiment_run.c.key)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in db.execute(query)}


def _result(row: Any, tries: Mapping[str, tuple[int, int, int]]) -> CellResult:
    tried, failed, flagged = tries.get(row.key, (0, 0, 0))
    return CellResult(
        key=row.key,
        varied=row.varied,
        repeat=row.repeat,
        rating=row.rating,
        duration_ms=row.duration_ms,
        cost_micros=row.cost_micros,
        sha256=row.sha256,
        tries=tried,
        failed=failed,
        flagged=flagged,
    )
