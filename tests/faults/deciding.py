"""A part of the state machine: a person decides on parked runs, while the API lies and processes die."""

from collections import Counter
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from lib.domain.decision import Answer, Counts, Outcome
from lib.domain.run import RunState
from tests.faults import api_in_memory as api_words
from tests.faults.api_in_memory import ApiInMemory
from tests.faults.invariants import Invariants
from tests.faults.small_plantain import SmallPlantain
from tests.set_clock import SetClock

HOUR_S = 3600.0
DECISIONS = ("ask", "ask", "adopt", "not charged", "charged", "undo")


class Deciding(RuleBasedStateMachine):
    """What a history has to offer is set by the machine that this is a part of."""

    seen: ClassVar[Counter[str]]
    api: ApiInMemory
    clock: SetClock
    laws: Invariants
    plantain: SmallPlantain
    run_ids: list[str]
    may_park: bool

    def mortal(self, what: str) -> AbstractContextManager[Any]:
        """Within it the process may die."""
        raise NotImplementedError

    def forget_words(self) -> None:
        """The API is true and well again."""
        raise NotImplementedError

    def rows(self) -> list[Any]:
        """The ledger's runs."""
        raise NotImplementedError

    def parked(self) -> list[str]:
        return [row.id for row in self.rows() if row.state == RunState.PARKED]

    def leave_to_a_person(self, post: str) -> None:
        """Let the first run's answer be lost, at an API that lists it too late."""
        self.may_park = True
        self.api.posts.append(post)
        self.plantain.submission.advance(self.run_ids[0])
        for taken in self.api.taken.values():
            taken.listed_from_s += 13 * HOUR_S + 30.0
        self.clock.pass_s(13 * HOUR_S)
        self.plantain.submission.advance(self.run_ids[0])
        assert self.parked() == self.run_ids

    @precondition(lambda self: self.parked())
    @rule(
        which=st.integers(0, 5),
        what=st.sampled_from(DECISIONS),
        listed=st.sampled_from(api_words.LISTS),
        poll=st.sampled_from(api_words.POLLS),
    )
    def decide(self, which: int, what: str, listed: str, poll: str) -> None:
        parked = self.parked()
        run_id = parked[which % len(parked)]
        self.api.lists.append(listed)
        self.api.polls.append(poll)
        with self.mortal(f"decide, {what}"):
            self.seen[f"decided, {self.decision(run_id, what).outcome.name}"] += 1
        self.laws.ends.pop(run_id)
        self.forget_words()

    def decision(self, run_id: str, what: str) -> Answer:
        decisions = self.plantain.decisions
        match what:
            case "ask":
                return decisions.ask(run_id, by="ada")
            case "adopt":
                return self.adopt(run_id)
            case "undo":
                return decisions.undo(run_id, by="ada")
            case _:
                counts = Counts.NOTHING if what == "not charged" else Counts.ESTIMATE
                return decisions.give_up(run_id, counts, by="ada")

    def adopt(self, run_id: str) -> Answer:
        """Paste an id of the API's; say that it is the same only where that is so."""
        theirs = [taken.run for taken in self.api.taken.values()]
        its_own = [run for run in theirs if run.client_ref == run_id]
        pasted = (its_own or theirs)[0].remote_id if theirs else "remote-9999"
        decisions = self.plantain.decisions
        answer = decisions.adopt(run_id, pasted, by="ada")
        if not its_own or answer.outcome is not Outcome.DIFFERS:
            return answer
        return decisions.adopt(run_id, pasted, by="ada", accepted=answer.differences)
