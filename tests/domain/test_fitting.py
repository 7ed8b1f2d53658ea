"""A refusal names requests that fit: each is affordable, smaller, and as large as it can be."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.fitting import Smaller
from lib.domain.fitting import smaller_requests as all_smaller
from lib.domain.price_book import current_prices
from lib.domain.prices import estimate

PRICES = current_prices(DEFAULT_MODEL.id)
SIZES = tuple(PRICES.choices["resolution"])


def smaller_requests(values: dict[str, Any], *, left_micros: int) -> tuple[Smaller, ...]:
    defaults = DEFAULT_MODEL.defaults()
    return all_smaller(PRICES, values, defaults=defaults, left_micros=left_micros)


def asked(images: int = 4, size: str = "4K", **others: Any) -> dict[str, Any]:
    return {"num_images": images, "resolution": size, "enable_web_search": False, **others}


def told(found: tuple[Smaller, ...]) -> list[tuple[int, str, int]]:
    return [(one.images, one.size, one.total_micros) for one in found]


def test_fewer_of_the_same_or_as_many_of_a_smaller_size():
    found = smaller_requests(asked(), left_micros=500_000)

    assert told(found) == [
        (3, "4K", 480_000),
        (4, "2K", 480_000),
        (4, "1K", 320_000),
        (4, "0.5K", 240_000),
    ]
    assert found[0].changes == {"num_images": 3}
    assert found[1].changes == {"resolution": "2K"}


def test_many_at_one_size_and_more_at_a_smaller_one():
    found = smaller_requests(asked(40, "2K"), left_micros=3_100_000)

    assert told(found)[:2] == [(25, "2K", 3_000_000), (38, "1K", 3_040_000)]


def test_extras_are_kept_while_something_fits_with_them_and_left_out_else():
    values = asked(1, "1K", enable_web_search=True, thinking_level="high")

    kept = smaller_requests(values, left_micros=77_000)
    left_out = smaller_requests(values, left_micros=76_999)

    assert told(kept) == [(1, "0.5K", 77_000)]
    assert told(left_out) == [(1, "0.5K", 60_000)]
    assert left_out[0].without_extras
    assert left_out[0].changes == {
        "resolution": "0.5K",
        "enable_web_search": False,
        "thinking_level": None,
    }


def test_where_nothing_fits_nothing_is_offered():
    assert smaller_requests(asked(), left_micros=59_999) == ()
    assert smaller_requests(asked(), left_micros=-1) == ()


@given(
    st.integers(1, 50),
    st.sampled_from(SIZES),
    st.booleans(),
    st.sampled_from([None, "minimal", "high"]),
    st.integers(-100_000, 10_000_000),
)
def test_what_is_offered_fits_and_one_picture_more_would_not(
    images: int, size: str, search: bool, thinking: str | None, left: int
):
    values = asked(images, size, enable_web_search=search, thinking_level=thinking)
    before = estimate(PRICES, values, images=images).total_micros

    for one in smaller_requests(values, left_micros=left):
        changed = {**values, **one.changes}
        total = estimate(PRICES, changed, images=changed["num_images"]).total_micros
        more = estimate(PRICES, changed, images=changed["num_images"] + 1).total_micros
        assert total == one.total_micros <= left
        assert total < before
        assert changed["num_images"] == images or more > left
