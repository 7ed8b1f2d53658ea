"""A hard budget for all time in the state machine, of so many runs."""

from datetime import date

from lib.domain.budget import BudgetUse, OverBudget, Scope, Strength, Terms, Window
from lib.store.budgets import Budgets
from tests.faults.api_in_memory import COST_MICROS
from tests.faults.small_plantain import MODEL, ORIGIN, SmallPlantain

FIRST_DAY, LAST_DAY = date(1960, 1, 1), date(2199, 1, 1)
"""Clocks are set back and forth, and a run is not to leave the budget by that."""


def set_a_cap(plantain: SmallPlantain, runs: int) -> None:
    terms = Terms(
        scope=Scope.TEAM,
        subject="",
        window=Window.ONCE,
        limit_micros=runs * COST_MICROS,
        strength=Strength.HARD,
        zone="Europe/Berlin",
        first_day=FIRST_DAY,
        last_day=LAST_DAY,
    )
    _budgets(plantain).make(terms, by="local")


def uses(plantain: SmallPlantain) -> list[BudgetUse]:
    """What the budget holds; nothing in a history without one."""
    budgets = _budgets(plantain)
    return budgets.uses(budgets.in_force())


def click_within_budget(plantain: SmallPlantain, token: str) -> str | None:
    """I9. The run's id, None when it was refused."""
    fits = all(use.fits(COST_MICROS) for use in uses(plantain))
    before = _count(plantain)
    try:
        run_id = plantain.runs.submit(
            MODEL, {"prompt": "a kite"}, click_token=token, created_by="local"
        )
    except OverBudget:
        assert not fits, "I9: what fits was refused"
        assert _count(plantain) == before, "I9: refused and recorded"
        return None
    assert fits or _count(plantain) == before, "I9: what does not fit was let through"
    return run_id


def _budgets(plantain: SmallPlantain) -> Budgets:
    return Budgets(plantain.database, plantain.clock, origin=ORIGIN)


def _count(plantain: SmallPlantain) -> int:
    with plantain.database.connect() as db:
        return int(db.exec_driver_sql("SELECT count(*) FROM run").scalar_one())
