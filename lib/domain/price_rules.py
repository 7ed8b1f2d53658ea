"""The API's own rules of a price, compared with the price book. They are shown, never followed.

A model has one base price; rules multiply it, or add to it, where an input field has a value.
(The shape of these rules is documented; real ones were not seen, so what is not understood is
told.)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lib.domain.prices import FREE, Choice, PriceVersion

BASE, MULTIPLY, ADD = "base", "multiply", "add"
ONE = 1_000_000


@dataclass(frozen=True, slots=True)
class PriceRule:
    """One rule in force. `micros`: millionths of a dollar, or of the factor of a rule that multiplies."""

    effect: str | None
    field: str | None
    value: str | None
    micros: int | None
    currency: str | None = "USD"


@dataclass(frozen=True, slots=True)
class PriceDifference:
    """A price that the API's rules have otherwise than the book, in micro-dollars; None: not at all."""

    what: str
    book_micros: int | None
    api_micros: int | None


@dataclass(frozen=True, slots=True)
class PriceCheck:
    """One comparison, at `at` (ms UTC). `problem` says why there was nothing to compare."""

    at: int
    differences: tuple[PriceDifference, ...] = ()
    problem: str | None = None


class RulesUnreadable(Exception):
    """The API's rules are not of a kind that a price can be made of."""


def differences(version: PriceVersion, rules: Sequence[PriceRule]) -> tuple[PriceDifference, ...]:
    """What the book has otherwise than the rules. Raises RulesUnreadable."""
    bases = [rule.micros for rule in rules if rule.effect == BASE]
    if len(bases) != 1 or bases[0] is None:
        raise RulesUnreadable(f"The API lists {len(bases)} base prices instead of one.")
    if any(rule.currency not in (None, "USD") for rule in rules):
        raise RulesUnreadable("The API lists prices in another currency than US dollars.")
    return (*_of_the_book(version, bases[0], rules), *_beyond_it(version, rules))


def _of_the_book(
    version: PriceVersion, base: int, rules: Sequence[PriceRule]
) -> Iterator[PriceDifference]:
    for field, prices in version.choices.items():
        is_base = FREE not in prices.values()
        for value, price in prices.items():
            found = _by_the_rules(field, value, base if is_base else 0, rules)
            if found != price.unit_micros:
                what = price.label or f"{field} {spelt(value)}"
                yield PriceDifference(what, price.unit_micros, found)


def _by_the_rules(field: str, value: Choice, base: int, rules: Sequence[PriceRule]) -> int:
    amount = Decimal(base)
    matching = [rule for rule in rules if rule.field == field and rule.value == spelt(value)]
    for rule in matching:
        if rule.effect == MULTIPLY:
            amount *= Decimal(rule.micros or 0) / ONE
    return int(amount) + sum(rule.micros or 0 for rule in matching if rule.effect == ADD)


def _beyond_it(version: PriceVersion, rules: Sequence[PriceRule]) -> Iterator[PriceDifference]:
    """Rules about what the book has no price for."""
    for rule in rules:
        known = {spelt(value) for value in version.choices.get(rule.field or "", {})}
        is_known = rule.effect in (MULTIPLY, ADD) and rule.value in known
        if rule.effect != BASE and not is_known and rule.micros:
            what = f"{rule.effect} {rule.field} {rule.value}"
            yield PriceDifference(what, None, rule.micros if rule.effect == ADD else None)


def spelt(value: Choice) -> str:
    """A value as the rules spell it: `true`, `2K`; the empty text for *not set*."""
    if isinstance(value, bool):
        return str(value).lower()
    return value or ""
