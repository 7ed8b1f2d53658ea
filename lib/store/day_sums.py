"""The sums by day follow the team's zone: made anew, as a whole, when the zone has changed."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lib.domain.days import start_ms
from lib.store.database import writing
from lib.store.migrations import day_triggers
from lib.store.schema_days import charge_day, report_day, report_zone

FIRST_DAY, DAYS = date(2023, 1, 1), 8_000
"""More than twenty years. A report of days before or after reads the quarters of an hour."""

Tell = Callable[[str], None]


def sum_by_day(engine: sa.Engine, zone: ZoneInfo, *, tell: Tell = lambda text: None) -> None:
    """Keep the sums by the days of `zone` from now on; `tell` hears when they are made anew.

    All of it is one transaction: whatever happens, the sums are those of the old zone or of the
    new.
    """
    starts = day_starts(zone)
    with engine.connect() as db:
        if is_summed_by(db, zone, starts):
            return
    tell(f"Adding up the charges by the days of {zone.key}.")
    with writing(engine) as db:
        if not is_summed_by(db, zone, starts):  # another process may have been quicker
            _sum_anew(db, zone, starts)


@cache
def day_starts(zone: ZoneInfo) -> tuple[int, ...]:
    """When each day begins, ms UTC, and when the last one is over."""
    return tuple(
        sorted({start_ms(FIRST_DAY + timedelta(days=day), zone) for day in range(DAYS + 1)})
    )


def is_summed_by(db: sa.Connection, zone: ZoneInfo, starts: tuple[int, ...]) -> bool:
    """Whether the sums are those of the zone, whose rules may have changed under the same name."""
    if db.scalar(sa.select(report_zone.c.zone)) != zone.key:
        return False
    return tuple(db.scalars(sa.select(report_day.c.start).order_by(report_day.c.start))) == starts


def _sum_anew(db: sa.Connection, zone: ZoneInfo, starts: tuple[int, ...]) -> None:
    for table in (charge_day, report_day, report_zone):
        db.execute(table.delete())
    db.execute(report_zone.insert().values(zone=zone.key))
    db.execute(report_day.insert(), [{"start": start} for start in starts])
    db.exec_driver_sql(day_triggers.FILL_DAYS)
    db.exec_driver_sql(day_triggers.FILL_TAGS)
