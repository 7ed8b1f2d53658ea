"""What compares the API's list of runs with the ledger."""

from lib.bootstrap_prices import price_checking_of
from lib.domain.clock import Clock
from lib.runflow.api import Client
from lib.services.audit import AuditService
from lib.settings import Settings
from lib.store.audits import Audits
from lib.store.database import Database
from lib.store.decisions import Decisions
from lib.store.reconciliation import Reconciliation
from lib.store.records import Records


def audits_of(settings: Settings, clock: Clock, database: Database, client: Client) -> AuditService:
    """Audits of the runs of this account, and of the prices."""
    return AuditService(
        audits=Audits(database, origin=settings.origin),
        reconciliation=Reconciliation(database, clock, origin=settings.origin),
        decisions=Decisions(database, clock),
        records=Records(database),
        client=client,
        clock=clock,
        origin=settings.origin,
        afterwards=price_checking_of(settings, clock, database, client).check_if_due,
    )
