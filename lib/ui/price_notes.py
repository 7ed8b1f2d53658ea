"""What each choice of a field costs, as text beside the field."""

from lib.domain.input_field import InputField
from lib.domain.prices import FREE, Price, PriceVersion
from lib.ui.money import price as money

ASSUMED = "≈"
ASSUMED_MEANS = (
    "≈ marks an assumed price: the vendor's page says only that the price varies. "
    "The cost that the API names afterwards is what counts."
)


def price_note(rule: InputField, prices: PriceVersion) -> str | None:
    """`0.5K ≈$0.060 · 1K $0.080 per image`; None for a field that never costs anything."""
    of_choice = prices.choices.get(rule.name)
    if not of_choice:
        return None
    is_extra = any(price == FREE for price in of_choice.values())
    told = [
        f"{_named(choice)}{_amount(price, is_extra)}"
        for choice, price in of_choice.items()
        if price != FREE
    ]
    return f"{' · '.join(told)} per image"


def has_assumed(rule: InputField, prices: PriceVersion) -> bool:
    """Whether one of the field's prices is assumed."""
    return any(price.assumed for price in prices.choices.get(rule.name, {}).values())


def _named(choice: str | bool | None) -> str:
    return f"{choice} " if isinstance(choice, str) else ""


def _amount(price: Price, is_extra: bool) -> str:
    return f"{ASSUMED if price.assumed else ''}{'+' if is_extra else ''}{money(price.unit_micros)}"
