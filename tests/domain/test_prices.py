"""The price is known before the click: the vendor's figures, part by part, or a refusal."""

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.catalog import MODELS, NANO_BANANA_2
from lib.domain.errors import PriceUnknown
from lib.domain.input_field import FieldKind, InputField
from lib.domain.money import micros_from_dollars
from lib.domain.price_book import PRICE_BOOK, current_prices, price_version
from lib.domain.prices import EstimateLine, PriceVersion, estimate

PRICES = current_prices(NANO_BANANA_2.id)
PLAIN = NANO_BANANA_2.check({"prompt": "A banana"})
PAGE = (Path(__file__).parent / "seed_input_schema.md").read_text(encoding="utf-8")


def page_price(pattern: str) -> int:
    """A price of the vendor's page, in micro-dollars."""
    found = re.search(pattern, PAGE)
    assert found
    return micros_from_dollars(found[1])


def total(images: int = 1, **choices: Any) -> int:
    return estimate(PRICES, PLAIN | choices, images=images).total_micros


def test_a_plain_picture_costs_what_the_page_says() -> None:
    assert total() == page_price(r"Base price\*\*: \\\$([\d.]+)/image") == 80_000


def test_web_search_adds_what_the_page_says() -> None:
    added = page_price(r"enable_web_search.*\+\\\$([\d.]+)/image")

    assert total(enable_web_search=True) - total() == added == 15_000


def test_high_thinking_adds_what_the_page_says() -> None:
    added = page_price(r"thinking_level.*\+\\\$([\d.]+)/image")

    assert total(thinking_level="high") - total() == added == 2_000


@pytest.mark.parametrize("level", [None, "minimal"])
def test_less_thinking_adds_nothing(level: str | None) -> None:
    assert total(thinking_level=level) == total()


@pytest.mark.parametrize(
    ("resolution", "micros", "is_assumed"),
    [("0.5K", 60_000, True), ("1K", 80_000, False), ("2K", 120_000, True), ("4K", 160_000, True)],
)
def test_a_tier_whose_factor_is_assumed_says_so(
    resolution: str, micros: int, is_assumed: bool
) -> None:
    estimated = estimate(PRICES, PLAIN | {"resolution": resolution}, images=1)

    assert estimated.total_micros == micros
    assert estimated.is_assumed is is_assumed


def test_the_parts_are_spelled_out() -> None:
    chosen = PLAIN | {"enable_web_search": True, "thinking_level": "high"}
    estimated = estimate(PRICES, chosen, images=3)

    assert estimated.version_id == PRICES.id
    assert estimated.total_micros == 291_000
    assert estimated.lines == (
        EstimateLine("image_1K", "1K image", 3, 80_000, assumed=False),
        EstimateLine("thinking_high", "High thinking", 3, 2_000, assumed=False),
        EstimateLine("web_search", "Web search", 3, 15_000, assumed=False),
    )


def choices_of(rule: InputField) -> tuple[Any, ...]:
    chosen = (False, True) if rule.kind is FieldKind.BOOLEAN else rule.choices
    return chosen if rule.default is not None else (None, *chosen)


def every_combination(model) -> list[dict[str, Any]]:
    priced = [rule for rule in model.input_fields if rule.name in current_prices(model.id).choices]
    values = itertools.product(*(choices_of(rule) for rule in priced))
    return [dict(zip((rule.name for rule in priced), row, strict=True)) for row in values]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_allowed_combination_has_a_price_above_zero(model) -> None:
    for chosen in every_combination(model):
        assert estimate(current_prices(model.id), chosen, images=1).total_micros > 0


def test_four_tiers_three_levels_and_two_kinds_of_search_are_priced() -> None:
    assert len(every_combination(NANO_BANANA_2)) == 4 * 3 * 2


@given(
    chosen=st.sampled_from(every_combination(NANO_BANANA_2)),
    images=st.integers(min_value=1, max_value=4),
)
def test_the_parts_add_up(chosen: dict[str, Any], images: int) -> None:
    estimated = estimate(PRICES, chosen, images=images)
    one = estimate(PRICES, chosen, images=1)

    for line in estimated.lines:
        assert line.amount_micros == line.quantity * line.unit_micros
        assert line.quantity == images
    assert estimated.total_micros == sum(line.amount_micros for line in estimated.lines)
    assert estimated.total_micros == images * one.total_micros
    assert type(estimated.total_micros) is int


@pytest.mark.parametrize(
    ("field", "value"),
    [("resolution", "8K"), ("resolution", None), ("resolution", ""), ("thinking_level", "extreme")],
)
def test_an_unknown_price_refuses_and_is_never_zero(field: str, value: str | None) -> None:
    with pytest.raises(PriceUnknown, match=f"No price is known for {field}"):
        estimate(PRICES, PLAIN | {field: value}, images=1)


def test_an_input_without_a_resolution_has_no_price() -> None:
    with pytest.raises(PriceUnknown, match="resolution"):
        estimate(PRICES, {"prompt": "A banana"}, images=1)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_priced_field_is_a_field_of_its_model(model) -> None:
    for name in current_prices(model.id).choices:
        assert model.input_field(name).name == name


def test_a_run_finds_the_version_it_was_frozen_with() -> None:
    for version in PRICE_BOOK:
        assert price_version(version.id) is version


def test_versions_have_an_id_of_their_own_and_a_source() -> None:
    assert len({version.id for version in PRICE_BOOK}) == len(PRICE_BOOK)
    assert all(version.source for version in PRICE_BOOK)


def test_the_newest_version_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    newer = PriceVersion("newer", PRICES.model_id, "2026-05-01", "a test", PRICES.choices)
    monkeypatch.setattr("lib.domain.price_book.PRICE_BOOK", (*PRICE_BOOK, newer))

    assert current_prices(PRICES.model_id) is newer
    assert price_version(PRICES.id) is PRICES


def test_a_model_or_version_that_the_book_lacks_is_refused_by_name() -> None:
    with pytest.raises(PriceUnknown, match="acme/painter"):
        current_prices("acme/painter")
    with pytest.raises(PriceUnknown, match="nano-banana-2/1999"):
        price_version("nano-banana-2/1999")
