"""The state machine once more, with audits at any time, and scripts on the same key.

What an audit may change is less than everything: a parked run can be looked after again, and a cost
become the one that the API names. No click ever becomes two rows, and in the end the ledger has
all.
"""

from dataclasses import replace
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from lib.domain.run import OPEN, RemoteRun, RunState, Status
from lib.runflow.wire import RunPage
from lib.services.auditor import Auditor
from lib.services.hints import Hint
from lib.store.audits import Audits
from lib.store.decisions import Decisions
from lib.store.reconciliation import Reconciliation
from tests.faults import api_in_memory as api_words
from tests.faults.api_in_memory import COST_MICROS, ApiInMemory, Taken
from tests.faults.invariants import Invariants
from tests.faults.machine import QUIET_ROUNDS, PlantainMachine
from tests.faults.small_plantain import ORIGIN

MODEL_ROW = "a row of the catalogue"
WRITES = ("adopt", "accept_unsent", "correct_cost", "part_from", "miss", "see_again")
PAGES = ("true", "true", "true", "lost", "429", "old", "nothing", "half")
TAGS = (None, None, "job 7")


class ListingApi(ApiInMemory):
    """Lists its runs, also some that scripts have made. What a page is stands in `lists`."""

    def list_runs(self, **_asked: Any) -> RunPage:
        self.land()
        word = self.lists.popleft() if self.lists else "true"
        if word == "lost":
            self._lose("no lists today")
        if word in api_words.REFUSALS:
            self._refuse(word)
        listed = [
            self._listed(taken, word)
            for taken in reversed(self.taken.values())
            if taken.listed_from_s <= self.now_s()
        ]
        if word == "nothing":
            listed = []
        return RunPage(tuple(listed[1::2] if word == "half" else listed), None)

    def _listed(self, taken: Taken, word: str) -> RemoteRun:
        run = taken.run if word == "old" else self._as_it_is(taken)
        return replace(run, model=MODEL_ROW)

    def model_row_id(self, _model_id: str, *, patience: object) -> str:
        return MODEL_ROW

    def get_run(self, remote_id: str, *, patience: object) -> RemoteRun:
        run = super().get_run(remote_id, patience=patience)
        prompt = "a kite" if run.client_ref in self.times_taken else "a script's kite"
        return replace(run, model=MODEL_ROW, input={"prompt": prompt})

    def take_from_a_script(self, tag: str | None) -> None:
        """A run that no click of ours has made."""
        remote_id = f"remote-{len(self.taken):04d}"
        run = RemoteRun(remote_id, Status.QUEUED, client_ref=tag, created_at=None)
        at_s = self.now_s()
        self.taken[remote_id] = Taken(run, self.ending, at_s + self.takes_s, at_s)

    def cost_of_remote(self, remote_id: str) -> int:
        """What one run costs, or will."""
        return COST_MICROS if self.taken[remote_id].ends_as == Status.SUCCEEDED else 0


class AuditedInvariants(Invariants):
    """The same, where audits are made as well."""

    api: ListingApi

    def every_charge_has_its_run(self, rows: list[Any]) -> None:
        super().every_charge_has_its_run([row for row in rows if row.adopted_at is None])

    def what_has_ended_stays(self, rows: list[Any]) -> None:
        for row in rows:
            before = self.ends.pop(row.id, None)
            if before is not None and before[0] == RunState.PARKED:
                before = None
            if row.state in OPEN:
                assert before is None, f"I4: {before} is {row.state} again"
                continue
            end = (row.state, row.remote_id, row.settled_at)
            if before is None and row.state == RunState.STORED:
                self.is_whole(row.id)
            assert before in (None, end), f"I4: {before} -> {end}"
            self.ends[row.id] = end

    def costs_are_the_charges(self, rows: list[Any]) -> None:
        super().costs_are_the_charges([row for row in rows if row.adopted_at is None])
        for row in rows:
            if row.adopted_at is None or row.state in OPEN or row.cost_basis == "in doubt":
                continue
            cost = self.api.cost_of_remote(row.remote_id)
            assert row.cost_micros == cost, f"I7: {row.remote_id} {row.state}"

    def what_is_held_is_open(self, rows: list[Any]) -> None:
        super().what_is_held_is_open([row for row in rows if row.adopted_at is None])


class AuditedMachine(PlantainMachine):
    """One history with audits."""

    api_type: ClassVar[type[ApiInMemory]] = ListingApi
    laws_type: ClassVar[type[Invariants]] = AuditedInvariants
    api: ListingApi

    @rule(page=st.sampled_from(PAGES), poll=st.sampled_from(api_words.POLLS))
    def audit(self, page: str, poll: str) -> None:
        self.api.lists.append(page)
        self.api.polls.append(poll)
        with self.mortal(f"audit, {page}, {poll}"):
            self.auditor().audit()
        self.forget_words()

    @rule(tag=st.sampled_from(TAGS), ending=st.sampled_from(api_words.ENDINGS))
    def a_script_runs(self, tag: str | None, ending: str) -> None:
        self.api.ending = ending
        self.api.take_from_a_script(tag)

    def ask_again(self, run_id: str) -> None:
        self.seen["asked again"] += 1
        self.auditor().follow(Hint(run_id=run_id))

    def auditor(self) -> Auditor:
        database, clock = self.plantain.database, self.clock
        reconciliation = Reconciliation(database, clock, origin=ORIGIN)
        for name in WRITES:
            setattr(reconciliation, name, self.plantain._deadly(getattr(reconciliation, name)))
        return Auditor(
            audits=Audits(database, origin=ORIGIN),
            reconciliation=reconciliation,
            decisions=Decisions(database, clock),
            records=self.plantain.records,
            client=self.api,  # type: ignore[arg-type]
            clock=clock,
            origin=ORIGIN,
            watch=lambda _run_id: None,
        )

    def owed(self, row: Any) -> int:
        if row.adopted_at is None:
            return super().owed(row)
        return self.api.cost_of_remote(row.remote_id) if row.remote_id else 0

    def work_once(self) -> None:
        super().work_once()
        for run_id in Reconciliation(
            self.plantain.database, self.clock, origin=ORIGIN
        ).open_adopted():
            self.plantain.settlement.look(run_id)

    def in_a_quiet_world_every_run_ends(self) -> None:
        self.plantain.restart()
        self.forget_words()
        for _ in range(3):
            for _ in range(QUIET_ROUNDS):
                if not self.plantain.records.has_open(origin=ORIGIN):
                    break
                self.work_once()
                self.clock.pass_s(10.0)
            audit = self.auditor().audit()
        assert audit.problem is None, audit.problem
        assert (audit.adopted, audit.found, audit.different) == (0, 0, 0), (
            "an audit changed its mind"
        )
        self.all_is_in_the_ledger()
        super().in_a_quiet_world_every_run_ends()

    def all_is_in_the_ledger(self) -> None:
        rows = self.rows()
        known = {row.remote_id for row in rows}
        parked = {row.id for row in rows if row.state == RunState.PARKED}
        lost = {
            remote_id: taken.run.client_ref
            for remote_id, taken in self.api.taken.items()
            if remote_id not in known and taken.run.client_ref not in parked
        }
        assert lost == {}, f"I2: at the API, and in no row: {lost}"
