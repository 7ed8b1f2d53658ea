"""The decisions that parked runs wait for: ask the API again, name the API's run, or give up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lib.domain.clock import Clock
from lib.domain.decision import Answer, Counts, Outcome
from lib.domain.errors import NotAccepting, NotWritten
from lib.domain.likeness import Difference
from lib.domain.run import Run, RunState
from lib.engine.durable import Engine
from lib.runflow.api import Client
from lib.services.taking_up import TakingUp
from lib.store.decisions import ASKED, Decisions
from lib.store.entries import Attempt
from lib.store.records import Records


@dataclass(frozen=True, slots=True)
class OpenDecision:
    """A parked run and what is known of it.

    `denied_at` (ms UTC) is when a person asked last and the API did not know it.
    """

    run: Run
    attempts: tuple[Attempt, ...]
    denied_at: int | None


class DecisionService:
    """The decisions on the parked runs of one `origin`. `by` is the person who decides.

    Every decision may be made twice, or too late: it then changes nothing and says so.
    """

    def __init__(
        self,
        *,
        decisions: Decisions,
        records: Records,
        client: Client,
        engine: Engine,
        clock: Clock,
        origin: str,
    ) -> None:
        self._decisions = decisions
        self._records = records
        self._clock = clock
        self._origin = origin
        self._taking_up = TakingUp(
            decisions=decisions,
            records=records,
            client=client,
            engine=engine,
            clock=clock,
            origin=origin,
        )

    # -- what waits ------------------------------------------------------------------------------

    def count(self) -> int:
        """How many runs wait for a decision."""
        return self._records.sum_undecided(origin=self._origin)[0]

    def in_doubt_micros(self) -> int:
        """What those of unknown cost were expected to cost, in micro-dollars."""
        return self._records.sum_undecided(origin=self._origin)[1]

    def waiting(self, limit: int) -> list[Run]:
        """The runs that wait for a decision, newest first; deleted ones too: they may have cost."""
        return self._records.undecided(origin=self._origin, limit=limit)

    def known_of(self, run: Run) -> OpenDecision:
        """All that is known of a parked run."""
        denials = [event.at for event in self._records.story(run.id) if event.kind == ASKED]
        return OpenDecision(run, tuple(self._records.attempts(run.id)), max(denials, default=None))

    # -- deciding --------------------------------------------------------------------------------

    def ask(self, run_id: str, *, by: str) -> Answer:
        """Ask the API about a parked run, by its id there and by ours; take it up if it is there.

        Takes some seconds when the API is slow. Nothing is sent.
        """
        return self._decide(run_id, lambda run: self._taking_up.ask(run, by=by))

    def adopt(
        self, run_id: str, pasted: str, *, by: str, accepted: tuple[Difference, ...] = ()
    ) -> Answer:
        """Give a parked run the API's run that `pasted` names, by its id or an address with it.

        Where the two differ nothing is done until the same differences come back as `accepted`.
        Takes some seconds when the API is slow. Nothing is sent.
        """
        return self._decide(
            run_id, lambda run: self._taking_up.adopt(run, pasted, by=by, accepted=accepted)
        )

    def give_up(self, run_id: str, counts: Counts, *, by: str) -> Answer:
        """Close the case, and count what the person says. It can be taken back."""

        def give_up(run: Run) -> Answer:
            done = self._decisions.give_up(run.id, counts, by=by)
            return self._answer(Outcome.GIVEN_UP if done else Outcome.NOT_WAITING)

        return self._decide(run_id, give_up)

    def undo(self, run_id: str, *, by: str) -> Answer:
        """Take back that a run was given up: it waits for a decision again."""

        def undo(run: Run) -> Answer:
            done = self._decisions.undo(run.id, by=by)
            return self._answer(Outcome.UNDONE if done else Outcome.NOT_WAITING)

        return self._decide(run_id, undo)

    def _decide(self, run_id: str, decide: Callable[[Run], Answer]) -> Answer:
        """Let `decide`, if the run is one of this origin's and parked, and the disk takes it."""
        run = self._records.find(run_id)
        if run is None or run.state is not RunState.PARKED or run.origin != self._origin:
            return self._answer(Outcome.NOT_WAITING)
        try:
            return decide(run)
        except (NotAccepting, NotWritten) as error:
            return self._answer(Outcome.REFUSED, problem=str(error))

    def _answer(self, outcome: Outcome, **told: Any) -> Answer:
        return Answer(outcome, self._clock.now_ms(), **told)
