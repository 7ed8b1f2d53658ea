"""Reading charge lines to take them away: those that count in a span, in the order they were written.

Lines are never changed, so the number of the newest one is a moment of the books: what is written
while a file is being made is in the next file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lib.store import schema
from lib.store.marks import tags_of
from lib.store.schema_charges import charge_line

AT_A_TIME = 500
line = charge_line.c


@dataclass(frozen=True, slots=True)
class TakenLine:
    """A charge line as it is taken away: its columns, and what is known of its run.

    `delivered`: how many pictures came. `tags`: those of the run as they are now.
    """

    line: Mapping[str, Any]
    remote_id: str | None
    delivered: int
    tags: tuple[str, ...]


class TakenLines:
    """Reads the lines of one origin, a batch at a time."""

    def __init__(self, engine: sa.Engine, *, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def newest(self) -> int:
        """The number of the newest line; 0 when there is none."""
        with self._engine.connect() as db:
            return int(db.scalar(sa.select(sa.func.max(line.seq))) or 0)

    def count(self, from_ms: int, to_ms: int) -> int:
        """How many lines count in a span (ms UTC, half-open)."""
        query = sa.select(sa.func.count()).where(*self._counting(from_ms, to_ms))
        with self._engine.connect() as db:
            return int(db.scalar(query) or 0)

    def batches(self, from_ms: int, to_ms: int, *, newest: int) -> Iterator[list[TakenLine]]:
        """The lines that count in a span, up to the newest one that is told."""
        yield from lines_where(self._engine, *self._counting(from_ms, to_ms), line.seq <= newest)

    def _counting(self, from_ms: int, to_ms: int) -> tuple[sa.ColumnElement[bool], ...]:
        # Not by an index of the origin: it would have every batch sort all lines by their number.
        of_origin = line.origin.concat("") == self._origin
        return (of_origin, line.counts_at >= from_ms, line.counts_at < to_ms)


def lines_where(engine: sa.Engine, *where: sa.ColumnElement[bool]) -> Iterator[list[TakenLine]]:
    """The lines that this holds for, in the order they were written, a batch at a time."""
    last = 0
    query = sa.select(charge_line).where(*where).order_by(line.seq).limit(AT_A_TIME)
    while True:
        with engine.connect() as db:
            found = db.execute(query.where(line.seq > last)).mappings().all()
            runs = {row["run_id"] for row in found}
            known, tags = _runs(db, list(runs)), tags_of(db, list(runs))
        if not found:
            return
        yield [
            TakenLine(dict(row), *known[row["run_id"]], tuple(tags.get(row["run_id"], ())))
            for row in found
        ]
        last = found[-1]["seq"]


def _runs(db: sa.Connection, run_ids: Sequence[str]) -> dict[str, tuple[str | None, int]]:
    run, picture = schema.run.c, schema.picture
    pictures = sa.select(sa.func.count()).where(picture.c.run_id == run.id).scalar_subquery()
    query = sa.select(run.id, run.remote_id, pictures).where(run.id.in_(run_ids))
    return {row[0]: (row[1], int(row[2])) for row in db.execute(query)}
