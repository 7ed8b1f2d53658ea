"""Spans of time as a table of the database: the only place that knows how SQLite makes one."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from lib.domain.buckets import Span

BUCKET = "bucket"


def as_table(spans: Sequence[Span]) -> tuple[Any, Any, Any]:
    """When each span begins, when it is over, and the table that has them."""
    told = sa.bindparam("spans", json.dumps(spans), sa.Text, unique=True)
    each = sa.func.json_each(told).table_valued("value", name="each")
    begins, ends = (sa.func.json_extract(each.c.value, f"$[{at}]") for at in (0, 1))
    span = sa.select(begins.label("begins"), ends.label("ends")).cte("span")
    # Else the text is taken apart again for each row that is joined.
    span = span.prefix_with("MATERIALIZED")
    return span.c.begins, span.c.ends, span


def numbers(values: Sequence[int]) -> sa.Select[tuple[Any]]:
    """The numbers, a row each."""
    told = sa.bindparam("numbers", json.dumps(values), sa.Text, unique=True)
    return sa.select(sa.func.json_each(told).table_valued("value", name="number").c.value)
