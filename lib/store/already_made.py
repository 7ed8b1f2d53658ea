"""Finding what was made before, and noting what using it has saved."""

from collections.abc import Mapping
from functools import cache

import sqlalchemy as sa

from lib.domain.already_made import Made, Saved
from lib.domain.clock import Clock
from lib.store import schema
from lib.store.already_made_many import newest_of_many
from lib.store.database import writing
from lib.store.schema_history import IS_OF_USE, saving
from lib.store.schema_history import run_index as index

picture = schema.picture
PICTURES = (
    sa.select(picture.c.sha256)
    .where(
        picture.c.run_id == sa.bindparam("run_id"),
        picture.c.problem.is_(None),
        picture.c.freed_at.is_(None),
    )
    .order_by(picture.c.number)
)
"""Those of a run that can be shown."""


class AlreadyMade:
    """Looks for runs of one `origin`: play money buys no real pictures, nor the other way round."""

    def __init__(self, engine: sa.Engine, clock: Clock, *, origin: str) -> None:
        self._engine = engine
        self._clock = clock
        self._origin = origin

    def find(self, wanted: Mapping[str, int]) -> dict[str, Made]:
        """For each fingerprint the newest run with as many pictures as are wanted, if there is one.

        Never one that was deleted, nor one whose files cannot be shown.
        """
        if len(wanted) > 1:
            with self._engine.connect() as db:
                return newest_of_many(db, self._origin, wanted)
        with self._engine.connect() as db:
            found = {
                fingerprint: _newest(db, self._origin, fingerprint, pictures)
                for fingerprint, pictures in wanted.items()
            }
        return {fingerprint: made for fingerprint, made in found.items() if made is not None}

    def use(self, made: Made, fingerprint: str, *, by: str, click_token: str, micros: int) -> bool:
        """Note that it was used instead of a run of so many micro-dollars; once for each click.

        False when its pictures are not there any more: they may be deleted at any time.
        """
        used = {"origin": self._origin, "at": self._clock.now_ms(), "by": by}
        same = (saving.c.by == by, saving.c.click_token == click_token)
        with writing(self._engine) as db:
            still = _newest(db, self._origin, fingerprint, made.pictures, only=made.run_id)
            if still is None:
                return False
            if db.scalar(sa.select(saving.c.seq).where(*same)) is None:
                values = {**used, "run_id": made.run_id, "click_token": click_token}
                db.execute(saving.insert().values(**values, amount_micros=micros))
            return True

    def saved(self, from_ms: int, to_ms: int) -> Saved:
        """What was saved in a span, half-open, ms UTC."""
        query = sa.select(sa.func.count(), sa.func.sum(saving.c.amount_micros)).where(
            saving.c.origin == self._origin, saving.c.at >= from_ms, saving.c.at < to_ms
        )
        with self._engine.connect() as db:
            times, micros = db.execute(query).one()
        return Saved(int(times), int(micros or 0))


def _newest(
    db: sa.Connection, origin: str, fingerprint: str, wanted: int, *, only: str | None = None
) -> Made | None:
    values = {"origin": origin, "fingerprint": fingerprint, "wanted": wanted, "only": only}
    row = db.execute(_query(is_one=only is not None), values).one_or_none()
    if row is None:
        return None
    shown = db.execute(PICTURES, {"run_id": row.run_id}).scalars().all()
    if not shown:  # the bin was emptied in between
        return None
    return Made(row.run_id, row.created_by, row.created_at, shown[0], len(shown))


@cache
def _query(*, is_one: bool) -> sa.Select[tuple[str, str, int]]:
    """The newest run of a request that has all its pictures; made once, since pages wait for it."""
    here = sa.select(sa.func.count()).where(
        picture.c.run_id == index.c.run_id,
        picture.c.problem.is_(None),
        picture.c.freed_at.is_(None),
    )
    query = (
        sa.select(index.c.run_id, index.c.created_by, index.c.created_at)
        .where(
            index.c.origin == sa.bindparam("origin"),
            index.c.fingerprint == sa.bindparam("fingerprint"),
            IS_OF_USE,
            here.correlate(index).scalar_subquery() >= sa.bindparam("wanted"),
        )
        .order_by(index.c.no.desc())
        .limit(1)
    )
    return query.where(index.c.run_id == sa.bindparam("only")) if is_one else query
