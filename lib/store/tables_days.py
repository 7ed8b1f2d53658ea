"""The sums of a cut that is made of whole days: from the sums by day, also by tag.

They have a hundredth of the rows that the quarters of an hour have, and no run is looked up for its
tags. What days cannot answer (hours, another zone, several tags that a run may have together) says
`answers`.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from lib.domain.buckets import Bucket, Span
from lib.domain.run import CostBasis
from lib.domain.spend import Cut, Group
from lib.store.schema_days import ALL, TAGGED, charge_day, report_day
from lib.store.schema_history import tag
from lib.store.tables_spans import BUCKET, as_table, numbers

day = charge_day.c
SIGN = sa.case((day.tag_id == TAGGED, -1), else_=1)
"""What has no tag is all there is, less what has any."""
TOTALS = ("lines", "quantity", "amount_micros")
Query = sa.Select[*tuple[Any, ...]]


def answers(db: sa.Connection, cut: Cut, spans: Sequence[Span], by: Sequence[Group]) -> bool:
    """Whether each span begins and ends with a day that is summed by, and the tags can be told."""
    if Group.EXPERIMENT in by or cut.chosen(Group.EXPERIMENT):
        return False
    tags = cut.chosen(Group.TAG)
    if len(tags) > 1 or (tags and Group.TAG in by):
        return False
    edges = sorted({edge for span in spans for edge in span})
    known = sa.select(sa.func.count()).where(report_day.c.start.in_(numbers(edges)))
    return bool(db.scalar(known) == len(edges))


def days_query(
    cut: Cut, spans: Sequence[Span], by: Sequence[Group], bucket: Bucket | None
) -> Query:
    """As `tables_spend.sums_query`, of a cut that days can answer."""
    source: sa.FromClause
    begins, ends, within = sa.literal(cut.from_ms), sa.literal(cut.to_ms), _charges(cut, by)
    if bucket in (None, Bucket.DAY):  # in the order that the days are in: nothing is sorted
        at, source = (begins if bucket is None else day.day), charge_day
        within = (*within, day.day >= begins, day.day < ends)
    else:
        at, ends, span = as_table(spans)
        source = span.join(charge_day, sa.and_(*within, day.day >= at, day.day < ends))
        within = ()
    if Group.TAG in by:
        source = source.outerjoin(tag, tag.c.id == day.tag_id)
    names = [_column(group).label(group) for group in by]
    return (
        sa.select(at.label(BUCKET), *names, *_totals(cut, by))
        .select_from(source)
        .where(*within)
        .group_by(*([] if bucket is None else [at]), *names)
        .order_by(*([] if bucket is None else [at]), *names)
    )


def _charges(cut: Cut, by: Sequence[Group]) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        day.origin == cut.origin,
        _of_tags(cut, by),
        day.basis != CostBasis.IN_DOUBT,
        *(charge_day.c[group].in_(values) for group, values in cut.filters if group != Group.TAG),
    )


def _totals(cut: Cut, by: Sequence[Group]) -> list[sa.ColumnElement[int]]:
    has_tags = Group.TAG in by or cut.chosen(Group.TAG)
    sums = {name: SIGN * day[name] if has_tags else day[name] for name in TOTALS}
    return [sa.func.sum(told).label(name) for name, told in sums.items()]


def _of_tags(cut: Cut, by: Sequence[Group]) -> sa.ColumnElement[bool]:
    if Group.TAG in by:
        every = sa.union_all(
            sa.select(tag.c.id), *(sa.select(sa.literal(at)) for at in (ALL, TAGGED))
        )
        return day.tag_id.in_(every)
    chosen = cut.chosen(Group.TAG)
    if not chosen:
        return day.tag_id == ALL
    if chosen == ("",):
        return day.tag_id.in_((ALL, TAGGED))
    return day.tag_id.in_(sa.select(tag.c.id).where(tag.c.name.in_(chosen)))


def _column(group: Group) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(tag.c.name, "") if group is Group.TAG else charge_day.c[group]
