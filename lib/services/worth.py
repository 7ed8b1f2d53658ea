"""What choices that cost extra were worth, and what a kept picture cost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.history_filters import NO, YES
from lib.domain.periods import Days
from lib.domain.prices import Choice, Price
from lib.domain.spend import Cut, Group
from lib.domain.worth import Trial, Worth
from lib.services.pricing import PricingService
from lib.store.kept_runs import KeptRuns
from lib.store.tables import Tables

Trials = Mapping[tuple[str, ...], Trial]


@dataclass(frozen=True, slots=True)
class _Extra:
    """A choice that costs something: the place of its field, and what the history calls its value."""

    place: int
    value: str
    price: Price


class WorthService:
    """Compares the runs of one origin. Days are those of `zone`, by the time of the click."""

    def __init__(
        self,
        kept: KeptRuns,
        tables: Tables,
        pricing: PricingService,
        *,
        origin: str,
        zone: ZoneInfo,
    ) -> None:
        self._kept = kept
        self._tables = tables
        self._origin = origin
        self._pricing = pricing
        self._zone = zone

    def kept_pictures(self, days: Days) -> int:
        """The pictures of the runs clicked on these days that were kept."""
        return self._kept.pictures(*days.span_ms(self._zone))

    def table(self, days: Days) -> list[Worth]:
        """Each resolution and each extra of the price book, those without any run left out."""
        span = days.span_ms(self._zone)
        prices = self._pricing.current(DEFAULT_MODEL.id)
        fields = tuple(prices.choices)
        trials = self._kept.by_choice(fields, *span)
        everything = sum(trials.values(), Trial())
        charges = self._charges(days)
        found = []
        for extra in _extras(prices.choices):
            with_it = _with(trials, extra, fields)
            charge = charges.get(extra.price.sku or "")
            if with_it.runs or charge:
                spend, pictures = charge or (0, 0)
                told = (extra.price.label, spend, pictures)
                found.append(Worth(*told, with_it, everything - with_it))
        return found

    def _charges(self, days: Days) -> dict[str, tuple[int, int]]:
        """Spend and quantity by SKU."""
        cut = Cut(self._origin, *days.span_ms(self._zone), self._zone)
        sums = self._tables.sums(cut, by=(Group.SKU,))
        columns = (sums[Group.SKU], sums["amount_micros"], sums["quantity"])
        return {sku: (int(spend), int(count)) for sku, spend, count in zip(*columns, strict=True)}


def _extras(choices: Mapping[str, Mapping[Choice, Price]]) -> Iterator[_Extra]:
    for place, of_choice in enumerate(choices.values()):
        for value, price in of_choice.items():
            if price.sku:
                yield _Extra(place, _as_told(value), price)


def _with(trials: Trials, extra: _Extra, fields: tuple[str, ...]) -> Trial:
    """The runs that chose it; what a run does not say has the model's default."""
    default = _as_told(DEFAULT_MODEL.defaults().get(fields[extra.place]))
    return sum(
        (trial for key, trial in trials.items() if (key[extra.place] or default) == extra.value),
        Trial(),
    )


def _as_told(value: Choice) -> str:
    """A value as the history writes it."""
    if isinstance(value, bool):
        return YES if value else NO
    return value or ""
