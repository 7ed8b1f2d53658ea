"""What the viewer and the comparison are given, and what the viewer's closing comes to."""

from typing import Any

import pytest

from lib.ui import compare
from lib.ui.viewer import Closing, ViewerPicture
from lib.ui.viewer.drawing import closing
from lib.ui.viewer.pictures import LONGEST_TEXT, as_json


def picture(**values: Any) -> ViewerPicture:
    return ViewerPicture(**{"id": "1", "url": "/x", "caption": "a kite", "alt": "", **values})


@pytest.mark.parametrize("field", ["url", "thumb_url", "download_url"])
@pytest.mark.parametrize(
    "address", ["https://evil.example/x.png", "//evil.example", "javascript:1"]
)
def test_an_address_elsewhere_is_refused(field: str, address: str) -> None:
    with pytest.raises(ValueError, match=f"{field} must be an address of Plantain"):
        picture(**{field: address})


def test_long_texts_are_cut_and_others_are_left_as_they_are() -> None:
    told = as_json(picture(caption="\u202e<b>", alt="word " * 10_000))

    assert told["caption"] == "\u202e<b>"
    assert len(told["alt"]) <= LONGEST_TEXT + 1


def test_the_last_closing_counts() -> None:
    events = [{"kind": "close", "ids": ["a"]}, {"kind": "close", "ids": ["b"]}]

    assert closing(events) == Closing("b")


@pytest.mark.parametrize(
    "event", [{}, {"kind": "close"}, {"kind": "close", "ids": [1]}, {"ids": []}]
)
def test_what_has_not_the_right_form_is_no_closing(event: dict[str, Any]) -> None:
    assert closing([event]) is None


@pytest.mark.parametrize("count", [0, 1, 5])
def test_one_picture_and_five_cannot_be_compared(count: int) -> None:
    with pytest.raises(ValueError, match="pictures must be 2 to 4"):
        compare.draw([picture()] * count, key="x")


def test_a_way_to_compare_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="mode must be one of side, slider, flicker"):
        compare.draw([picture()] * 2, key="x", mode="blink")  # type: ignore[arg-type]
