"""Prices that are yet to come: what may be entered, and exactly what it would change."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.catalog import NANO_BANANA_2
from lib.domain.price_book import current_prices
from lib.domain.price_plan import Planned, PricesUnusable, planned_version, rehearsal

BOOK = current_prices(NANO_BANANA_2.id)
UNITS = {price.sku: price.unit_micros for price in BOOK.priced() if price.sku}
DEARER = Planned(BOOK.model_id, {**UNITS, "image_1K": 90_000}, frozenset({"image_4K"}), "a letter")


def test_the_planned_prices_replace_those_of_the_book():
    version = planned_version(BOOK, DEARER, version_id="new")

    assert (version.id, version.source) == ("new", "a letter")
    assert version.price_of("resolution", "1K") == replace(
        BOOK.choices["resolution"]["1K"], unit_micros=90_000
    )
    assert [price.sku for price in version.priced() if price.assumed] == ["image_4K"]
    assert version.price_of("enable_web_search", False) == BOOK.price_of("enable_web_search", False)
    assert version.price_of("resolution", "8K") is None


@pytest.mark.parametrize(
    ("planned", "why"),
    [
        (replace(DEARER, source=" "), "Source"),
        (replace(DEARER, source="x" * 301), "Source"),
        (replace(DEARER, unit_micros={**UNITS, "image_1K": 0}), "1K image"),
        (replace(DEARER, unit_micros={**UNITS, "image_1K": -1}), "1K image"),
        (replace(DEARER, unit_micros={**UNITS, "web_search": 1_000_000_001}), "Web search"),
        (replace(DEARER, unit_micros={}), "0.5K image"),
    ],
)
def test_what_cannot_be_a_price_is_refused_by_name(planned: Planned, why: str):
    with pytest.raises(PricesUnusable, match=why):
        planned_version(BOOK, planned, version_id="new")


def test_real_runs_are_priced_again_line_by_line():
    was = {"image_1K": (10, 800_000), "web_search": (2, 30_000), "adjustment": (1, 5_000)}

    found = rehearsal(planned_version(BOOK, DEARER, version_id="new"), was)

    assert [(line.sku, line.was_micros, line.would_micros) for line in found.lines] == [
        ("image_1K", 800_000, 900_000),
        ("web_search", 30_000, 30_000),
    ]
    assert (found.was_micros, found.would_micros) == (835_000, 935_000)


@given(
    st.dictionaries(
        st.sampled_from([*UNITS, "adjustment", "unlisted", "canceled_run"]),
        st.integers(0, 10**6),
    )
)
def test_under_the_same_prices_the_same_runs_cost_the_same(quantities: dict[str, int]):
    was = {sku: (count, count * UNITS.get(sku, 7)) for sku, count in quantities.items()}

    found = rehearsal(BOOK, was)

    assert found.was_micros == found.would_micros == sum(amount for _, amount in was.values())
