"""Runs that came back with a backup, or will: nobody here knows what they have been through since."""

import sqlalchemy as sa

from lib.domain.clock import Clock
from lib.domain.experiment_progress import ExperimentState
from lib.store.ledger import Ledger
from lib.store.schema_experiments import experiment

OUTCOME = "restored"
NOTE = "It came back with a backup: the API is asked whether it has it."
PAUSED = (
    "It came back with a backup. When it goes on, the API is asked about each cell before it is "
    "sent, and what was bought since then is taken over. The first is asked about once no request "
    "of before can arrive any more, about a minute after the start."
)


def put_in_doubt(ledger: Ledger, run_id: str, *, quiet_ms: int, due_at: int | None) -> bool:
    """Bring a queued run to `unknown`, by the ledger's own way there, and send nothing.

    False when it is not queued. Whoever dies half-way leaves it in `sending`, which is a doubt too.
    """
    if ledger.intend(run_id, quiet_ms=quiet_ms) is None:
        return False
    return ledger.lose_answer(run_id, outcome=OUTCOME, note=NOTE, due_at=due_at)


def pause_what_came_back(db: sa.Connection, clock: Clock) -> None:
    """Let experiments send nothing by themselves: since the backup they may have been stopped."""
    db.execute(
        experiment.update()
        .where(experiment.c.state == ExperimentState.GOING)
        .values(
            state=ExperimentState.PAUSED,
            state_at=clock.now_ms(),
            reason=PAUSED,
        )
    )
