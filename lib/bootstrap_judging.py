"""Judging of experiments: its service for the pages."""

from random import SystemRandom

from lib.bootstrap_store import Store
from lib.domain.clock import Clock
from lib.services.experiments.judging import JudgingService
from lib.settings import Settings
from lib.store.experiment_judged import JudgedCells
from lib.store.experiment_votes import ExperimentVotes


def judging_of(settings: Settings, clock: Clock, store: Store) -> JudgingService:
    """Judging of the origin's experiments."""
    return JudgingService(
        cells=JudgedCells(store.database, origin=settings.origin),
        votes=ExperimentVotes(store.database, clock),
        clock=clock,
        random=SystemRandom(),
    )
