"""The parts that keep the books: months that are closed, and what is taken out of them."""

from dataclasses import dataclass

from lib.domain.clock import Clock
from lib.services.closing import ClosingService
from lib.services.receipts import Receipts
from lib.settings import Settings
from lib.store.audits import Audits
from lib.store.closed_months import ClosedMonths
from lib.store.database import Database
from lib.store.records import Records
from lib.store.run_lines import RunLines
from lib.store.tables import Tables


@dataclass(frozen=True, slots=True)
class Books:
    """What is done with the charge lines beyond reading them."""

    closing: ClosingService
    receipts: Receipts


def books_of(settings: Settings, clock: Clock, database: Database, tables: Tables) -> Books:
    """The books of the account that is used."""
    origin, zone = settings.origin, settings.zone
    months = ClosedMonths(database, clock, origin=origin)
    return Books(
        closing=ClosingService(months, tables, origin=origin, zone=zone, clock=clock),
        receipts=Receipts(
            Records(database),
            RunLines(database),
            Audits(database, origin=origin),
            origin=origin,
            is_play_money=settings.uses_sandbox,
            zone=zone,
            clock=clock,
        ),
    )
