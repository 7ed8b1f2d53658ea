"""The runs behind a cut through the charges: what they cost, and how many the history shows.

A run is asked itself here, never its lines, so that the one can be held against the other.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from lib.domain.run import OPEN, CostBasis
from lib.domain.spend import Cut, Group
from lib.store.schema import picture, run
from lib.store.schema_charges import charge_line
from lib.store.schema_experiments import experiment_run
from lib.store.schema_history import Place, run_index, run_tag, tag
from lib.store.schema_months import closed_month
from lib.store.tables_charges import AT, skus

line, index = charge_line.c, run_index.c
RUNS = "runs"
Condition = sa.ColumnElement[bool]
Query = sa.Select[*tuple[Any, ...]]


def clicked_in(cut: Cut) -> list[Condition]:
    """That a run is of a cut, whatever became of it."""
    span = (run.c.origin == cut.origin, run.c.created_at >= cut.from_ms)
    return [*span, run.c.created_at < cut.to_ms, *filtered(cut)]


def filtered(cut: Cut) -> list[Condition]:
    """That a run, whenever it was clicked, has what a cut asks for."""
    return [_is(group, values, cut) for group, values in cut.filters]


def _is(group: Group, values: tuple[str, ...], cut: Cut) -> Condition:
    match group:
        case Group.SKU:
            return run.c.id.in_(charged_for(values, cut.origin, cut.from_ms, cut.to_ms))
        case Group.TAG:
            return sa.or_(*tagged(run.c.id, values))
        case Group.EXPERIMENT:
            return sa.or_(*of_experiments(run.c.id, values))
        case Group.RESOLUTION:
            return _resolution().in_(values)
        case _:
            columns = {Group.PERSON: run.c.created_by, Group.MODEL: run.c.model_id}
            columns |= {Group.OUTCOME: run.c.state, Group.BASIS: run.c.cost_basis}
            return columns[group].in_(values)


def _resolution() -> sa.ColumnElement[str]:
    """A run's resolution; what was made elsewhere without one was charged as the model's default."""
    asked = sa.select(index.resolution).where(index.run_id == run.c.id).scalar_subquery()
    charged = sa.select(sa.func.max(line.resolution)).where(line.run_id == run.c.id)
    is_made_elsewhere = run.c.adopted_at.is_not(None)
    return sa.func.coalesce(
        sa.func.nullif(asked, ""), sa.case((is_made_elsewhere, charged.scalar_subquery())), ""
    )


def charged_for(
    values: Sequence[str], origin: str, from_ms: int | None, to_ms: int | None
) -> sa.Select[tuple[str]]:
    """The ids of the runs of a span that are charged for one of these SKUs, and it stands."""
    found = _standing().where(line.origin == origin, line.sku.in_(values))
    if from_ms is not None:
        found = found.where(from_ms <= AT)
    if to_ms is not None:
        found = found.where(to_ms > AT)
    return sa.select(found.subquery().c.run_id)


def with_basis(
    values: Sequence[str], origin: str, from_ms: int | None, to_ms: int | None
) -> sa.Select[tuple[str]]:
    """The ids of the runs of a span whose costs are known in one of these ways."""
    found = sa.select(run.c.id).where(run.c.origin == origin, run.c.cost_basis.in_(values))
    if from_ms is not None:
        found = found.where(run.c.created_at >= from_ms)
    return found if to_ms is None else found.where(run.c.created_at < to_ms)


def _standing() -> sa.Select[tuple[str, str]]:
    return (
        sa.select(line.run_id, line.sku)
        .where(line.basis != CostBasis.IN_DOUBT)
        .group_by(line.run_id, line.sku)
        .having(sa.func.sum(line.quantity) != 0)
    )


def tagged(run_id: sa.ColumnElement[Any], values: Sequence[str]) -> list[Condition]:
    """That a run has one of these tags; the empty one is: none at all."""
    runs = sa.select(index.run_id).join(run_tag, run_tag.c.no == index.no)
    named = runs.join(tag, tag.c.id == run_tag.c.tag_id).where(tag.c.name.in_(values))
    return [run_id.in_(named), *([run_id.not_in(runs)] if "" in values else [])]


def of_experiments(run_id: sa.ColumnElement[Any], values: Sequence[str]) -> list[Condition]:
    """That one of these experiments made a run; the empty one is: none."""
    none = run_id.not_in(made_for(()))
    return [run_id.in_(made_for(values)), *([none] if "" in values else [])]


def made_for(experiments: Sequence[str]) -> sa.Select[tuple[str]]:
    """The ids of the runs that these experiments made; without any, those of all."""
    made = sa.select(experiment_run.c.run_id)
    return made.where(experiment_run.c.experiment_id.in_(experiments)) if experiments else made


# -- sums ----------------------------------------------------------------------------------------


def totals_query(cut: Cut) -> Query:
    """What the runs clicked in a cut have cost."""
    cost, estimate = run.c.cost_micros, run.c.estimate_micros
    known = cost.is_not(None)
    confirmed = run.c.cost_basis == CostBasis.CONFIRMED
    count, total = sa.func.count, sa.func.sum
    return sa.select(
        count().label(RUNS),
        count().filter(known).label("settled_runs"),
        total(cost).label("spend_micros"),
        total(cost).filter(confirmed).label("confirmed_micros"),
        total(estimate).filter(known).label("estimate_of_settled_micros"),
    ).where(*clicked_in(cut))


def unsettled_query(cut: Cut) -> Query:
    """What the runs of a cut hold, and leave in doubt.

    Those of a closed month, which were found or doubted since, count right after it: it stays as
    it is.
    """
    estimate = run.c.estimate_micros
    is_open, in_doubt = run.c.state.in_(OPEN), run.c.state.not_in(OPEN)
    count, total = sa.func.count, sa.func.sum
    at = _open_since_click()
    return sa.select(
        count().filter(is_open).label("held_runs"),
        total(estimate).filter(is_open).label("held_micros"),
        count().filter(in_doubt).label("in_doubt_runs"),
        total(estimate).filter(in_doubt).label("in_doubt_micros"),
    ).where(
        *(run.c.origin == cut.origin, run.c.cost_micros.is_(None)),
        *(at >= cut.from_ms, at < cut.to_ms, *filtered(cut)),
    )


def _open_since_click() -> sa.ColumnElement[int]:
    """The click, or the end of the closed months that it is in: they have no gaps between them."""
    month, following = closed_month.alias("closed"), closed_month.alias("following")
    goes_on = sa.exists().where(
        following.c.origin == month.c.origin, following.c.from_ms == month.c.to_ms
    )
    is_closed = sa.exists().where(
        *(month.c.origin == run.c.origin, month.c.from_ms <= run.c.created_at),
        month.c.to_ms > run.c.created_at,
    )
    end = sa.select(sa.func.min(month.c.to_ms)).where(
        month.c.origin == run.c.origin, month.c.to_ms > run.c.created_at, ~goes_on
    )
    return sa.case(
        (is_closed.correlate(run), end.correlate(run).scalar_subquery()), else_=run.c.created_at
    )


def pictures_query(cut: Cut) -> Query:
    """How many pictures the runs of known cost have delivered."""
    settled = (*clicked_in(cut), run.c.cost_micros.is_not(None))
    return sa.select(sa.func.count()).join_from(run, picture).where(*settled)


# -- counts, as the history has them -----------------------------------------------------------------


def counts_query(cut: Cut, by: Sequence[Group] = ()) -> Query:
    """How many runs of known cost the history shows for each group of a cut.

    What is asked here is what the history is asked by the link, so that both say the same number.
    """
    source: Any = run_index
    if Group.BASIS in (*by, *(group for group, _ in cut.filters)):
        source = source.join(run, run.c.id == index.run_id)
    if Group.TAG in by:
        source = source.outerjoin(run_tag, run_tag.c.no == index.no)
        source = source.outerjoin(tag, tag.c.id == run_tag.c.tag_id)
    if Group.EXPERIMENT in by:
        source = source.outerjoin(experiment_run, experiment_run.c.run_id == index.run_id)
    columns: dict[Group, Any] = {
        Group.EXPERIMENT: sa.func.coalesce(experiment_run.c.experiment_id, ""),
        Group.PERSON: index.created_by,
        Group.MODEL: index.model_id,
        Group.RESOLUTION: index.resolution,
        Group.OUTCOME: index.state,
        Group.BASIS: run.c.cost_basis,
        Group.TAG: sa.func.coalesce(tag.c.name, ""),
    }
    if Group.SKU in by:
        within = (line.origin == cut.origin, line.sku.in_(skus(cut.origin)))
        span = (cut.from_ms <= AT, cut.to_ms > AT)
        standing = _standing().where(*within, *span).subquery()
        source = source.join(standing, standing.c.run_id == index.run_id)
        columns[Group.SKU] = standing.c.sku
    names = [columns[group].label(group) for group in by]
    return (
        sa.select(*names, sa.func.count().label(RUNS))
        .select_from(source)
        .where(*_in_history(cut, columns))
        .group_by(*names)
    )


def _in_history(cut: Cut, columns: dict[Group, Any]) -> list[Condition]:
    found = [index.origin == cut.origin, index.place == Place.SHOWN]
    found += [index.created_at >= cut.from_ms, index.created_at < cut.to_ms, index.cost_key >= 0]
    for group, values in cut.filters:
        if group is Group.SKU:
            charged = charged_for(values, cut.origin, cut.from_ms, cut.to_ms)
            found.append(index.run_id.in_(charged))
        elif group is Group.TAG:
            found.append(sa.or_(*tagged(index.run_id, values)))
        elif group is Group.EXPERIMENT:
            found.append(sa.or_(*of_experiments(index.run_id, values)))
        else:
            found.append(columns[group].in_(values))
    return found
