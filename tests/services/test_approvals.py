"""What is too dear waits for an owner, is accepted exactly once, and then goes the ordinary way."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from lib.domain.approval import VALID_FOR_MS, ApprovalState, NeedsApproval, NotWaiting
from lib.domain.budget import BudgetWrong, OverBudget, Scope, Strength, Terms, Window
from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.errors import InputInvalid
from lib.domain.run import Parent, ParentKind
from lib.engine.durable import Engine
from lib.services.approvals import ApprovalService
from lib.services.budgets import BudgetService
from lib.services.owners import NotAnOwner
from lib.services.runs import RunService
from lib.store.approvals import Approvals
from lib.store.budgets import Budgets
from lib.store.database import open_database
from lib.store.drafts import Drafts
from lib.store.ledger import Ledger
from lib.store.migrate import migrate
from lib.store.records import Records
from tests.set_clock import SetClock

ASKED = {"prompt": "a kite", "resolution": "4K", "num_images": 4}
CHEAP = {"prompt": "a kite"}


class Queue(Engine):
    """Takes everything, and notes what."""

    def __init__(self) -> None:
        self.queued: list[str] = []

    def wait_until_open(self) -> None:
        """It is open."""

    def enqueue(self, db: sa.Connection, run_id: str) -> None:
        self.queued.append(run_id)

    def look_again(self, run_id: str) -> None:
        """Nobody waits."""


@dataclass
class Office:
    clock: SetClock
    runs: RunService
    approvals: ApprovalService
    budgets: BudgetService
    queue: Queue

    def ask(self, token: str = "a click", **values: object) -> str:
        asked = {**ASKED, **values}
        return self.approvals.ask(DEFAULT_MODEL.id, asked, click_token=token, asked_by="grace")

    def state(self, approval_id: str) -> ApprovalState:
        found = self.approvals.find(approval_id)
        assert found is not None
        return found.state

    def click(self, values: dict[str, object]) -> str:
        return self.runs.submit(
            DEFAULT_MODEL.id, values, click_token=str(values), created_by="grace"
        )


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    database, clock, queue = open_database(tmp_path / "plantain.db"), SetClock(), Queue()
    migrate(database)
    runs = RunService(
        ledger=Ledger(database, clock),
        records=Records(database),
        drafts=Drafts(database, clock),
        engine=queue,
        origin="sandbox",
    )
    approvals = ApprovalService(Approvals(database, clock, origin="sandbox"), runs)
    budgets = BudgetService(Budgets(database, clock, origin="sandbox"), zone="UTC")
    approvals.set_threshold(500_000, by="local")
    yield Office(clock, runs, approvals, budgets, queue)
    database.dispose()


def test_what_is_above_the_price_is_not_sent_and_what_is_not_is(office: Office):
    with pytest.raises(NeedsApproval) as caught:
        office.click(ASKED)

    assert caught.value.threshold_micros == 500_000
    assert office.runs.recent(9) == []
    assert office.queue.queued == [office.click(CHEAP)]


def test_without_a_price_nobody_is_asked(office: Office):
    office.approvals.set_threshold(None, by="local")

    assert office.click(ASKED)
    assert not office.approvals.is_needed(10**12)


def test_an_accepted_request_is_the_run_that_was_asked_for(office: Office):
    parent = Parent(office.click(CHEAP), ParentKind.RE_USED)
    asked = office.approvals.ask(
        DEFAULT_MODEL.id, ASKED, click_token="c", asked_by="grace", parent=parent
    )

    run = office.runs.find(office.approvals.accept(asked, by="local"))

    assert run is not None
    assert (run.created_by, run.prompt, run.parent) == ("grace", "a kite", parent)
    assert (run.input["resolution"], run.estimate_micros) == ("4K", 640_000)
    assert office.queue.queued[-1] == run.id
    found = office.approvals.find(asked)
    assert found is not None
    assert (found.state, found.run_id, found.decided_by) == ("accepted", run.id, "local")


def test_a_double_click_asks_once(office: Office):
    assert office.ask("the same") == office.ask("the same")
    assert len(office.approvals.waiting()) == 1


def test_many_who_accept_at_once_make_one_run(office: Office):
    asked, made = office.ask(), []

    def accept() -> None:
        made.append(office.approvals.accept(asked, by="local"))

    threads = [threading.Thread(target=accept) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 20
    assert office.queue.queued == [made[0]]
    assert len(office.runs.recent(9)) == 1
    assert office.approvals.count() == 0


def test_what_was_refused_is_never_accepted(office: Office):
    asked = office.ask()

    assert office.approvals.refuse(asked, by="local", reason="  too\n dear ")
    with pytest.raises(NotWaiting):
        office.approvals.accept(asked, by="local")

    found = office.approvals.find(asked)
    assert found is not None
    assert (found.state, found.reason) == (ApprovalState.REFUSED, "too dear")
    assert not office.approvals.refuse(asked, by="local")
    assert office.runs.recent(9) == []


def test_what_was_accepted_cannot_be_refused(office: Office):
    asked = office.ask()
    office.approvals.accept(asked, by="local")

    assert not office.approvals.refuse(asked, by="local")
    assert office.state(asked) is ApprovalState.ACCEPTED


def test_a_request_expires_and_says_so(office: Office):
    asked = office.ask()
    office.clock.pass_s(VALID_FOR_MS / 1000)

    assert office.state(asked) is ApprovalState.EXPIRED
    assert office.approvals.waiting() == []
    with pytest.raises(NotWaiting):
        office.approvals.accept(asked, by="local")
    assert not office.approvals.refuse(asked, by="local")


def test_an_owners_yes_does_not_pass_a_hard_budget_and_the_request_waits_on(office: Office):
    asked = office.ask()
    month = Terms(Scope.TEAM, "", Window.MONTH, 600_000, Strength.HARD, "UTC")
    budget = office.budgets.make(month, by="local")

    with pytest.raises(OverBudget):
        office.approvals.accept(asked, by="local")
    assert office.state(asked) is ApprovalState.WAITING
    office.budgets.change(budget, limit_micros=640_000, strength=Strength.HARD, by="local")

    assert office.queue.queued == [office.approvals.accept(asked, by="local")]


def test_a_waiting_request_holds_nothing(office: Office):
    month = Terms(Scope.TEAM, "", Window.MONTH, 10**6, Strength.HARD, "UTC")
    office.budgets.make(month, by="local")

    office.ask()

    (use,) = office.budgets.all_uses()
    assert use.used_micros == 0


def test_only_owners_decide_and_set_the_price(office: Office):
    asked = office.ask()

    for act in (
        lambda: office.approvals.accept(asked, by="grace"),
        lambda: office.approvals.refuse(asked, by="grace"),
        lambda: office.approvals.set_threshold(None, by="grace"),
    ):
        with pytest.raises(NotAnOwner):
            act()
    assert office.state(asked) is ApprovalState.WAITING


def test_what_cannot_be_asked_for_is_refused_before_an_owner_sees_it(office: Office):
    with pytest.raises(InputInvalid):
        office.ask(resolution="8K")
    with pytest.raises(BudgetWrong):
        office.approvals.set_threshold(-1, by="local")
    assert office.approvals.waiting() == []


def test_there_is_no_request_that_nobody_made(office: Office):
    assert office.approvals.find("none") is None
    with pytest.raises(NotWaiting):
        office.approvals.accept("none", by="local")
