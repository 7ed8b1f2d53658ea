"""Once a day the price book is compared with the API's own rules. Nothing follows from it by itself."""

import logging
from collections.abc import Callable
from typing import Protocol

from lib.domain.catalog import MODELS
from lib.domain.clock import Clock
from lib.domain.errors import ApiError, NotWritten, PriceUnknown
from lib.domain.price_rules import PriceCheck, PriceRule, RulesUnreadable, differences
from lib.domain.prices import PriceVersion
from lib.runflow.retry import ONE_TRY, Patience
from lib.runflow.wire import PricingRule
from lib.store.price_checks import PriceChecks

AGAIN_AFTER_MS = 24 * 3600 * 1000

log = logging.getLogger(__name__)


class Asked(Protocol):
    """What answers for the API."""

    def model_pricing(self, model_id: str, *, patience: Patience) -> tuple[PricingRule, ...]:
        """The rules of a model's price."""


class PriceChecking:
    """Compares the prices in effect (`prices`) with the API's."""

    def __init__(
        self,
        *,
        checks: PriceChecks,
        client: Asked,
        prices: Callable[[str], PriceVersion],
        clock: Clock,
    ) -> None:
        self._checks = checks
        self._client = client
        self._prices = prices
        self._clock = clock

    def check_if_due(self) -> None:
        """Compare each model's prices that were not compared for a day. Raises nothing."""
        for model in MODELS:
            last = self._checks.last(model.id)
            if last is None or not 0 <= self._clock.now_ms() - last.at < AGAIN_AFTER_MS:
                self._check(model.id)

    def _check(self, model_id: str) -> None:
        try:
            check = self._compared(model_id)
            if check.differences:
                log.warning("%s: the API lists other prices than the book", model_id)
            self._checks.record(model_id, check)
        except NotWritten as error:
            log.info("the comparison of prices was not kept: %s", error)

    def _compared(self, model_id: str) -> PriceCheck:
        now = self._clock.now_ms()
        try:
            rules = self._client.model_pricing(model_id, patience=ONE_TRY)
            found = differences(
                self._prices(model_id), [rule_of(one) for one in rules if in_force(one)]
            )
            return PriceCheck(now, found)
        except (ApiError, PriceUnknown, RulesUnreadable) as error:
            return PriceCheck(now, problem=str(error))


def rule_of(told: PricingRule) -> PriceRule:
    """A rule as it is compared. The API names the input field by its dimension."""
    return PriceRule(
        effect=told.rule_effect_code,
        field=told.dimension_code,
        value=told.match_value,
        micros=told.price_micros,
        currency=told.currency_code,
    )


def in_force(told: PricingRule) -> bool:
    """Whether the rule is not switched off."""
    return told.disabled_at is None
