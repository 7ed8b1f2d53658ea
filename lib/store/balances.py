"""Keeping readings of the account's balance, each with what our runs had cost at the time."""

import sqlalchemy as sa

from lib.domain.clock import Clock
from lib.domain.outside_spend import BalanceReading
from lib.domain.run import OPEN
from lib.store import schema
from lib.store.database import writing
from lib.store.schema_balances import IS_ADOPTED, balance_reading

CHARGED_WITHIN_MS = 60_000
"""How long after a run has ended its charge may still be missing from the balance."""
OLDEST_MS = 31 * 24 * 3600 * 1000
"""Older readings are not summed up."""


class Balances:
    """Writes and reads the readings of one `origin`."""

    def __init__(self, engine: sa.Engine, clock: Clock, *, origin: str) -> None:
        self._engine = engine
        self._clock = clock
        self._origin = origin

    def ours_if_quiet(self) -> int | None:
        """What our own runs have cost, in micro-dollars; None while a charge may be on its way."""
        run, event = schema.run, schema.event
        cost, mine = sa.func.sum(run.c.cost_micros), run.c.origin == self._origin
        is_open = sa.exists().where(mine, sa.text(schema.one_of("state", OPEN)))
        newest = sa.select(event.c.at).order_by(event.c.seq.desc()).limit(1)
        # One statement sees one moment. Each part has an index of its own.
        query = sa.select(
            is_open.label("is_open"),
            newest.scalar_subquery().label("newest"),
            sa.select(cost).where(mine).scalar_subquery().label("all"),
            sa.select(cost).where(mine, IS_ADOPTED).scalar_subquery().label("elsewhere"),
        )
        with self._engine.connect() as db:
            now = db.execute(query).one()
        lately = self._clock.now_ms() - CHARGED_WITHIN_MS
        if now.is_open or (now.newest or 0) > lately:
            return None
        return int(now.all or 0) - int(now.elsewhere or 0)

    def keep(self, balance_micros: int, ours_micros: int) -> None:
        """Keep a reading, unless it says what the newest one says."""
        reading = balance_reading
        values = {"balance_micros": balance_micros, "ours_micros": ours_micros}
        with writing(self._engine) as db:
            last = db.execute(
                sa.select(reading.c.balance_micros, reading.c.ours_micros)
                .where(reading.c.origin == self._origin)
                .order_by(reading.c.at.desc(), reading.c.seq.desc())
                .limit(1)
            ).one_or_none()
            if last is None or tuple(last) != (balance_micros, ours_micros):
                at = self._clock.now_ms()
                db.execute(reading.insert().values(origin=self._origin, at=at, **values))

    def readings(self) -> list[BalanceReading]:
        """Those of the last month, in their order."""
        reading = balance_reading
        query = (
            sa.select(reading.c.at, reading.c.balance_micros, reading.c.ours_micros)
            .where(reading.c.origin == self._origin)
            .where(reading.c.at >= self._clock.now_ms() - OLDEST_MS)
            .order_by(reading.c.seq)
        )
        with self._engine.connect() as db:
            return [BalanceReading(*row) for row in db.execute(query)]

    def elsewhere_since(self, since_ms: int) -> int:
        """What the runs have cost that others made on this account since then."""
        run = schema.run
        query = sa.select(sa.func.sum(run.c.cost_micros)).where(
            run.c.origin == self._origin,
            run.c.created_at >= since_ms,
            IS_ADOPTED,
        )
        with self._engine.connect() as db:
            return int(db.scalar(query) or 0)
