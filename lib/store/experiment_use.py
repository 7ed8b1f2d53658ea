"""What experiments hold of a budget beside their runs: the cells that still wait."""

import sqlalchemy as sa

from lib.domain.budget import Budget, Scope
from lib.store.schema_experiments import (
    IS_WAITING,
    experiment,
    experiment_cell,
    experiment_run,
)


def waiting_micros(db: sa.Connection, of: Budget) -> int:
    """What is held for cells that are not sent yet: they will be sent now or later, so it counts
    in the window that now is in. Stopping drops them, and with that what they hold."""
    terms, cell = of.terms, experiment_cell.c
    query = (
        sa.select(sa.func.sum(cell.estimate_micros))
        .join(experiment, experiment.c.id == cell.experiment_id)
        .where(sa.text("experiment_cell." + IS_WAITING.text), experiment.c.origin == of.origin)
    )
    if terms.scope is Scope.PERSON:
        query = query.where(experiment.c.created_by == terms.subject)
    elif terms.scope is Scope.EXPERIMENT:
        query = query.where(experiment.c.id == terms.subject)
    elif terms.scope is not Scope.TEAM:
        return 0  # cells have no tags and no collections before they are runs
    return int(db.scalar(query) or 0)


def runs_of(experiment_id: str | sa.BindParameter[str]) -> sa.Select[tuple[str]]:
    """The ids of all runs that an experiment has made."""
    return sa.select(experiment_run.c.run_id).where(experiment_run.c.experiment_id == experiment_id)
