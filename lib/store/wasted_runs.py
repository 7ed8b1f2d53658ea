"""What the runs of a span cost that were of no use, by kind, counted in one walk."""

from typing import Any

import sqlalchemy as sa

from lib.domain.run import RunState
from lib.domain.waste import Waste, Wasted, WasteKind
from lib.store.schema_attention import IS_KEPT
from lib.store.schema_history import Place, run_index

index = run_index.c
IS_SHOWN = index.place == Place.SHOWN


class WastedRuns:
    """Reads the runs of one `origin`, by the time of the click."""

    def __init__(self, engine: sa.Engine, *, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def between(self, from_ms: int, to_ms: int, *, unopened_before_ms: int) -> Waste:
        """The waste of a span. What was clicked since `unopened_before_ms` may yet be opened."""
        kinds = _conditions(unopened_before_ms)
        conditions = [*kinds.values(), sa.or_(*kinds.values())]
        query = sa.select(
            *(column for condition in conditions for column in _sums(condition)),
            sa.func.count().filter(index.place == Place.ERASED),
        ).where(
            index.origin == self._origin,
            index.place.in_(tuple(Place)),  # or the index by origin, place and time is no use
            index.created_at >= from_ms,
            index.created_at < to_ms,
        )
        with self._engine.connect() as db:
            row = [int(value or 0) for value in db.execute(query).one()]
        *each, total = (Wasted(*row[at : at + 2]) for at in range(0, len(row) - 1, 2))
        return Waste(dict(zip(kinds, each, strict=True)), total, row[-1])


def _conditions(unopened_before_ms: int) -> dict[WasteKind, sa.ColumnElement[bool]]:
    """As the history filters: a link of each kind finds the same runs."""
    shown_not_kept = sa.and_(IS_SHOWN, index.has_pictures == "true", sa.not_(IS_KEPT))
    return {
        WasteKind.FAILED: sa.and_(IS_SHOWN, index.state == RunState.FAILED),
        WasteKind.UNOPENED: sa.and_(
            IS_SHOWN,
            index.opened == "false",
            index.adopted == "false",
            index.created_at < unopened_before_ms,
        ),
        WasteKind.DELETED: index.place != Place.SHOWN,
        WasteKind.FLAGGED: sa.and_(shown_not_kept, index.nsfw_detected == "true"),
        WasteKind.DUPLICATE: sa.and_(shown_not_kept, index.duplicate == "true"),
    }


def _sums(condition: sa.ColumnElement[bool]) -> tuple[sa.ColumnElement[Any], ...]:
    known = sa.and_(condition, index.cost_key > 0)
    return sa.func.count().filter(condition), sa.func.sum(index.cost_key).filter(known)
