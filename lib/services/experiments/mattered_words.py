"""What mattered, in plain sentences: nothing is claimed where chance could have done it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lib.domain.experiment_effects import Comparison, Effect, Measure, Number
from lib.domain.experiment_frontier import Offer, frontier
from lib.domain.experiment_results import Factor
from lib.domain.experiment_vote_shares import THE_OTHERS
from lib.domain.intervals import Interval
from lib.domain.money import exact_dollars

if TYPE_CHECKING:
    from lib.domain.experiment_flips import Flip
    from lib.services.experiments.mattered import FactorEffects, Mattered

LONGEST_VALUE = 40
ABOUT_THE_SAME = 1.05
TWICE = 2
A_SECOND_MS = 1_000
NOTHING_JUDGED = (
    "Nothing is rated or voted on yet: rate pictures with 1 to 5 in the grid, or judge them blind, "
    "and it shows here what made them better. Time, price and failures show already."
)
MANY = 20
CHANCE = (
    "{count} pairs of values were compared: where nothing matters at all, about one parameter "
    "in twenty seems to, by chance."
)
Price = Callable[[int], str]


def exact(micros: int) -> str:
    """An amount to the last micro-dollar."""
    return f"{'-' if micros < 0 else ''}${exact_dollars(abs(micros))}"


def sentences(found: Mattered, price: Price) -> list[str]:
    """All there is to say, what mattered most first."""
    told = [sentence for each in found.factors if (sentence := of_factor(each, price))]
    told += [_of_flip(one) for one in found.flips]
    if found.offers and found.quality:
        told.append(of_offers(found.offers, found.quality, price))
    if found.seeds:
        told.append(found.seeds.sentence)
    if found.pictures and not found.rated and not found.voted:
        told.append(NOTHING_JUDGED)
    if found.comparisons >= MANY:
        told.append(CHANCE.format(count=found.comparisons))
    return told


def of_factor(each: FactorEffects, price: Price) -> str:
    """What a factor did, what it did not do, and what nobody can say yet."""
    clear = [told for effect in each.effects if (told := _claim(effect, price))]
    unclear = [told for effect in each.effects if (told := _no_difference(effect, price))]
    missing = [f"{effect.measure} ({effect.missing})" for effect in each.effects if effect.missing]
    parts = ["; ".join(clear)] if clear else []
    parts += [f"no difference one can see in {', '.join(unclear)}"] if unclear else []
    parts += [f"too few to say: {', '.join(missing)}"] if missing else []
    return f"{each.factor.name}: {'; '.join(parts)}." if parts else ""


def value_word(factor: Factor, value: str) -> str:
    """A value in a sentence: a text in quotes, and not too long."""
    if value == THE_OTHERS:
        return value
    short = value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE].rstrip()}…"
    short = " ".join(short.split())
    return short if factor.is_setting else f"“{short}”"


def amount(measure: Measure, number: Number, price: Price) -> str:
    """A figure with its unit: `54%`, `3.9 stars`, `3.1 s`, `240 ms`, `$0.080`."""
    match measure:
        case Measure.VOTES | Measure.FAILURES:
            return f"{_rounded(float(number) * 100, 0)}%"
        case Measure.RATING:
            return f"{_rounded(float(number), 1)} stars"
        case Measure.TIME if abs(float(number)) < A_SECOND_MS:
            return f"{_rounded(float(number), 0)} ms"
        case Measure.TIME:
            return f"{_rounded(float(number) / A_SECOND_MS, 1)} s"
        case Measure.PRICE:
            return price(round(number))


def _rounded(number: float, places: int) -> str:
    """Without the sign of what rounds to nothing."""
    return f"{round(number, places) + 0.0:.{places}f}"


def span(measure: Measure, interval: Interval, price: Price) -> str:
    """`47% to 61%`, `0.4 to 1.4 stars`, `850 ms to 1.2 s`."""
    low, high = (amount(measure, end, price) for end in interval)
    unit = high.rpartition(" ")[2]
    return f"{low.removesuffix(f' {unit}')} to {high}"


def points(interval: Interval) -> str:
    """A difference of shares: `-24 to 3 points`."""
    low, high = (_rounded(end * 100, 0) for end in interval)
    return f"{low} to {high} points"


# -- claims --------------------------------------------------------------------------------------


def _claim(effect: Effect, price: Price) -> str:
    """What is clear; empty where nothing is."""
    if effect.missing:
        return ""
    if effect.clearest is None:
        same = bool(effect.comparisons) and all(one.is_exact for one in effect.comparisons)
        return "the price is the same" if same else ""
    if effect.measure is Measure.VOTES:
        return _votes_won(effect)
    one = effect.clearest
    value, against = (value_word(effect.factor, word) for word in (one.value, one.against))
    by = amount(effect.measure, one.difference, price)
    by_fit = ", by a fit" if effect.is_fitted else ""
    within = f" ({span(effect.measure, one.interval, price)}{by_fit})" if one.interval else ""
    match effect.measure:
        case Measure.RATING:
            return f"{value} has {by} more than {against}{within}"
        case Measure.TIME:
            return f"{value} takes {by} longer than {against}{within}"
        case Measure.PRICE:
            return f"{value} costs {by} more than {against}{within}{_times(effect, one)}"
        case _:
            more, less = _share(effect, one.value), _share(effect, one.against)
            return f"{value} fails or is flagged more often than {against}: {more} against {less}"


def _votes_won(effect: Effect) -> str:
    one = max(
        (told for told in effect.comparisons if told.is_clear),
        key=lambda told: (abs(told.difference), told.difference),
    )
    figure = next(told for told in effect.figures if told.value == one.value)
    within = _of_votes(one)
    against = "" if len(effect.figures) == TWICE else f" against {THE_OTHERS}"
    only = "only " if one.difference < 0 else ""
    word = value_word(effect.factor, one.value)
    return f"{word} wins {only}{float(figure.mean):.0%} of votes{against} ({within})"


def _of_votes(one: Comparison) -> str:
    low, high = one.interval or (0.0, 0.0)
    return f"{low + 0.5:.0%} to {high + 0.5:.0%} of {one.pairs} votes"


def _times(effect: Effect, one: Comparison) -> str:
    means = {told.value: float(told.mean) for told in effect.figures}
    if means[one.against] <= 0 or means[one.value] / means[one.against] < ABOUT_THE_SAME:
        return ""
    times = means[one.value] / means[one.against]
    return ", twice as much" if f"{times:.2f}" == "2.00" else f", {times:.1f} times as much"


def _share(effect: Effect, value: str) -> str:
    one = next(told for told in effect.figures if told.value == value)
    return f"{float(one.mean):.0%} of {one.count} runs"


def _no_difference(effect: Effect, price: Price) -> str:
    """The measure, and how large a difference there could still be; empty where there is one."""
    one = effect.widest
    if effect.missing or effect.clearest or one is None:
        return ""
    if one.interval is None:  # of prices, which are all the same
        return ""
    if effect.measure is Measure.VOTES:
        most = max(effect.comparisons, key=lambda told: told.difference)
        word = value_word(effect.factor, most.value)
        return f"votes ({word} wins {_of_votes(most)})"
    if effect.measure is Measure.FAILURES:
        return f"failures ({points(one.interval)})"
    by_fit = ", by a fit" if effect.is_fitted else ""
    return f"{effect.measure} ({span(effect.measure, one.interval, price)}{by_fit})"


def _of_flip(flip: Flip) -> str:
    value, against = (
        value_word(flip.factor, word) for word in (flip.better.value, flip.better.against)
    )
    up, down = (value_word(flip.by, word) for word in (flip.better_with, flip.worse_with))
    more, less = flip.better.difference, -flip.worse.difference
    return (
        f"{flip.factor.name} turns round by {flip.by.name}: with {up}, {value} has "
        f"{float(more):.1f} stars more than {against}; with {down}, {float(less):.1f} fewer."
    )


def of_offers(offers: Sequence[Offer], quality: Measure, price: Price) -> str:
    """Which settings no cheaper ones beat."""
    best = frontier(offers)
    beaten = [one for one in offers if one not in best]
    told = f"Price against {quality}, by the averages: "
    told += f"no cheaper settings beat {', '.join(_offer(one, quality, price) for one in best)}"
    if beaten:
        told += f"; dearer or no better: {', '.join(_offer(one, quality, price) for one in beaten)}"
    return f"{told}."


def _offer(offer: Offer, quality: Measure, price: Price) -> str:
    good = amount(quality, offer.quality, price)
    return f"{offer.label} ({price(round(offer.price_micros))}, {good})"
