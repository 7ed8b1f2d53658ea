"""A charge in every hour of a year: whatever the zone and the bucket, each is counted once."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from lib.domain.buckets import Bucket
from lib.domain.days import start_ms
from lib.domain.spend import Cut, Group
from lib.store import schema
from lib.store.charges import book_all
from lib.store.database import open_database, writing
from lib.store.day_sums import sum_by_day
from lib.store.migrate import migrate
from lib.store.tables import Tables
from tests.store.ended_runs import run_row

HOUR_MS = 3_600_000
YEAR = 2026
BEGIN_MS = int(datetime(YEAR - 1, 12, 30, tzinfo=UTC).timestamp() * 1000)
HOURS = (365 + 4) * 24
"""Two days more at both ends: the year begins and ends at another moment in each zone."""
MINUTES = (0, 14, 15, 29, 30, 44, 45, 59)
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",  # its clocks go back at 1:00: midnight comes twice
    "America/St_Johns",  # half an hour off, with summer time
    "Africa/Cairo",  # its summer begins at midnight: that day has no 0:00
    "Asia/Kathmandu",  # a quarter of an hour off
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # its summer time is half an hour
    "Pacific/Chatham",  # three quarters of an hour off, summer in January
    "Pacific/Kiritimati",  # the first to have a day
    "Pacific/Pago_Pago",  # the last, a day and an hour later
)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[sa.Engine, dict[int, int]]]:
    """The database, and what was charged at which moment: each hour another amount."""
    folder: Path = tmp_path_factory.mktemp("year")
    database = open_database(folder / "plantain.db")
    migrate(database)
    charged = {}
    for hour in range(HOURS):
        at = BEGIN_MS + hour * HOUR_MS + MINUTES[hour % len(MINUTES)] * 60_000
        charged[at] = 1_000 + hour
    with writing(database) as db:
        rows = [
            run_row(f"{n}", created_at=at, cost_micros=micros, created_by=("ana", "bob")[n % 2])
            for n, (at, micros) in enumerate(charged.items())
        ]
        db.execute(schema.run.insert(), rows)
        book_all(db)
    yield database, charged
    database.dispose()


def local_bucket(at_ms: int, bucket: Bucket, zone: ZoneInfo) -> tuple[object, ...]:
    """Where a moment belongs by the clock on the wall."""
    local = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone)
    match bucket:
        case Bucket.HOUR:
            return local.date(), local.hour, local.utcoffset()
        case Bucket.DAY:
            return (local.date(),)
        case Bucket.WEEK:
            return (local.date() - timedelta(days=local.weekday()),)
        case _:
            return local.year, local.month


@pytest.mark.parametrize("zone_name", ZONES)
def test_every_hour_of_a_year_is_in_one_bucket_of_each_kind(
    year: tuple[sa.Engine, dict[int, int]], zone_name: str
) -> None:
    database, charged = year
    zone = ZoneInfo(zone_name)
    edges = start_ms(date(YEAR, 1, 1), zone), start_ms(date(YEAR + 1, 1, 1), zone)
    of_year = {at: micros for at, micros in charged.items() if edges[0] <= at < edges[1]}
    assert len(of_year) == 365 * 24
    whole = Cut("sandbox", *edges, zone)
    tables = Tables(database)

    for is_summed in (False, True):  # by quarters of an hour, then by the days of the zone
        if is_summed:
            sum_by_day(database, zone)
        for bucket in Bucket:
            found = tables.sums(whole, bucket=bucket)
            assert int(found["amount_micros"].sum()) == sum(of_year.values())
            due = Counter[object]()
            for at, micros in of_year.items():
                due[local_bucket(at, bucket, zone)] += micros
            starts = [at.value // 10**6 for at in found["bucket"]]
            amounts = found["amount_micros"].astype(int)
            inside = {bisect_right(starts, at): at for at in of_year}  # a moment of each bucket
            names = [local_bucket(inside[n], bucket, zone) for n in range(1, len(starts) + 1)]
            assert dict(zip(names, amounts, strict=True)) == due
            assert len(starts) == len(due)


@pytest.mark.parametrize("zone_name", ZONES)
def test_parts_of_a_year_are_the_whole_of_it(
    year: tuple[sa.Engine, dict[int, int]], zone_name: str
) -> None:
    database, _ = year
    zone = ZoneInfo(zone_name)
    days = [start_ms(date(YEAR, 1, 1) + timedelta(days=n), zone) for n in (0, 37, 90, 271, 365)]
    tables = Tables(database)

    whole = tables.sums(Cut("sandbox", days[0], days[-1], zone), (Group.PERSON,))
    parts = [
        tables.sums(Cut("sandbox", begin, end, zone), (Group.PERSON,))
        for begin, end in pairwise(days)
    ]

    for person in ("ana", "bob"):
        total = sum(int(part.set_index("created_by")["amount_micros"][person]) for part in parts)
        assert total == int(whole.set_index("created_by")["amount_micros"][person])
