"""What compares the API's list of runs with the ledger."""

from lib.bootstrap_prices import price_checking_of
from lib.domain.clock import Clock
from lib.runflow.api import Client
from lib.services.account import AccountService
from lib.services.audit import AuditService
from lib.services.outside_spend import OutsideSpending
from lib.settings import Settings
from lib.store.audits import Audits
from lib.store.balances import Balances
from lib.store.database import Database
from lib.store.decisions import Decisions
from lib.store.reconciliation import Reconciliation
from lib.store.records import Records


def account_of(
    settings: Settings, clock: Clock, database: Database, client: Client
) -> AccountService:
    """The account, with what leaves it without us."""
    balances = Balances(database, clock, origin=settings.origin)
    return AccountService(client, clock, OutsideSpending(balances))


def audits_of(
    settings: Settings,
    clock: Clock,
    database: Database,
    client: Client,
    account: AccountService,
) -> AuditService:
    """Audits of the runs of this account, of the prices and of the balance."""
    check_prices = price_checking_of(settings, clock, database, client).check_if_due

    def the_rest() -> None:
        try:
            check_prices()
        finally:
            account.look_again()

    return AuditService(
        audits=Audits(database, origin=settings.origin),
        reconciliation=Reconciliation(database, clock, origin=settings.origin),
        decisions=Decisions(database, clock),
        records=Records(database),
        client=client,
        clock=clock,
        origin=settings.origin,
        afterwards=the_rest,
    )
