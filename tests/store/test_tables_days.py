"""Whole days of the team's zone are read from the sums by day, and say what the lines say."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.domain.buckets import Bucket, buckets_between
from lib.domain.days import start_ms
from lib.domain.spend import Cut, Group
from lib.store.database import open_database, writing
from lib.store.day_sums import sum_by_day
from lib.store.migrate import migrate
from lib.store.tables import Tables
from lib.store.tables_days import answers, days_query
from lib.store.tables_spend import sums_query
from tests.store.ended_runs import book, put, put_pictures, run_row
from tests.store.test_tables_spend import put_tags

ZONE = ZoneInfo("America/Havana")  # its clocks go back on 1 November 2026, and midnight comes twice
FIRST = date(2026, 10, 25)
FROM_MS = start_ms(FIRST, ZONE)
DAYS = 14
HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """A run every three hours and a bit, of three people, some with tags."""
    folder: Path = tmp_path_factory.mktemp("days")
    database = open_database(folder / "plantain.db")
    migrate(database)
    sum_by_day(database, ZONE)
    names = [f"{n:03}" for n in range(110)]
    for n, name in enumerate(names):
        told = {
            "created_at": FROM_MS + n * 11_000_007,
            "created_by": ("ana", "bob", "")[n % 3],
            "cost_basis": ("confirmed", "computed", "in doubt")[n % 7 % 3],
            "cost_micros": None if n % 7 % 3 == 2 else 80_001 + n * n,
            "state": ("stored", "parked")[n % 7 % 3 == 2],
            "input": {"resolution": ("1K", "2K")[n % 2]},
        }
        put(database, run_row(name, **told))
        put_pictures(database, name, n % 3)
    book(database)
    put_tags(database, red=tuple(names[::4]), blue=tuple(names[::6]), green=())
    yield database
    database.dispose()


def cut(first: int = 0, days: int = DAYS, **filters: tuple[str, ...]) -> Cut:
    begins, ends = FIRST + timedelta(days=first), FIRST + timedelta(days=first + days)
    chosen = tuple((Group(name), values) for name, values in filters.items())
    return Cut("sandbox", start_ms(begins, ZONE), start_ms(ends, ZONE), ZONE, chosen)


OF_DAYS = [group for group in Group if group is not Group.EXPERIMENT]
TAGS = st.sampled_from([None, None, ("red",), ("blue",), ("green",), ("",), ("no such tag",)])
OTHERS = st.sampled_from([None, (Group.PERSON, "ana"), (Group.RESOLUTION, "2K")])


@settings(max_examples=150, deadline=None)
@given(
    first=st.integers(0, DAYS),
    days=st.integers(0, DAYS),
    bucket=st.sampled_from([None, Bucket.DAY, Bucket.WEEK, Bucket.MONTH]),
    by=st.lists(st.sampled_from(OF_DAYS), unique=True, max_size=2),
    tag=TAGS,
    other=OTHERS,
)
def test_the_days_say_what_the_lines_say(
    database: sa.Engine,
    first: int,
    days: int,
    bucket: Bucket | None,
    by: list[Group],
    tag: tuple[str, ...] | None,
    other: tuple[Group, str] | None,
) -> None:
    asked = cut(first, days, **({} if tag is None else {"tag": tag}))
    if other is not None:
        asked = asked.where(*other)
    spans = [(asked.from_ms, asked.to_ms)]
    if bucket is not None:
        spans = buckets_between(bucket, *spans[0], ZONE)
    if tag is not None:
        by = [group for group in by if group is not Group.TAG]

    with database.connect() as db:
        assert answers(db, asked, spans, by)
        assert found(db, days_query(asked, spans, by, bucket)) == found(
            db, sums_query(asked, spans, by)
        )


def found(db: sa.Connection, query: Any) -> list[tuple[Any, ...]]:
    """The rows that say anything."""
    return [tuple(row) for row in db.execute(query) if any(row[-3:])]


@pytest.mark.parametrize(
    ("asked", "by"),
    [
        (cut().during(FROM_MS + HOUR_MS, FROM_MS + 25 * HOUR_MS), ()),
        (cut().during(FROM_MS, FROM_MS + HOUR_MS), ()),
        (cut(tag=("red", "blue")), ()),
        (cut(tag=("red",)), (Group.TAG,)),
        (cut(experiment=("e1",)), ()),
        (cut(), (Group.EXPERIMENT,)),
    ],
)
def test_days_do_not_answer_what_they_cannot_know(
    database: sa.Engine, asked: Cut, by: tuple[Group, ...]
) -> None:
    with database.connect() as db:
        assert not answers(db, asked, [(asked.from_ms, asked.to_ms)], by)


def test_another_zone_than_that_of_the_days_is_summed_all_the_same(database: sa.Engine) -> None:
    kathmandu = ZoneInfo("Asia/Kathmandu")
    edges = (start_ms(FIRST, kathmandu), start_ms(FIRST + timedelta(days=DAYS), kathmandu))
    asked = Cut("sandbox", *edges, kathmandu)
    before = Tables(database).sums(asked, (Group.PERSON,), Bucket.DAY)
    sum_by_day(database, kathmandu)
    with database.connect() as db:
        assert answers(db, asked, [edges], ())

    after = Tables(database).sums(asked, (Group.PERSON,), Bucket.DAY)

    assert after.equals(before)
    assert len(after) > DAYS
    sum_by_day(database, ZONE)


@pytest.mark.parametrize(
    ("by", "filters"),
    [((), {}), ((Group.PERSON, Group.SKU), {}), ((Group.TAG,), {"created_by": ("ana",)})],
)
def test_reports_of_days_read_no_line_and_only_their_days(
    database: sa.Engine, by: tuple[Group, ...], filters: dict[str, tuple[str, ...]]
) -> None:
    plans: list[str] = []

    @sa.event.listens_for(database, "before_cursor_execute")
    def explain(_db: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            steps = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            plans.extend(step[3] for step in steps)

    Tables(database).sums(cut(**filters), by, Bucket.DAY)
    sa.event.remove(database, "before_cursor_execute", explain)

    assert any("PRIMARY KEY (origin=? AND tag_id=? AND day>? AND day<?" in at for at in plans)
    assert not any("charge_line" in at or "charge_rollup" in at for at in plans)


def test_what_is_written_between_two_questions_of_one_report_is_not_seen(
    database: sa.Engine,
) -> None:
    """Else the days could be those of another zone by the time they are summed."""
    seen: list[str] = []

    @sa.event.listens_for(database, "after_cursor_execute")
    def change(_db: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "report_day" in statement and not seen:
            seen.append(statement)
            with writing(database) as db:
                db.exec_driver_sql("UPDATE charge_day SET amount_micros = amount_micros + 1")

    before = Tables(database).sums(cut())
    sa.event.remove(database, "after_cursor_execute", change)

    assert seen
    assert not Tables(database).sums(cut()).equals(before)
    with writing(database) as db:
        db.exec_driver_sql("UPDATE charge_day SET amount_micros = amount_micros - 1")
    assert Tables(database).sums(cut()).equals(before)
