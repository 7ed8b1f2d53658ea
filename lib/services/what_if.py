"""What a span of days would have cost with other choices."""

from functools import cache
from zoneinfo import ZoneInfo

from lib.domain.periods import Days
from lib.domain.prices import BookEntry
from lib.domain.what_if import Choices, Repriced, Sizes, repriced
from lib.services.pricing import PricingService
from lib.store.what_was_charged import WhatWasCharged


class WhatIfService:
    """Prices the charges of one origin again. Days are those of `zone`."""

    def __init__(self, charged: WhatWasCharged, pricing: PricingService, *, zone: ZoneInfo) -> None:
        self._charged = charged
        self._pricing = pricing
        self._zone = zone

    def versions(self) -> list[BookEntry]:
        """The prices that can be tried, the newest first."""
        return [entry for entry in self._pricing.entries() if entry.withdrawn_at is None]

    def repriced(self, days: Days, choices: Choices) -> Repriced:
        """What was charged on these days, with other choices."""
        from_ms, to_ms = days.span_ms(self._zone)
        tell_kept = choices.sizes is Sizes.LARGE_FOR_KEPT
        charged = self._charged.between(from_ms, to_ms, tell_kept=tell_kept)
        return repriced(charged, choices, cache(self._pricing.find))
