"""The parts put together that stand between a click and its money."""

from collections.abc import Callable

from lib.domain.clock import Clock
from lib.domain.prices import PriceVersion
from lib.services.already_made import AlreadyMadeService
from lib.services.approvals import ApprovalService
from lib.services.budgets import BudgetService
from lib.services.runs import RunService
from lib.settings import Settings
from lib.store.already_made import AlreadyMade
from lib.store.approvals import Approvals
from lib.store.budgets import Budgets
from lib.store.database import Database


def budgets_of(
    settings: Settings, clock: Clock, database: Database, prices: Callable[[str], PriceVersion]
) -> BudgetService:
    """The budgets of the account that is used."""
    budgets = Budgets(database, clock, origin=settings.origin)
    return BudgetService(budgets, zone=settings.plantain_timezone, prices=prices)


def approvals_of(
    settings: Settings, clock: Clock, database: Database, runs: RunService
) -> ApprovalService:
    """Its requests that wait for an owner."""
    return ApprovalService(Approvals(database, clock, origin=settings.origin), runs)


def already_of(
    settings: Settings, clock: Clock, database: Database, runs: RunService
) -> AlreadyMadeService:
    """What it need not be asked for again."""
    return AlreadyMadeService(AlreadyMade(database, clock, origin=settings.origin), runs)
