"""The state machine: every history of clicks, faults, deaths and clocks, checked after each step."""

import atexit
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from lib.domain.errors import ApiError
from lib.domain.run import OPEN, RunState
from tests.faults import api_in_memory as api_words
from tests.faults.api_in_memory import ApiInMemory, Died
from tests.faults.budgeting import click_within_budget, set_a_cap
from tests.faults.calling_back import CallingBack
from tests.faults.deciding import Deciding
from tests.faults.invariants import Invariants
from tests.faults.small_plantain import (
    SmallPlantain,
    begin,
    prepare_template,
)
from tests.set_clock import SetClock

HOUR_S = 3600.0
QUIET_ROUNDS = 400
ROUND_S = 12.0
RUNS_OF_A_HISTORY = 6
IN_MEMORY = Path("/dev/shm")
pick = st.integers(0, RUNS_OF_A_HISTORY - 1)


class PlantainMachine(Deciding, CallingBack):
    """One history. `steps` and `seen` count over all of them."""

    steps: ClassVar[int] = 0
    seen: ClassVar[Counter[str]] = Counter()
    api_type: ClassVar[type[ApiInMemory]] = ApiInMemory
    laws_type: ClassVar[type[Invariants]] = Invariants
    _place: ClassVar[Path | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = self.place() / "history"
        self.clock = SetClock()
        self.api = self.api_type(self.clock.monotonic_s, self.witness)
        self.laws = self.laws_type(self.api, self.clock)
        begin(self.place() / "template.db", self.folder)
        self.plantain = SmallPlantain(self.folder, self.api, self.clock)
        self.laws.plantain = self.plantain
        self.run_ids: list[str] = []
        self.tokens: list[str] = []
        self.may_park = self.has_lied = False

    @classmethod
    def place(cls) -> Path:
        """Where the histories of this process are, one after the other, and their template."""
        if cls._place is None:
            folder = IN_MEMORY if IN_MEMORY.is_dir() else None
            cls._place = Path(tempfile.mkdtemp(prefix="plantain-histories-", dir=folder))
            atexit.register(shutil.rmtree, cls._place, ignore_errors=True)
            prepare_template(cls._place)
        return cls._place

    @initialize(
        honours_keys=st.booleans(),
        lag=st.sampled_from([0.0, api_words.SLOWEST_LIST_S]),
        first=st.sampled_from(["queued", "queued", "parked, taken", "parked, never taken"]),
        cap=st.sampled_from([None, 3, 4]),
    )
    def an_api(self, honours_keys: bool, lag: float, first: str, cap: int | None) -> None:
        self.api.honours_keys, self.api.list_lag_s = honours_keys, lag
        if cap is not None:
            set_a_cap(self.plantain, cap)
        self.click()
        if first.startswith("parked"):
            self.leave_to_a_person(
                "accept, answer lost" if first == "parked, taken" else "lost on the way"
            )
        self.click()

    # -- what users do ---------------------------------------------------------------------------

    @precondition(lambda self: len(self.tokens) < RUNS_OF_A_HISTORY)
    @rule()
    def click(self) -> None:
        self.tokens.append(f"click {len(self.tokens)}")
        self.submit(self.tokens[-1])

    @precondition(lambda self: self.tokens)
    @rule(which=pick)
    def click_again_in_a_twin_tab(self, which: int) -> None:
        self.submit(self.tokens[which % len(self.tokens)])

    def submit(self, token: str) -> None:
        with self.mortal("click"):
            run_id = click_within_budget(self.plantain, token)
            if run_id is None:
                self.seen["over budget"] += 1
            elif run_id not in self.run_ids:
                self.run_ids.append(run_id)

    @precondition(lambda self: self.run_ids)
    @rule(which=pick)
    def take_back(self, which: int) -> None:
        with self.mortal("take back"):
            self.plantain.runs.cancel(self.chosen(which))

    @precondition(lambda self: self.run_ids)
    @rule(which=pick, back=st.booleans())
    def delete(self, which: int, back: bool) -> None:
        runs = self.plantain.runs
        (runs.restore if back else runs.delete)(self.chosen(which))

    # -- what the network and the API do ---------------------------------------------------------

    @precondition(lambda self: self.run_ids)
    @rule(
        which=pick,
        post=st.sampled_from(api_words.POSTS),
        listed=st.sampled_from(api_words.LISTS),
        late_s=st.sampled_from([api_words.SLOWEST_ACCEPT_S, 20.0, 0.5]),
        ending=st.sampled_from(api_words.ENDINGS),
        rounds=st.sampled_from([0, 0, 4]),
    )
    def advance(
        self, which: int, post: str, listed: str, late_s: float, ending: str, rounds: int
    ) -> None:
        self.api.posts.append(post)
        self.api.lists.append(listed)
        self.api.late_s, self.api.ending = late_s, ending
        self.may_park |= post == "answer as a stranger"
        with self.mortal(f"advance, {post}"):
            self.plantain.submission.advance(self.chosen(which))
            self.forget_words()
            self.work(rounds, ROUND_S)
        self.forget_words()

    @precondition(lambda self: self.run_ids)
    @rule(which=pick, post=st.sampled_from(["land late", "land late, die", "land late, 409"]))
    def advance_into_a_slow_api(self, which: int, post: str) -> None:
        self.advance(which, post, "true", api_words.SLOWEST_ACCEPT_S, "succeeded", 4)
        with self.mortal("carry on"):
            self.work(2, ROUND_S)

    @precondition(lambda self: self.run_ids)
    @rule(which=pick, poll=st.sampled_from(api_words.POLLS), file=st.sampled_from(api_words.FILES))
    def look(self, which: int, poll: str, file: str) -> None:
        """A poll, true or false."""
        self.api.polls.append(poll)
        self.api.files.append(file)
        self.may_park |= file == "inside"
        self.lies(poll)
        with self.mortal(f"look, {poll}, {file}"):
            self.plantain.settlement.look(self.chosen(which))
        self.forget_words()

    @precondition(lambda self: self.run_ids)
    @rule(rounds=st.integers(1, 6), seconds=st.sampled_from([12.0, 1.0, 70.0]))
    def carry_on(self, rounds: int, seconds: float) -> None:
        """The engine and the polls do their work for a while."""
        with self.mortal("carry on"):
            self.work(rounds, seconds)

    # -- what machines do ------------------------------------------------------------------------

    @rule(writes=st.integers(0, 9))
    def die_soon(self, writes: int) -> None:
        self.plantain.mortality.writes_left = writes

    @rule()
    def restart(self) -> None:
        self.plantain.restart()

    @rule(seconds=st.sampled_from([1.0, 6.0, 60.0]))
    def freeze_before_the_next_post(self, seconds: float) -> None:
        self.plantain.mortality.freeze_s = seconds

    @rule(seconds=st.sampled_from([0.3, 2.0, 10.0, 66.0, 300.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.pass_s(seconds)

    @rule(seconds=st.sampled_from([13 * HOUR_S, 25 * HOUR_S]))
    def a_day_passes(self, seconds: float) -> None:
        self.may_park = True
        self.clock.pass_s(seconds)

    @rule(seconds=st.sampled_from([-24 * HOUR_S, -HOUR_S, -30.0, 30.0, HOUR_S, 24 * HOUR_S]))
    def the_clock_is_set(self, seconds: float) -> None:
        self.may_park |= abs(seconds) > HOUR_S
        self.clock.jump_s(seconds)

    # -- what has to hold ------------------------------------------------------------------------

    @invariant()
    def all_is_well(self) -> None:
        PlantainMachine.steps += 1
        self.laws.clicks = len(self.tokens)
        self.laws.all_hold()

    def witness(self, run_id: str, body: bytes) -> None:
        self.laws.witness(run_id, body)

    def rows(self) -> list[Any]:
        return self.laws.rows()

    # -- the end ---------------------------------------------------------------------------------

    def teardown(self) -> None:
        try:
            self.in_a_quiet_world_every_run_ends()
            self.all_is_well()
        finally:
            self.plantain.close()

    def in_a_quiet_world_every_run_ends(self) -> None:
        self.plantain.restart()
        self.forget_words()
        for _ in range(QUIET_ROUNDS):
            if not self.plantain.records.has_open(origin="sandbox"):
                break
            self.work_once()
            self.clock.pass_s(10.0)
        rows = self.rows()
        stuck = [(row.id, row.state, row.note) for row in rows if row.state in OPEN]
        assert stuck == [], f"I3: stuck after {QUIET_ROUNDS * 10} quiet seconds: {stuck}"
        parked = [row for row in rows if row.state == RunState.PARKED]
        needless = [(row.id, row.note) for row in parked if not self.is_a_persons(row)]
        assert needless == [], f"I3: parked without need: {needless}"
        known = sum(row.cost_micros or 0 for row in rows if row.state != RunState.PARKED)
        open_to_a_person = sum(self.owed(row) for row in parked)
        assert known + open_to_a_person == self.api.charged_micros(), "I7: the sums differ"
        for row in rows:
            event(f"a run ended {row.state}")
            self.seen[f"ended {row.state}"] += 1

    def is_a_persons(self, _row: Any) -> bool:
        """Whether a run may be parked, after all that has happened."""
        return self.may_park

    def owed(self, row: Any) -> int:
        """What a parked run has cost, whatever is known of it here."""
        return self.api.cost_of(row.id)

    # -- how it is done --------------------------------------------------------------------------

    def mortal(self, what: str) -> "Mortal":
        return Mortal(self, what)

    def work(self, rounds: int, seconds: float) -> None:
        for _ in range(rounds):
            self.work_once()
            self.clock.pass_s(seconds)

    def work_once(self) -> None:
        for run_id in self.plantain.records.open_ids(origin="sandbox"):
            self.plantain.submission.advance(run_id)
            self.plantain.settlement.look(run_id)

    def lies(self, poll: str) -> None:
        """One bad answer brings no run to a person; two can be a minute apart."""
        self.may_park |= poll in api_words.BAD_POLLS and self.has_lied
        self.has_lied |= poll in api_words.BAD_POLLS

    def chosen(self, which: int) -> str:
        return self.run_ids[which % len(self.run_ids)]

    def forget_words(self) -> None:
        for words in (self.api.posts, self.api.lists, self.api.polls, self.api.files):
            words.clear()


class Mortal:
    """Within it the process may die, and is started again; an error of the API is no news."""

    def __init__(self, machine: PlantainMachine, what: str) -> None:
        self._machine = machine
        self._what = what

    def __enter__(self) -> None:
        self._machine.seen[self._what] += 1

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        if kind is not None and issubclass(kind, Died):
            self._machine.seen["deaths"] += 1
            self._machine.plantain.restart()
            return True
        return kind is not None and issubclass(kind, ApiError)
