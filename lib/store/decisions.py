"""What becomes of parked runs: the one end that is left again, since it only waits for an answer."""

import sqlalchemy as sa

from lib.domain.clock import Clock
from lib.domain.run import RunState
from lib.store.database import writing
from lib.store.entries import RemoteIdTaken
from lib.store.moves import move


class Decisions:
    """Writes what a person decided, or the API's list has shown, about a parked run."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def take_up(self, run_id: str, remote_id: str, *, status: str) -> bool:
        """The API has the parked run under `remote_id`: look after it again, it is never re-sent.

        False when it is not parked any more. Raises RemoteIdTaken when the id is another run's.
        """
        try:
            with writing(self._engine) as db:
                return move(
                    db,
                    self._clock,
                    run_id,
                    {RunState.PARKED},
                    RunState.ACCEPTED,
                    remote_id=remote_id,
                    status=status,
                    accepted_at=self._clock.now_ms(),
                    settled_at=None,
                    cost_micros=None,
                    cost_basis=None,
                    note=None,
                )
        except sa.exc.IntegrityError as error:
            raise RemoteIdTaken(remote_id) from error
