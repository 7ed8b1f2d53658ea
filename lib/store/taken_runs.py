"""Reading runs to take them away: every column of the ledger, and what people wrote about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lib.store import schema, schema_history
from lib.store.marks import tags_of

KEPT_HERE = frozenset({"request_body", "click_token", "fence", "due_at", "erased_at"})
"""Columns that mean nothing elsewhere, or are no one's else business: the request has the address
that this installation takes callbacks at."""

index, mark = schema_history.run_index, schema_history.mark


@dataclass(frozen=True, slots=True)
class TakenRun:
    """A run as it is taken away.

    `run` has the ledger's columns but KEPT_HERE, and `pictures` those of each picture, in order.
    """

    run: Mapping[str, Any]
    pictures: tuple[Mapping[str, Any], ...] = ()
    favourite: bool = False
    rating: int | None = None
    remark: str = ""
    tags: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return str(self.run["id"])


class TakenRuns:
    """Reads runs of one origin whole, a batch at a time."""

    def __init__(self, engine: sa.Engine, *, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def of(self, run_ids: Sequence[str]) -> list[TakenRun]:
        """These runs, in this order; those of other origins and erased ones are left out."""
        with self._engine.connect() as db:
            if db.dialect.name == "sqlite":
                db.exec_driver_sql("BEGIN")  # or each query would see its own moment
            rows = db.execute(self._runs(run_ids)).mappings().all()
            pictures, tags = _pictures(db, run_ids), tags_of(db, run_ids)
        found = {
            row["id"]: TakenRun(
                run={name: row[name] for name in row if name in schema.run.c},
                pictures=tuple(pictures.get(row["id"], ())),
                favourite=bool(row["favourite"]),
                rating=row["rating"] or None,
                remark=row["remark"] or "",
                tags=tuple(tags.get(row["id"], ())),
            )
            for row in rows
        }
        return [found[run_id] for run_id in dict.fromkeys(run_ids) if run_id in found]

    def _runs(self, run_ids: Sequence[str]) -> sa.Select[Any]:
        run = schema.run
        columns = [column for column in run.c if column.name not in KEPT_HERE]
        return (
            sa.select(*columns, mark.c.favourite, mark.c.rating, mark.c.remark)
            .join(mark, mark.c.run_id == run.c.id, isouter=True)
            .where(run.c.id.in_(run_ids), run.c.origin == self._origin, run.c.erased_at.is_(None))
        )


def _pictures(db: sa.Connection, run_ids: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
    picture = schema.picture
    query = sa.select(picture).where(picture.c.run_id.in_(run_ids))
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in db.execute(query.order_by(picture.c.run_id, picture.c.number)).mappings():
        values = {name: value for name, value in row.items() if name != "run_id"}
        found.setdefault(row["run_id"], []).append(values)
    return found
