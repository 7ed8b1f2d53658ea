"""What knows the prices."""

from lib.domain.clock import Clock
from lib.services.pricing import PricingService
from lib.settings import Settings
from lib.store.database import Database
from lib.store.price_evidence import PriceEvidence
from lib.store.price_versions import PriceVersions


def pricing_of(settings: Settings, clock: Clock, database: Database) -> PricingService:
    """The price book, and what the runs of this account say about it."""
    return PricingService(
        versions=PriceVersions(database),
        evidence=PriceEvidence(database, origin=settings.origin),
        is_play=settings.uses_sandbox,
        zone=settings.zone,
        clock=clock,
    )
