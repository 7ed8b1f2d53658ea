"""The sums of a cut that is made of whole days: from the sums by day, also by tag.

They have a hundredth of the rows that the quarters of an hour have, and no run is looked up for its
tags. What days cannot answer (hours, another zone, several tags that a run may have together) says
`answers`.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from lib.domain.buckets import Span
from lib.domain.run import CostBasis
from lib.domain.spend import Cut, Group
from lib.store.schema_days import ALL, TAGGED, charge_day, report_day
from lib.store.schema_history import tag
from lib.store.tables_spans import BUCKET, as_table, numbers

day = charge_day.c
SIGN = sa.case((day.tag_id == TAGGED, -1), else_=1)
"""What has no tag is all there is, less what has any."""
Query = sa.Select[*tuple[Any, ...]]


def answers(db: sa.Connection, cut: Cut, spans: Sequence[Span], by: Sequence[Group]) -> bool:
    """Whether each span begins and ends with a day that is summed by, and the tags can be told."""
    tags = cut.chosen(Group.TAG)
    if len(tags) > 1 or (tags and Group.TAG in by):
        return False
    edges = sorted({edge for span in spans for edge in span})
    known = sa.select(sa.func.count()).where(report_day.c.start.in_(numbers(edges)))
    return bool(db.scalar(known) == len(edges))


def days_query(cut: Cut, spans: Sequence[Span], by: Sequence[Group] = ()) -> Query:
    """As `tables_spend.sums_query`, of a cut that days can answer."""
    begins, ends, source = as_table(spans)
    within = (
        day.origin == cut.origin,
        _of_tags(cut, by),
        day.day >= begins,
        day.day < ends,
        day.basis != CostBasis.IN_DOUBT,
        *(charge_day.c[group].in_(values) for group, values in cut.filters if group != Group.TAG),
    )
    source = source.outerjoin(charge_day, sa.and_(*within))
    if Group.TAG in by:
        source = source.outerjoin(tag, tag.c.id == day.tag_id)
    names = [_column(group).label(group) for group in by]
    totals = [
        sa.func.sum(SIGN * day[name]).label(name) for name in ("lines", "quantity", "amount_micros")
    ]
    return (
        sa.select(begins.label(BUCKET), *names, *totals)
        .select_from(source)
        .group_by(begins, *names)
        .order_by(begins, *names)
    )


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
    if group is Group.TAG:
        # Without a charge there is no tag either: NULL, as the other columns.
        return sa.case((day.day.is_not(None), sa.func.coalesce(tag.c.name, "")))
    return charge_day.c[group]
