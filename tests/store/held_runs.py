"""Clicks and ends of runs, for tests of what budgets hold of them."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from lib.domain.budget import Scope, Strength, Terms, Window
from lib.domain.decision import Counts
from lib.domain.run import CostBasis, Failure, RunState
from lib.store.budgets import Budgets
from lib.store.decisions import Decisions
from lib.store.ledger import Ledger
from lib.store.reconciliation import Reconciliation
from tests.set_clock import SetClock
from tests.store.conftest import a_run, unqueued

PRICE = 80_000


@dataclass(frozen=True)
class House:
    """All that writes runs and budgets, on one database."""

    database: sa.Engine
    clock: SetClock
    ledger: Ledger
    decisions: Decisions
    audits: Reconciliation
    budgets: Budgets

    def click(self, run_id: str, **changes: object) -> str:
        return self.ledger.add(dataclasses.replace(a_run(run_id), **changes), unqueued)

    def use(self) -> tuple[int, int, int]:
        """Spent, held and in doubt of the only budget."""
        (found,) = self.budgets.uses(self.budgets.in_force())
        return found.spent_micros, found.held_micros, found.in_doubt_micros


def house_on(database: sa.Engine) -> House:
    clock = SetClock()
    return House(
        database,
        clock,
        Ledger(database, clock),
        Decisions(database, clock),
        Reconciliation(database, clock, origin="sandbox"),
        Budgets(database, clock, origin="sandbox"),
    )


def terms(limit_micros: int = PRICE, **others: object) -> Terms:
    values: dict[str, object] = {"scope": Scope.TEAM, "subject": "", "window": Window.MONTH}
    values |= {"strength": Strength.HARD, "zone": "Europe/Berlin", **others}
    return Terms(limit_micros=limit_micros, **values)


def send(house: House, run_id: str) -> None:
    house.ledger.intend(run_id, quiet_ms=1000)
    house.ledger.accept(run_id, f"remote-{run_id}", status="queued")


def finish(house: House, run_id: str, state: RunState, cost_micros: int | None) -> None:
    basis = CostBasis.IN_DOUBT if cost_micros is None else CostBasis.CONFIRMED
    send(house, run_id)
    house.ledger.finish(run_id, state, cost_micros=cost_micros, cost_basis=basis)


# -- ends ----------------------------------------------------------------------------------------


def refused(house: House, run_id: str) -> None:
    house.ledger.intend(run_id, quiet_ms=1000)
    house.ledger.refuse(run_id, Failure("NO", "no"), http_status=422, due_at=0)


def taken_back(house: House, run_id: str) -> None:
    house.ledger.cancel(run_id)


def failed_free(house: House, run_id: str) -> None:
    finish(house, run_id, RunState.FAILED, 0)


def stored_for_less(house: House, run_id: str) -> None:
    finish(house, run_id, RunState.STORED, 60_000)


def stored_for_more(house: House, run_id: str) -> None:
    finish(house, run_id, RunState.STORED, 200_000)


def parked(house: House, run_id: str) -> None:
    finish(house, run_id, RunState.PARKED, None)


def canceled_at_the_api(house: House, run_id: str) -> None:
    finish(house, run_id, RunState.CANCELED, None)


def corrected_later(house: House, run_id: str) -> None:
    canceled_at_the_api(house, run_id)
    house.audits.correct_cost(run_id, 30_000)


def given_up_as_free(house: House, run_id: str) -> None:
    parked(house, run_id)
    house.decisions.give_up(run_id, Counts.NOTHING, by="ada")


def given_up_as_charged(house: House, run_id: str) -> None:
    parked(house, run_id)
    house.decisions.give_up(run_id, Counts.ESTIMATE, by="ada")


def taken_up_again(house: House, run_id: str) -> None:
    given_up_as_charged(house, run_id)
    house.decisions.take_up(run_id, f"remote-{run_id}", status="running", by="ada")


def deleted(house: House, run_id: str) -> None:
    stored_for_less(house, run_id)
    house.ledger.delete(run_id)


End = Callable[[House, str], None]
