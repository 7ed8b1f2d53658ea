"""The figures behind what mattered, as tables to read and to draw charts of."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from lib.domain.experiment_effects import Comparison, Effect, Figure, Measure, Number
from lib.domain.experiment_frontier import Offer, frontier
from lib.domain.experiment_vote_shares import THE_OTHERS
from lib.domain.intervals import Interval
from lib.domain.money import dollars_from_micros
from lib.services.experiments.mattered_words import amount, points, span
from lib.ui import money
from lib.ui.plain import excerpt

LONGEST_VALUE = 60
CLEAR, UNCLEAR, FIRST = "Clear", "Not clear", "Compared with"
CHEAPEST, DEARER = "No cheaper one beats it", "Dearer or no better"
SHARES = (Measure.VOTES, Measure.FAILURES)
COUNTED = {Measure.VOTES: "Votes", Measure.RATING: "Ratings"}


def table_of(effects: Sequence[Effect]) -> pd.DataFrame:
    """One line a value: how often, how much by itself, how much more than the first, and so."""
    measure = effects[0].measure
    counted = COUNTED.get(measure, "Runs")
    columns = ["Parameter", "Value", counted, "Share" if measure in SHARES else "Mean"]
    columns += ["More than the first", "So"] if measure is not Measure.VOTES else ["So"]
    rows = [row for effect in effects for row in _rows(effect)]
    return pd.DataFrame(rows, columns=columns)


def _rows(effect: Effect) -> Iterator[tuple[Any, ...]]:
    against = effect.against_first()
    for nth, figure in enumerate(effect.figures):
        alone = _with_interval(effect.measure, figure.mean, figure.interval)
        value = excerpt(figure.value, LONGEST_VALUE)
        told = (effect.factor.name, value, figure.count, alone)
        if effect.measure is Measure.VOTES:
            yield *told, _verdict(effect.comparisons[nth])
        elif nth == 0:
            yield *told, "", "the first"
        else:
            one = against.get(figure.value)
            yield *told, _more(effect, one), _verdict(one)


def _more(effect: Effect, one: Comparison | None) -> str:
    if one is None or not one.pairs:
        return ""
    if effect.measure is Measure.FAILURES:
        within = f" ({points(one.interval)})" if one.interval else ""
        return f"{float(one.difference) * 100:+.0f} points{within}, {one.pairs:,} runs"
    more = _with_interval(effect.measure, one.difference, one.interval, is_difference=True)
    if effect.is_fitted:
        return f"{more}, fitted"
    return f"{more}, {one.pairs:,} {'pair' if one.pairs == 1 else 'pairs'}"


def _verdict(one: Comparison | None) -> str:
    if one is None or not one.is_enough:
        return "too few to say"
    if not one.is_clear:
        return "no difference" if one.is_exact else "no clear difference"
    more, less = ("wins more", "wins less") if one.against == THE_OTHERS else ("more", "less")
    return more if one.difference > 0 else less


def _with_interval(
    measure: Measure, number: Number, interval: Interval | None, *, is_difference: bool = False
) -> str:
    told = amount(measure, number, money.price)
    sign = "+" if is_difference and number > 0 else ""
    within = f" ({span(measure, interval, money.price)})" if interval else ""
    return f"{sign}{told}{within}"


# -- charts --------------------------------------------------------------------------------------


def dots_of(effects: Sequence[Effect]) -> pd.DataFrame:
    """One row a value: `key`, `label`, `mean`, `low`, `high`, `kind` and `told`, in their order.

    Shares stand by themselves, numbers as their difference from the first value: in stars, seconds
    and dollars.
    """
    rows = []
    for number, effect in enumerate(effects):
        for nth, figure in enumerate(effect.figures):
            told = _dot(effect, nth, figure)
            label = f"{effect.factor.name}: {excerpt(figure.value, LONGEST_VALUE)}"
            if told is not None:
                rows.append({"key": f"{number}.{nth}", "label": label, **told})
    columns = ["key", "label", "mean", "low", "high", "kind", "told"]
    return pd.DataFrame(rows, columns=columns)


def _dot(effect: Effect, nth: int, figure: Figure) -> dict[str, Any] | None:
    measure = effect.measure
    if measure in SHARES:
        one = effect.comparisons[nth] if measure is Measure.VOTES else None
        compared = one or effect.against_first().get(figure.value)
        kind = FIRST if compared is None else CLEAR if compared.is_clear else UNCLEAR
        low, high = figure.interval or (figure.mean, figure.mean)
        told = _with_interval(measure, figure.mean, figure.interval)
        return {**_ends(measure, figure.mean, low, high), "kind": kind, "told": told}
    if nth == 0:
        told = _with_interval(measure, figure.mean, figure.interval)
        return {**_ends(measure, 0, 0, 0), "kind": FIRST, "told": told}
    one = effect.against_first().get(figure.value)
    if one is None or not one.is_enough:
        return None
    low, high = one.interval or (one.difference, one.difference)
    kind = CLEAR if one.is_clear else UNCLEAR
    return {**_ends(measure, one.difference, low, high), "kind": kind, "told": _more(effect, one)}


def _ends(measure: Measure, mean: Number, low: Number, high: Number) -> dict[str, float]:
    return {
        "mean": drawn(measure, mean),
        "low": drawn(measure, low),
        "high": drawn(measure, high),
    }


def drawn(measure: Measure, number: Number) -> float:
    """A figure as a place in a chart: seconds, dollars, stars or a share."""
    if measure is Measure.PRICE:
        return float(dollars_from_micros(round(number)))
    return float(number) / 1000 if measure is Measure.TIME else float(number)


# -- price against quality -----------------------------------------------------------------------


def offers_frame(offers: Sequence[Offer], quality: Measure) -> pd.DataFrame:
    """One row an offer: `label`, `price` in dollars, `quality`, `low`, `high`, `kind`, `told`."""
    best = frontier(offers)
    rows = [
        {
            "label": excerpt(one.label, LONGEST_VALUE),
            "price": drawn(Measure.PRICE, one.price_micros),
            "quality": one.quality,
            "low": (one.interval or (one.quality, one.quality))[0],
            "high": (one.interval or (one.quality, one.quality))[1],
            "kind": CHEAPEST if one in best else DEARER,
            "told": _with_interval(quality, one.quality, one.interval),
            "exact": money.price(round(one.price_micros)),
        }
        for one in offers
    ]
    return pd.DataFrame(rows)


def offers_table(offers: Sequence[Offer], quality: Measure) -> pd.DataFrame:
    """The offers, the cheapest first."""
    best = frontier(offers)
    rows = [
        (
            excerpt(one.label, LONGEST_VALUE),
            money.price(round(one.price_micros)),
            _with_interval(quality, one.quality, one.interval),
            one.count,
            CHEAPEST if one in best else DEARER,
        )
        for one in sorted(offers, key=lambda one: (one.price_micros, -one.quality))
    ]
    found = "Share won" if quality is Measure.VOTES else "Stars"
    return pd.DataFrame(rows, columns=["Settings", "Price", found, COUNTED[quality], "So"])
