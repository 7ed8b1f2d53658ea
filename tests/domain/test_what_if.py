"""What-if: no other choice comes to the same, to the micro-dollar; and each choice does what it says."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.charges import ADJUSTMENT, OWN_SKUS
from lib.domain.price_book import current_prices
from lib.domain.price_plan import rehearsal
from lib.domain.prices import PriceVersion
from lib.domain.what_if import Charged, Choices, Repriced, Sizes, repriced

BOOK = current_prices(DEFAULT_MODEL.id)
DEARER = replace(
    BOOK.with_prices(lambda price: replace(price, unit_micros=price.unit_micros + 7)), id="dearer"
)
VERSIONS = {one.id: one for one in (BOOK, DEARER)}
UNIT = {price.sku: price.unit_micros for price in BOOK.priced()}


def find(version_id: str) -> PriceVersion | None:
    return VERSIONS.get(version_id)


def charged(sku: str, quantity: int = 1, *, is_kept: bool = False) -> Charged:
    return Charged(BOOK.id, BOOK.model_id, sku, quantity, quantity * UNIT[sku], is_kept)


def again(*lines: Charged, **choices: object) -> Repriced:
    return repriced(lines, Choices(**choices), find)  # type: ignore[arg-type]


BY_THE_BOOK = st.builds(
    lambda version, sku, quantity, is_kept: Charged(
        version.id,
        version.model_id,
        sku,
        quantity,
        quantity * version.choice_of(sku)[2].unit_micros,
        is_kept,
    ),
    st.sampled_from([BOOK, DEARER]),
    st.sampled_from([price.sku for price in BOOK.priced()]),
    st.integers(0, 10**6),
    st.booleans(),
)
BESIDE_THE_BOOK = st.builds(
    Charged,
    st.sampled_from([BOOK.id, "a version that was lost"]),
    st.just(BOOK.model_id),
    st.sampled_from(sorted(OWN_SKUS)),
    st.integers(0, 9),
    st.integers(-(10**9), 10**9),
    st.booleans(),
)
CHARGED = st.lists(st.one_of(BY_THE_BOOK, BESIDE_THE_BOOK), max_size=20)
CHOICES = st.builds(
    Choices,
    sizes=st.sampled_from(Sizes),
    without_web_search=st.booleans(),
    minimal_thinking=st.booleans(),
    version=st.sampled_from([None, BOOK, DEARER]),
)


@given(CHARGED)
def test_no_other_choice_comes_to_the_spend(lines: list[Charged]) -> None:
    found = repriced(lines, Choices(), find)

    assert found.would_micros == found.was_micros == sum(line.amount_micros for line in lines)


@given(CHARGED, CHOICES)
def test_what_is_not_by_the_book_never_changes(lines: list[Charged], choices: Choices) -> None:
    beside = [line for line in lines if line.sku in OWN_SKUS]

    with_it, without = (
        repriced(some, choices, find)
        for some in (lines, [line for line in lines if line.sku not in OWN_SKUS])
    )

    assert with_it.fixed_micros == sum(line.amount_micros for line in beside)
    assert with_it.would_micros == without.would_micros + with_it.fixed_micros


@given(CHARGED, CHOICES)
def test_it_is_the_same_in_any_portions(lines: list[Charged], choices: Choices) -> None:
    parts = [repriced([line], choices, find) for line in lines]

    whole = repriced(lines, choices, find)
    assert whole.would_micros == sum(part.would_micros for part in parts)


@given(CHARGED)
def test_fewer_extras_never_cost_more(lines: list[Charged]) -> None:
    choices = Choices(without_web_search=True, minimal_thinking=True)

    assert repriced(lines, choices, find).difference_micros <= 0


def test_all_at_1k_prices_every_picture_as_1k() -> None:
    found = again(charged("image_4K", 3), charged("image_0.5K", 2), sizes=Sizes.ALL_1K)

    assert found.would_micros == 5 * 80_000
    assert found.assumed == ()


def test_4k_stays_for_kept_pictures_alone() -> None:
    lines = (charged("image_4K", 3), charged("image_4K", 2, is_kept=True), charged("image_2K"))

    found = again(*lines, sizes=Sizes.LARGE_FOR_KEPT)

    assert found.would_micros == 3 * 80_000 + 2 * 160_000 + 120_000
    assert found.assumed == ("4K image", "2K image")


def test_extras_cost_nothing_when_they_are_left_out() -> None:
    lines = (charged("image_1K", 4), charged("web_search", 4), charged("thinking_high", 4))

    assert again(*lines, without_web_search=True).difference_micros == -4 * 15_000
    assert again(*lines, minimal_thinking=True).difference_micros == -4 * 2_000


def test_other_prices_price_every_line_again() -> None:
    assert (
        again(charged("image_1K", 4), charged("web_search"), version=DEARER).difference_micros == 35
    )


def test_prices_of_another_model_change_nothing() -> None:
    other = replace(DEARER, model_id="another/model")

    assert again(charged("image_1K", 4), version=other).difference_micros == 0


def test_what_the_other_prices_do_not_have_stays_and_is_named() -> None:
    poorer = replace(
        BOOK, id="poorer", choices={"resolution": {"1K": BOOK.choices["resolution"]["1K"]}}
    )

    found = again(charged("image_4K"), charged("image_1K"), version=poorer)

    assert found.difference_micros == 0
    assert found.unpriced == ("image_4K",)


@given(
    st.dictionaries(
        st.sampled_from([*UNIT, ADJUSTMENT]), st.tuples(st.integers(0, 99), st.integers(0, 10**9))
    )
)
def test_a_rehearsal_says_what_the_same_prices_would_say_here(
    was: dict[str, tuple[int, int]],
) -> None:
    lines = [Charged(BOOK.id, BOOK.model_id, sku, *told) for sku, told in was.items()]

    assert rehearsal(DEARER, was).would_micros == again(*lines, version=DEARER).would_micros
