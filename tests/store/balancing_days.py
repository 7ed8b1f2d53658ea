"""What the sums by day have to be, counted in Python from the lines and the tags of their runs."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lib.store.day_sums import day_starts
from lib.store.schema_days import ALL, TAGGED

PARTS = "created_by, model_id, resolution, sku, outcome, basis"
Sums = dict[tuple[Any, ...], tuple[int, int, int]]


def assert_days_are_the_lines(db: sa.Connection) -> None:
    """Every day of the zone has what its lines sum to, by tag and in all."""
    zone = db.exec_driver_sql("SELECT zone FROM report_zone").scalar()
    due = {} if zone is None else sums_of_lines(db, day_starts(ZoneInfo(zone)))
    assert sums_of_days(db) == due


def sums_of_days(db: sa.Connection) -> Sums:
    rows = db.exec_driver_sql(
        f"SELECT origin, tag_id, day, {PARTS}, lines, quantity, amount_micros FROM charge_day"
        " WHERE lines != 0 OR quantity != 0 OR amount_micros != 0"
    )
    return {tuple(row[:9]): (row[9], row[10], row[11]) for row in rows}


def sums_of_lines(db: sa.Connection, starts: Sequence[int]) -> Sums:
    lines, quantities, amounts = Counter[Any](), Counter[Any](), Counter[Any]()
    tags = _tags(db)
    rows = db.exec_driver_sql(
        f"SELECT run_id, counts_at, kind, quantity, amount_micros, origin, {PARTS} FROM charge_line"
    )
    for run_id, at, kind, quantity, amount, origin, *parts in rows:
        if at < starts[0]:
            continue
        day = starts[bisect_right(starts, at) - 1]
        for tag in _counted_as(tags.get(run_id, [])):
            key = (origin, tag, day, *parts)
            lines[key] += 1 if kind == "charge" else -1
            quantities[key] += quantity
            amounts[key] += amount
    sums = {key: (lines[key], quantities[key], amounts[key]) for key in lines}
    return {key: told for key, told in sums.items() if any(told)}


def _tags(db: sa.Connection) -> dict[str, list[int]]:
    rows = db.exec_driver_sql("SELECT run_id, tag_id FROM run_tag JOIN run_index USING (no)").all()
    found: dict[str, list[int]] = {}
    for run_id, tag in rows:
        found.setdefault(run_id, []).append(tag)
    return found


def _counted_as(tags: list[int]) -> Iterator[int]:
    yield ALL
    if tags:
        yield TAGGED
    yield from tags
