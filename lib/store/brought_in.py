"""Writing runs that were brought in from another Plantain: ended ones, once, and never to be sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lib.domain.clock import Clock
from lib.store import schema, schema_history
from lib.store.charges import book
from lib.store.database import writing
from lib.store.fingerprints import put_fingerprint
from lib.store.moves import tell
from lib.store.words import index_run

BROUGHT_IN = "brought in"
mark, tag, run_tag = schema_history.mark, schema_history.tag, schema_history.run_tag


@dataclass(frozen=True, slots=True)
class Arrival:
    """A run as it goes into the ledger; `run` and `pictures` have the columns of their tables."""

    run: Mapping[str, Any]
    pictures: Sequence[Mapping[str, Any]]
    favourite: bool
    rating: int
    remark: str
    tags: Sequence[str]


class Arrivals:
    """Puts runs of elsewhere into the ledger."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def is_here(self, run_id: str, origin: str, remote_id: str | None) -> bool:
        """Whether the ledger has the run, or another row for the same run of the API."""
        with self._engine.connect() as db:
            return _is_here(db, run_id, origin, remote_id)

    def put(self, arrival: Arrival, *, by: str) -> bool:
        """Write all of it at once; False when the run is here already."""
        run, now = arrival.run, self._clock.now_ms()
        with writing(self._engine) as db:
            if _is_here(db, run["id"], run["origin"], run["remote_id"]):
                return False
            # What has this mark is never sent: the database itself sees to that.
            row = {**run, "adopted_at": run["adopted_at"] or now}
            db.execute(schema.run.insert().values(**row))
            for picture in arrival.pictures:
                db.execute(schema.picture.insert().values(run_id=run["id"], **picture))
            book(db, run["id"], at=now)
            index_run(db, run["id"], run["prompt"])
            put_fingerprint(db, run["id"], run["model_id"], run["input"])
            self._mark(db, arrival, by, now)
            self._tag(db, arrival, by, now)
            tell(db, self._clock, run["id"], BROUGHT_IN)
        return True

    def _mark(self, db: sa.Connection, arrival: Arrival, by: str, now: int) -> None:
        if arrival.favourite or arrival.rating or arrival.remark:
            values: dict[str, Any] = {"favourite": int(arrival.favourite)}
            values |= {"rating": arrival.rating, "remark": arrival.remark}
            values |= {"changed_at": now, "changed_by": by}
            db.execute(mark.insert().values(run_id=arrival.run["id"], **values))

    def _tag(self, db: sa.Connection, arrival: Arrival, by: str, now: int) -> None:
        line = schema_history.run_index
        no = db.scalar(sa.select(line.c.no).where(line.c.run_id == arrival.run["id"]))
        for name in arrival.tags:
            tag_id = db.scalar(sa.select(tag.c.id).where(tag.c.name == name))
            if tag_id is None:
                made = tag.insert().values(name=name, created_at=now, created_by=by)
                tag_id = db.execute(made.returning(tag.c.id)).scalar_one()
            db.execute(run_tag.insert().values(tag_id=tag_id, no=no))


def _is_here(db: sa.Connection, run_id: str, origin: str, remote_id: str | None) -> bool:
    run = schema.run
    if db.scalar(sa.select(run.c.id).where(run.c.id == run_id)) is not None:
        return True
    same = sa.select(run.c.id).where(run.c.origin == origin, run.c.remote_id == remote_id)
    return remote_id is not None and db.scalar(same) is not None
