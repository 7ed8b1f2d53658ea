"""What always holds, whatever has happened: I1 to I10, checked after each step of a history.

I1 a run is charged at most once; I2 every charge has its run; I3 no run is stuck; I4 what has ended
stays as it is; I5 what is stored is whole on disk; I6 nothing is sent without an intent on disk
that is young; I7 costs are the API's charges; I8 what is held are the open runs' estimates, in the
budget too; I9 a click is let through when it fits into the budget, and else refused; I10 the charge
lines of each run sum to its cost, and the roll-ups are the sums of the lines.
"""

from typing import Any

import sqlalchemy as sa

from lib.domain.run import OPEN, RunState
from tests.faults.api_in_memory import COST_MICROS, ApiInMemory
from tests.faults.budgeting import uses
from tests.faults.small_plantain import OPEN_RUNS, SmallPlantain
from tests.set_clock import SetClock
from tests.store.balancing import assert_balanced

SEND_WITHIN_S = 5.0
UNDER_WAY = OPEN - {RunState.QUEUED}


class Invariants:
    """Checks a Plantain against its API. Each method raises AssertionError, named by its number."""

    def __init__(self, api: ApiInMemory, clock: SetClock) -> None:
        self.api = api
        self.clock = clock
        self.plantain: SmallPlantain
        self.ends: dict[str, tuple[Any, ...]] = {}
        self.clicks = 0

    def all_hold(self) -> None:
        """All but I3, which can only be seen at the end, I6 (at a POST) and I9 (at a click)."""
        self.api.land()
        rows = self.rows()
        self.nothing_is_charged_twice()
        self.every_charge_has_its_run(rows)
        self.what_has_ended_stays(rows)
        self.costs_are_the_charges(rows)
        self.what_is_held_is_open(rows)
        self.the_budget_is_the_sum_of_its_runs(rows)
        assert_balanced(self.plantain.database)

    def nothing_is_charged_twice(self) -> None:
        twice = [ref for ref, times in self.api.times_taken.items() if times > 1]
        assert twice == [], f"I1: charged more than once: {twice}"

    def every_charge_has_its_run(self, rows: list[Any]) -> None:
        lost = set(self.api.times_taken) - {row.id for row in rows}
        assert not lost, f"I2: charged and unknown to us: {lost}"
        assert len(rows) <= self.clicks, "I1: a click has made two runs"

    def what_has_ended_stays(self, rows: list[Any]) -> None:
        for row in rows:
            if row.state in OPEN:
                assert row.id not in self.ends, f"I4: {self.ends[row.id]} is {row.state} again"
                continue
            end = (row.state, row.cost_micros, row.cost_basis, row.remote_id, row.settled_at)
            if row.id not in self.ends and row.state == RunState.STORED:
                self.is_whole(row.id)
            assert self.ends.setdefault(row.id, end) == end, f"I4: {self.ends[row.id]} -> {end}"

    def is_whole(self, run_id: str) -> None:
        run = self.plantain.records.find(run_id)
        assert run is not None
        assert run.pictures, "I5: stored without a picture"
        for picture in run.pictures:
            data = self.plantain.originals.read(picture.sha256)
            assert len(data) == picture.size_bytes, "I5: not whole"

    def costs_are_the_charges(self, rows: list[Any]) -> None:
        for row in rows:
            if row.state in OPEN or row.cost_basis == "in doubt":
                continue
            if row.state == RunState.PARKED and row.decided_at is not None:
                continue  # what is counted is what a person has said
            assert row.cost_micros == self.api.cost_of(row.id), f"I7: {row.id} {row.state}"

    def what_is_held_is_open(self, rows: list[Any]) -> None:
        is_open = [row for row in rows if row.state in OPEN]
        assert {row.id for row in is_open} == set(self.plantain.records.open_ids(origin="sandbox"))
        held = sum(row.estimate_micros for row in is_open if row.cost_micros is None)
        assert held == COST_MICROS * len(is_open), "I8: an open run holds nothing"

    def the_budget_is_the_sum_of_its_runs(self, rows: list[Any]) -> None:
        unknown = [row for row in rows if row.cost_micros is None]
        held = sum(row.estimate_micros for row in unknown if row.state in OPEN)
        in_doubt = sum(row.estimate_micros for row in unknown if row.state not in OPEN)
        spent = sum(row.cost_micros for row in rows if row.cost_micros is not None)
        for use in uses(self.plantain):
            sums = (use.spent_micros, use.held_micros, use.in_doubt_micros)
            assert sums == (spent, held, in_doubt), "I8: the budget says otherwise"

    def witness(self, run_id: str, _body: bytes) -> None:
        """I6, seen from the API: at each POST the intent is on disk, the newest one, and young.

        I8: the first POST of a run finds room.
        """
        query = (
            "SELECT run.state, run.fence, attempt.intended_at, attempt.outcome FROM run JOIN attempt "
            "ON run.id = attempt.run_id AND run.fence = attempt.fence WHERE run.id = :id"
        )
        with self.plantain.database.connect() as db:
            row = db.execute(sa.text(query), {"id": run_id}).one_or_none()
        assert row is not None, "I6: sent without an intent"
        assert (row.state, row.outcome) == (RunState.SENDING, None), f"I6: sent while {row}"
        age_s = (self.clock.now_ms() - row.intended_at) / 1000
        assert 0 <= age_s < SEND_WITHIN_S, f"I6: sent {age_s} s after its intent"
        under_way = [run.id for run in self.rows() if run.state in UNDER_WAY and not run.adopted_at]
        assert row.fence > 1 or len(under_way) <= OPEN_RUNS, f"I8: {len(under_way)} at a time"

    def rows(self) -> list[Any]:
        """The ledger's runs as they are on disk."""
        with self.plantain.database.connect() as db:
            return list(db.execute(sa.text("SELECT * FROM run ORDER BY id")))
