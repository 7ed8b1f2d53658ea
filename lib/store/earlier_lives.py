"""What earlier lives of Plantain have left: nobody knows whether a copied file was still their last.

A run that they left queued, and each cell of an experiment that they began, is asked about before
it is sent: the folder may be an older copy, and the API may have it.
"""

import sqlalchemy as sa

from lib.domain.experiment_progress import ExperimentState
from lib.domain.run import Run
from lib.store.records import Records
from lib.store.schema_experiments import experiment, experiment_run


class EarlierLives:
    """What was there when this process started."""

    def __init__(self, records: Records, *, origin: str) -> None:
        self._database = records.engine
        self._runs = set(records.open_ids(origin=origin))
        self._experiments = self._begun(origin)
        self._asked: set[str] = set()

    def has_left(self, run: Run) -> bool:
        """Whether the API has to be asked first about a run that is queued here."""
        if run.id in self._asked:
            return False
        return run.id in self._runs or (bool(self._experiments) and self._is_of_cell(run.id))

    def asked(self, run_id: str) -> None:
        """The API was asked about it, and does not have it."""
        self._asked.add(run_id)

    def _begun(self, origin: str) -> set[str]:
        goes_on = experiment.c.state != ExperimentState.STOPPED
        query = sa.select(experiment.c.id).where(experiment.c.origin == origin, goes_on)
        with self._database.connect() as db:
            return set(db.scalars(query))

    def _is_of_cell(self, run_id: str) -> bool:
        query = sa.select(experiment_run.c.experiment_id).where(experiment_run.c.run_id == run_id)
        with self._database.connect() as db:
            return db.scalar(query) in self._experiments
