"""What knows the prices."""

from lib.domain.clock import Clock
from lib.runflow.api import Client
from lib.services.price_checking import PriceChecking
from lib.services.pricing import PricingService
from lib.settings import Settings
from lib.store.database import Database
from lib.store.price_checks import PriceChecks
from lib.store.price_evidence import PriceEvidence
from lib.store.price_versions import PriceVersions


def pricing_of(settings: Settings, clock: Clock, database: Database) -> PricingService:
    """The price book, and what the runs of this account say about it."""
    return PricingService(
        versions=PriceVersions(database),
        evidence=PriceEvidence(database, origin=settings.origin),
        checks=PriceChecks(database, origin=settings.origin),
        is_play=settings.uses_sandbox,
        zone=settings.zone,
        clock=clock,
    )


def price_checking_of(
    settings: Settings, clock: Clock, database: Database, client: Client
) -> PriceChecking:
    """What compares the price book with the API's own rules."""
    return PriceChecking(
        checks=PriceChecks(database, origin=settings.origin),
        client=client,
        prices=pricing_of(settings, clock, database).current,
        clock=clock,
    )
