"""The sums of a cut through the charges, by groups and by bucket: what every report of costs reads.

`sums` is the one way to ask. Whole days of the team's zone are read from the sums by day, all else
that the quarters of an hour know from those; what only the run itself knows (several tags at a
time) is summed from the lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lib.domain.buckets import Bucket, Span, buckets_between
from lib.domain.run import CostBasis
from lib.domain.spend import Cut, Group
from lib.store.charged_runs import of_experiments, tagged
from lib.store.schema_charges import charge_line, charge_rollup
from lib.store.schema_experiments import experiment_run
from lib.store.schema_history import run_index, run_tag, tag
from lib.store.tables_charges import AT, skus
from lib.store.tables_days import answers, days_query
from lib.store.tables_spans import BUCKET, as_table

if TYPE_CHECKING:
    import pandas as pd

line, rollup = charge_line.c, charge_rollup.c
OF_RUNS = frozenset({Group.TAG, Group.EXPERIMENT})
"""What is no column of the charges: only the run knows it."""
SUM_DTYPES = {"lines": "Int64", "quantity": "Int64", "amount_micros": "Int64"}

Condition = sa.ColumnElement[bool]
Query = sa.Select[*tuple[Any, ...]]
Row = dict[str, Any]


def sums(
    db: sa.Connection, cut: Cut, by: Sequence[Group] = (), bucket: Bucket | None = None
) -> pd.DataFrame:
    """The charges of a cut, summed by these groups and by the buckets of its zone.

    Columns: `bucket` (when one begins, only with `bucket`; the first is cut short with its span),
    one of text for each of `by`, named by it, then SUM_DTYPES. Where nothing was charged there is
    no row. Without `by` and `bucket` there is one row, or none. By TAG a charge stands with each
    tag of its run, and under the empty text when it has none. `db` has to show one moment all
    along.
    """
    from lib.store.tables_frames import frame

    spans = [(cut.from_ms, cut.to_ms)]
    if bucket is not None:
        spans = buckets_between(bucket, cut.from_ms, cut.to_ms, cut.zone)
    names = [*([BUCKET] if bucket is not None else []), *map(str, by)]
    if told_by_experiments(cut, by):
        named = _rows(db, named_query(cut, spans, by))
        others = [group for group in by if group is not Group.EXPERIMENT]
        rows = with_rest(named, _rows(db, _query(db, cut, spans, others, bucket)), names)
    else:
        rows = _rows(db, _query(db, cut, spans, by, bucket))
    dtypes = dict.fromkeys([*names, *SUM_DTYPES], "object") | SUM_DTYPES
    if bucket is not None:
        dtypes[BUCKET] = "datetime64[ms, UTC]"
    return frame([row for row in rows if any(row[name] for name in SUM_DTYPES)], dtypes)


def _rows(db: sa.Connection, query: Query) -> list[Row]:
    return [dict(row) for row in db.execute(query).mappings()]


def _query(
    db: sa.Connection, cut: Cut, spans: Sequence[Span], by: Sequence[Group], bucket: Bucket | None
) -> Query:
    if answers(db, cut, spans, by):
        return days_query(cut, spans, by, bucket)
    return sums_query(cut, spans, by)


def on_lines(cut: Cut) -> list[Condition]:
    """That a line has what a cut asks for."""
    return [_filter(charge_line, group, values) for group, values in cut.filters]


def sums_query(cut: Cut, spans: Sequence[Span], by: Sequence[Group] = ()) -> Query:
    """The same as SQL: `bucket`, the groups, and SUM_DTYPES; NULL where a span has no charges."""
    from_lines = bool(OF_RUNS & ({*by} | {group for group, _ in cut.filters}))
    table = charge_line if from_lines else charge_rollup
    names = [_column(table, group).label(group) for group in by]
    begins, ends, source = as_table(spans)
    # The spans come first, and the charges of each are found by index: nothing may turn that round.
    source = source.outerjoin(table, sa.and_(*_within(table, cut, begins, ends)))
    if Group.TAG in by:
        source = source.outerjoin(run_index, run_index.c.run_id == line.run_id)
        source = source.outerjoin(run_tag, run_tag.c.no == run_index.c.no)
        source = source.outerjoin(tag, tag.c.id == run_tag.c.tag_id)
    if Group.EXPERIMENT in by:
        source = source.outerjoin(experiment_run, experiment_run.c.run_id == line.run_id)
    return (
        sa.select(begins.label(BUCKET), *names, *_totals(table))
        .select_from(source)
        .group_by(begins, *names)
        .order_by(begins, *names)
    )


# -- by experiment ----------------------------------------------------------------------------------


def told_by_experiments(cut: Cut, by: Sequence[Group]) -> bool:
    """Whether the runs of experiments tell it all: what is of none is the rest of the sums."""
    return Group.EXPERIMENT in by and Group.TAG not in by and not cut.chosen(Group.EXPERIMENT)


def named_query(cut: Cut, spans: Sequence[Span], by: Sequence[Group]) -> Query:
    """As `sums_query`, of what experiments have made alone; all else is under NULL.

    Their runs are asked one by one: they are few beside the charges of a span, each of which would
    have to be asked whether an experiment made it.
    """
    begins, ends, span = as_table(spans)
    own = sa.and_(line.run_id == experiment_run.c.run_id, *_asked(charge_line, cut))
    source = sa.outerjoin(experiment_run, charge_line, own)
    source = source.outerjoin(span, sa.and_(begins <= AT, ends > AT))
    names = [_column(charge_line, group).label(group) for group in by]
    return (
        sa.select(begins.label(BUCKET), *names, *_totals(charge_line))
        .select_from(source)
        .group_by(begins, *names)
    )


def with_rest(named: Sequence[Row], every: Sequence[Row], names: Sequence[str]) -> list[Row]:
    """What each experiment has, and under the empty text what is left of all of it, in order."""
    known = [row for row in named if row[BUCKET] is not None]
    keys = [name for name in names if name != Group.EXPERIMENT]
    rest = {
        tuple(row[name] for name in keys): {**row, Group.EXPERIMENT: ""}
        for row in every
        if row["lines"] is not None
    }
    for row in known:
        nothing = {**row, Group.EXPERIMENT: "", **dict.fromkeys(SUM_DTYPES, 0)}
        left = rest.setdefault(tuple(row[name] for name in keys), nothing)
        for name in SUM_DTYPES:
            left[name] -= row[name]
    return sorted([*known, *rest.values()], key=lambda row: tuple(row[name] for name in names))


# -- in SQL ------------------------------------------------------------------------------------------


def _within(table: sa.Table, cut: Cut, begins: Any, ends: Any) -> list[Condition]:
    at = AT if table is charge_line else rollup.slot
    found = [at >= begins, at < ends, *_asked(table, cut)]
    return [*found, line.sku.in_(skus(cut.origin))] if table is charge_line else found


def _asked(table: sa.Table, cut: Cut) -> list[Condition]:
    return [
        table.c.origin == cut.origin,
        table.c.basis != CostBasis.IN_DOUBT,
        *(_filter(table, group, values) for group, values in cut.filters),
    ]


def _column(table: sa.Table, group: Group) -> sa.ColumnElement[Any]:
    if group not in OF_RUNS:
        return table.c[group]
    # Without a line there is no tag either: NULL, as the other columns.
    known = tag.c.name if group is Group.TAG else experiment_run.c.experiment_id
    return sa.case((line.seq.is_not(None), sa.func.coalesce(known, "")))


def _filter(table: sa.Table, group: Group, values: tuple[str, ...]) -> Condition:
    if group is Group.TAG:
        return sa.or_(*tagged(line.run_id, values))
    if group is Group.EXPERIMENT:
        return sa.or_(*of_experiments(line.run_id, values))
    return table.c[group].in_(values)


def _totals(table: sa.Table) -> list[sa.ColumnElement[Any]]:
    sign = sa.case((line.kind == "charge", 1), (line.kind == "reversal", -1))
    lines = sign if table is charge_line else rollup["lines"]
    return [
        sa.func.sum(lines).label("lines"),
        sa.func.sum(table.c.quantity).label("quantity"),
        sa.func.sum(table.c.amount_micros).label("amount_micros"),
    ]
