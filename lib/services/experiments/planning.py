"""What an experiment would be: its cells with their prices, before anything is held or sent."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from lib.domain.already_made import Made
from lib.domain.catalog import find_model
from lib.domain.experiment import Cell, Design
from lib.domain.experiment_axes import Value
from lib.domain.experiment_check import checked_cells, unfilled
from lib.domain.experiment_fitting import SmallerDesign, smaller_designs
from lib.domain.experiment_queue import Queue, cells_until_done
from lib.domain.prices import Estimate, EstimateLine, PriceVersion, estimate
from lib.store.experiment_entries import Priced

IMAGES = "num_images"
SIZE = "resolution"


@dataclass(frozen=True, slots=True)
class Plan:
    """A design's cells, and what they come to. Money is micro-dollars.

    `lines` has a sum for each thing that is charged for. `expected_ms` is how long it takes from
    what runs took lately; None where none has told. `unfilled` are words in braces without values.
    """

    design: Design
    cells: Sequence[Priced]
    lines: Sequence[EstimateLine]
    prices: str
    images: int
    expected_ms: float | None
    unfilled: Sequence[str]
    is_reusing: bool = False

    @property
    def reused(self) -> int:
        """How many cells are not bought, since their pictures are there."""
        return sum(priced.made is not None for priced in self.cells)

    @property
    def saved_micros(self) -> int:
        return sum(priced.saved_micros for priced in self.cells)

    @property
    def total_micros(self) -> int:
        return sum(priced.estimate_micros for priced in self.cells)

    @property
    def dearest(self) -> Priced | None:
        """The cell that costs most."""
        return max(self.cells, key=lambda priced: priced.estimate_micros, default=None)

    @property
    def is_assumed(self) -> bool:
        return any(line.assumed for line in self.lines)


def _nothing_made(_model_id: str, inputs: Sequence[Mapping[str, Any]]) -> Sequence[Made | None]:
    """Nothing is used again."""
    return [None] * len(inputs)


class Planning:
    """Prices designs.

    `most` runs are under way at a time, among them those of `queues`; `made` knows whose pictures
    are there.
    """

    def __init__(
        self,
        *,
        prices: Callable[[str], PriceVersion],
        durations_ms: Callable[[], Mapping[str, float]],
        most: int,
        queues: Callable[[], Sequence[Queue]] = tuple,
        made: Callable[[str, Sequence[Mapping[str, Any]]], Sequence[Made | None]] = _nothing_made,
    ) -> None:
        self._made = made
        self._prices = prices
        self._durations_ms = durations_ms
        self._most = most
        self._queues = queues

    def plan(self, design: Design, *, reuse: bool = False) -> Plan:
        """With `reuse`, cells whose pictures are there already cost nothing: of repeats one each.

        Raises DesignWrong and PriceUnknown.
        """
        cells = checked_cells(design, find_model(design.model_id))
        version = self._prices(design.model_id)
        estimates = [estimate_of(version, cell.input) for cell in cells]
        made = self._found(design.model_id, cells) if reuse else [None] * len(cells)
        bought = [of for of, there in zip(estimates, made, strict=True) if there is None]
        to_buy = [cell for cell, there in zip(cells, made, strict=True) if there is None]
        return Plan(
            design=design,
            cells=[_priced(*one) for one in zip(cells, estimates, made, strict=True)],
            lines=_summed(bought),
            prices=version.id,
            images=sum(_images(cell.input) for cell in to_buy),
            expected_ms=self._expected_ms(to_buy),
            unfilled=unfilled(design),
            is_reusing=reuse,
        )

    def count_made(self, design: Design) -> int:
        """How many cells need not be bought. Raises DesignWrong."""
        cells = checked_cells(design, find_model(design.model_id))
        return sum(made is not None for made in self._found(design.model_id, cells))

    def _found(self, model_id: str, cells: Sequence[Cell]) -> list[Made | None]:
        first = [cell for cell in cells if cell.repeat == 1]
        found = iter(self._made(model_id, [cell.input for cell in first]))
        return [next(found) if cell.repeat == 1 else None for cell in cells]

    def in_turn(self, cells: int, by: str, *, but: str | None = None) -> float:
        """How many times as long cells of a person take for the others that are on their way.

        `but` is the experiment that they are of.
        """
        others = [one for one in self._queues() if one.experiment_id != but]
        return cells_until_done(cells, by, others) / cells if cells else 1.0

    def rest_ms(self, cells: int) -> float | None:
        """How long so many cells more take, by what runs took lately; nobody else in the way."""
        known = self._durations_ms()
        if not known:
            return None
        return sum(known.values()) / len(known) * max(1.0, cells / self._most)

    def price_of(self, model_id: str, values: Mapping[str, Any]) -> int:
        """What a cell costs now, micro-dollars. Raises PriceUnknown."""
        return estimate_of(self._prices(model_id), values).total_micros

    def version_of(self, model_id: str) -> str:
        """The prices that count now. Raises PriceUnknown."""
        return self._prices(model_id).id

    def smaller(self, design: Design, left_micros: int) -> list[SmallerDesign]:
        """The designs, cut down, that fit into what is left."""
        version = self._prices(design.model_id)
        model = find_model(design.model_id)

        def total(smaller: Design) -> tuple[int, int]:
            cells = checked_cells(smaller, model)
            return len(cells), sum(estimate_of(version, one.input).total_micros for one in cells)

        def dearness(column: str, value: Value) -> int:
            if isinstance(value, int) and not isinstance(value, bool):
                return 0  # numbers have no price of their own
            price = version.price_of(column, value)
            return price.unit_micros if price else 0

        return smaller_designs(design, left_micros=left_micros, total=total, dearness=dearness)

    def _expected_ms(self, cells: Sequence[Cell]) -> float | None:
        """One after another in as many rows as there is room for; nobody else in the way."""
        known = self._durations_ms()
        if not known or not cells:
            return None
        usual = max(known.values())
        each = [known.get(str(cell.input.get(SIZE) or ""), usual) for cell in cells]
        rounds = ceil(len(cells) / self._most)
        return max(sum(each) / self._most, rounds * min(each))


def _priced(cell: Cell, of: Estimate, made: Made | None) -> Priced:
    if made is None:
        return Priced(cell, of.total_micros)
    return Priced(cell, 0, made, saved_micros=of.total_micros)


def estimate_of(version: PriceVersion, values: Mapping[str, Any]) -> Estimate:
    """The estimate of a checked input."""
    return estimate(version, values, images=_images(values))


def _images(values: Mapping[str, Any]) -> int:
    return int(values.get(IMAGES) or 1)


def _summed(estimates: Sequence[Estimate]) -> list[EstimateLine]:
    """One line for each thing that is charged for, in the order they come up."""
    quantity: Counter[str] = Counter()
    lines: dict[str, EstimateLine] = {}
    for of in estimates:
        for line in of.lines:
            quantity[line.sku] += line.quantity
            lines.setdefault(line.sku, line)
    return [
        EstimateLine(
            *(line.sku, line.label, quantity[line.sku], line.unit_micros, line.assumed),
            confirmed_by=line.confirmed_by,
        )
        for line in lines.values()
    ]
