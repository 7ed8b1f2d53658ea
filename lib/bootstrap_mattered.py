"""What mattered in experiments: the service for the pages and the files that are taken away."""

from lib.bootstrap_store import Store
from lib.domain.clock import Clock
from lib.services.experiments.mattered import MatteredService
from lib.services.experiments.seeds import SeedService
from lib.settings import Settings
from lib.store.experiment_records import ExperimentRecords
from lib.store.experiment_results import ExperimentResults
from lib.store.experiment_votes import ExperimentVotes
from lib.store.seed_runs import SeedRuns


def mattered_of(settings: Settings, clock: Clock, store: Store) -> MatteredService:
    """What looks at the experiments of the account that is used."""
    return MatteredService(
        ExperimentRecords(store.database, origin=settings.origin),
        ExperimentResults(store.database),
        ExperimentVotes(store.database, clock),
        SeedService(SeedRuns(store.database, origin=settings.origin)),
    )
