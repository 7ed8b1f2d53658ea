"""A run's cost, taken apart: the lines always sum to it."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.catalog import NANO_BANANA_2
from lib.domain.charges import Charge, Ending, charges_of, images_asked, priced_by
from lib.domain.price_book import current_prices
from lib.domain.run import OPEN, TERMINAL, CostBasis, RunState

BOOK = current_prices(NANO_BANANA_2.id)
CONFIRMED, COMPUTED, IN_DOUBT = CostBasis.CONFIRMED, CostBasis.COMPUTED, CostBasis.IN_DOUBT
STORED, FAILED, PARKED = RunState.STORED, RunState.FAILED, RunState.PARKED
INPUTS = st.fixed_dictionaries(
    {
        "resolution": st.sampled_from(["0.5K", "1K", "2K", "4K", "16K", ["1K"], None]),
        "enable_web_search": st.sampled_from([True, False, None, "yes"]),
        "thinking_level": st.sampled_from([None, "minimal", "high", {}]),
    }
)


def charged(
    state: RunState = STORED,
    cost: int | None = 80_000,
    basis: CostBasis | None = CONFIRMED,
    *,
    asked: int = 1,
    delivered: int | None = None,
    estimate: int = 80_000,
    **values: Any,
) -> tuple[Charge, ...]:
    fields = {"resolution": "1K", "enable_web_search": False, **values}
    ending = Ending(state, basis, cost, estimate, asked, asked if delivered is None else delivered)
    return charges_of(ending, priced_by(BOOK, fields))


def test_a_run_is_charged_for_each_part_of_its_price():
    lines = charged(
        cost=2 * 97_000, asked=2, enable_web_search=True, thinking_level="high", estimate=194_000
    )

    assert lines == (
        Charge("image_1K", 2, 80_000),
        Charge("thinking_high", 2, 2_000),
        Charge("web_search", 2, 15_000),
    )


def test_a_run_of_which_some_pictures_came_is_charged_for_those():
    assert charged(cost=240_000, asked=4, delivered=3) == (Charge("image_1K", 3, 80_000),)


@pytest.mark.parametrize("cost", [95_000, 65_000, 0])
def test_what_differs_from_the_book_is_an_adjustment(cost: int):
    assert charged(cost=cost) == (
        Charge("image_1K", 1, 80_000),
        Charge("adjustment", 1, cost - 80_000),
    )


def test_a_failed_run_is_free_and_what_it_is_charged_is_beyond_the_book():
    assert charged(FAILED, 0) == ()
    assert charged(FAILED, 80_000) == (Charge("adjustment", 1, 80_000),)


def test_a_canceled_run_is_charged_whatever_the_api_says():
    assert charged(RunState.CANCELED, 0) == ()
    assert charged(RunState.CANCELED, 30_000) == (Charge("canceled_run", 1, 30_000),)
    assert charged(RunState.CANCELED, 80_000, asked=2) == (Charge("image_1K", 1, 80_000),)


def test_a_parked_run_is_charged_for_as_many_pictures_as_its_cost_names():
    assert charged(PARKED, 240_000, asked=4, delivered=0) == (Charge("image_1K", 3, 80_000),)
    assert charged(PARKED, 0, asked=4, delivered=0) == ()
    assert charged(PARKED, 81_000, asked=1, delivered=0) == (
        Charge("image_1K", 1, 80_000),
        Charge("adjustment", 1, 1_000),
    )


def test_what_is_in_doubt_stands_with_its_estimate():
    assert charged(PARKED, None, IN_DOUBT, delivered=0) == (Charge("image_1K", 1, 80_000),)
    assert charged(PARKED, None, IN_DOUBT, estimate=70_000) == (Charge("unlisted", 1, 70_000),)
    assert charged(PARKED, None, IN_DOUBT, estimate=0) == ()


def test_a_cost_without_a_known_price_is_one_line():
    assert charged(cost=50_000, resolution="16K") == (Charge("unlisted", 1, 50_000),)
    no_book = charges_of(Ending(STORED, CONFIRMED, 7, 0, 1, 1), priced_by(None, {}))
    assert no_book == (Charge("unlisted", 1, 7),)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_an_open_run_has_no_lines(state: RunState):
    assert charged(state, None, None) == ()


@given(
    values=INPUTS,
    state=st.sampled_from(sorted(TERMINAL)),
    cost=st.integers(0, 10**12) | st.sampled_from([80_000, 160_000, 0]),
    basis=st.sampled_from([CONFIRMED, COMPUTED]),
    asked=st.integers(1, 4),
    delivered=st.integers(0, 6),
)
def test_the_lines_of_a_known_cost_sum_to_it(
    values: Mapping[str, Any],
    state: RunState,
    cost: int,
    basis: CostBasis,
    asked: int,
    delivered: int,
):
    ending = Ending(state, basis, cost, 123, asked, delivered)

    lines = charges_of(ending, priced_by(BOOK, values))

    assert sum(line.amount_micros for line in lines) == cost
    assert len({line.sku for line in lines}) == len(lines)
    assert all(line.amount_micros for line in lines)


@given(values=INPUTS, estimate=st.integers(0, 10**12), asked=st.integers(1, 4))
def test_the_lines_of_a_run_in_doubt_sum_to_its_estimate(
    values: Mapping[str, Any], estimate: int, asked: int
):
    ending = Ending(PARKED, IN_DOUBT, None, estimate, asked, 0)

    lines = charges_of(ending, priced_by(BOOK, values))

    assert sum(line.amount_micros for line in lines) == estimate


@pytest.mark.parametrize(
    ("asked", "images"), [({}, 1), ({"num_images": 3}, 3), ({"num_images": "9"}, 1)]
)
def test_images_are_asked_for_as_the_model_allows(asked: dict[str, Any], images: int):
    assert images_asked(NANO_BANANA_2, asked) == images
