"""How many runs of a span were kept, by the choices that cost extra; and their pictures."""

from collections.abc import Sequence

import sqlalchemy as sa

from lib.domain.run import RunState
from lib.domain.worth import Trial
from lib.store.schema import picture
from lib.store.schema_attention import IS_KEPT
from lib.store.schema_history import Place, run_index

index = run_index.c


class KeptRuns:
    """Reads the runs of one `origin` that delivered pictures, by the time of the click."""

    def __init__(self, engine: sa.Engine, *, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def by_choice(
        self, fields: Sequence[str], from_ms: int, to_ms: int
    ) -> dict[tuple[str, ...], Trial]:
        """Runs and kept ones by the values of some input fields, as the history writes them."""
        choices = [index[name] for name in fields]
        query = (
            sa.select(*choices, sa.func.count(), sa.func.sum(sa.case((IS_KEPT, 1), else_=0)))
            .where(*self._within(from_ms, to_ms))
            .where(index.state == RunState.STORED, index.has_pictures == "true")
            .group_by(*choices)
        )
        with self._engine.connect() as db:
            return {tuple(row[:-2]): Trial(int(row[-2]), int(row[-1])) for row in db.execute(query)}

    def pictures(self, from_ms: int, to_ms: int) -> int:
        """The pictures of the runs that were kept."""
        query = (
            sa.select(sa.func.count())
            .select_from(run_index)
            .join(picture, picture.c.run_id == index.run_id)
            .where(*self._within(from_ms, to_ms), IS_KEPT, picture.c.problem.is_(None))
        )
        with self._engine.connect() as db:
            return int(db.scalar(query) or 0)

    def _within(self, from_ms: int, to_ms: int) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            index.origin == self._origin,
            index.place.in_(tuple(Place)),  # or the index by origin, place and time is no use
            index.created_at >= from_ms,
            index.created_at < to_ms,
        )
