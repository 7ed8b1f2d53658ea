"""Experiments: the service for the pages, and what sends their cells in the process that executes."""

from contextlib import ExitStack

from lib.bootstrap_budgets import already_of
from lib.bootstrap_store import Store
from lib.domain.clock import Clock
from lib.services.experiments.approving import Approving
from lib.services.experiments.experiments import ExperimentService
from lib.services.experiments.feeding import Feeding
from lib.services.experiments.planning import Planning
from lib.services.experiments.promoting import Promoting
from lib.services.fitness import Fitness
from lib.services.pricing import PricingService
from lib.services.runs import RunService
from lib.settings import Settings
from lib.store.experiment_approvals import ExperimentApprovals
from lib.store.experiment_promotion import PromotionRecords
from lib.store.experiment_queue import queues
from lib.store.experiment_records import ExperimentRecords
from lib.store.experiments import Experiments
from lib.store.templates import Templates


def experiments_of(
    settings: Settings,
    clock: Clock,
    store: Store,
    runs: RunService,
    pricing: PricingService,
    fitness: Fitness,
    carrying: ExitStack | None,
) -> ExperimentService:
    """Open the experiments of the origin; `carrying` ends what sends cells. None: another does."""
    origin, most = settings.origin, settings.plantain_max_open_runs
    experiments = Experiments(store.database, clock, origin=origin, zone=settings.plantain_timezone)
    records = ExperimentRecords(store.database, origin=origin)
    planning = Planning(
        prices=pricing.current,
        durations_ms=records.durations_ms,
        most=most,
        queues=lambda: queues(store.database, origin),
        made=already_of(settings, clock, store.database, runs).find_all,
    )
    feeding = Feeding(
        experiments=experiments,
        records=records,
        runs=runs,
        price_of=planning.price_of,
        most=most,
        why_not=fitness.why_not_send,
        quiet_s=settings.plantain_quiet_seconds,
        clock=clock,
    )
    if carrying is not None:
        carrying.callback(feeding.stop)
        runs.tell_of_ends(feeding.wake)
        feeding.start()
    return ExperimentService(
        experiments=experiments,
        records=records,
        templates=Templates(store.database, clock),
        planning=planning,
        promoting=Promoting(PromotionRecords(store.database, origin=origin), planning),
        runs=runs,
        origin=origin,
        wake=feeding.wake,
        refuse_if_unfit=fitness.refuse_if_unfit,
    )


def approving_of(
    settings: Settings, clock: Clock, store: Store, experiments: ExperimentService
) -> Approving:
    """Its experiments that wait for an owner."""
    kept = ExperimentApprovals(store.database, clock, origin=settings.origin)
    return Approving(kept, experiments)
