"""What experiments hold of a budget beside their runs: the cells that still wait."""

from functools import cache

import sqlalchemy as sa

from lib.domain.budget import BY_NUMBER, Budget, Scope
from lib.store.schema_experiments import (
    IS_WAITING,
    experiment,
    experiment_cell,
    experiment_label,
    experiment_run,
)


def waiting_micros(db: sa.Connection, of: Budget) -> int:
    """What is held for cells that are not sent yet: they will be sent now or later, so it counts
    in the window that now is in. Stopping drops them, and with that what they hold."""
    subject = of.terms.subject
    about = int(subject) if of.terms.scope in BY_NUMBER else subject
    values = {"origin": of.origin, "subject": about}
    return int(db.scalar(_waiting(of.terms.scope), values) or 0)


@cache
def _waiting(scope: Scope) -> sa.Select[tuple[int]]:
    """Made once: every click waits for it."""
    query = (
        sa.select(sa.func.sum(experiment_cell.c.estimate_micros))
        .join(experiment, experiment.c.id == experiment_cell.c.experiment_id)
        .where(sa.text("experiment_cell." + IS_WAITING.text))
        .where(experiment.c.origin == sa.bindparam("origin"))
    )
    if scope is Scope.PERSON:
        return query.where(experiment.c.created_by == sa.bindparam("subject"))
    if scope in (Scope.TAG, Scope.COLLECTION):
        label = experiment_label.c
        under = sa.select(label.experiment_id).where(
            label.scope == scope, label.label_id == sa.bindparam("subject")
        )
        return query.where(experiment.c.id.in_(under))
    if scope is Scope.EXPERIMENT:
        return query.where(experiment.c.id == sa.bindparam("subject"))
    return query


def runs_of(experiment_id: str | sa.BindParameter[str]) -> sa.Select[tuple[str]]:
    """The ids of all runs that an experiment has made."""
    return sa.select(experiment_run.c.run_id).where(experiment_run.c.experiment_id == experiment_id)
