"""What a tile is given: texts cut to what it can show, and addresses of Plantain alone."""

import json
from typing import Any

import pytest

from lib.ui.gallery.items import LONGEST_LABEL, GalleryItem, GalleryPicture, as_json

HOSTILE = "\u202e<img src=x onerror=alert(1)> ![x](https://evil.example/x.png) \0 \ud800"


def test_a_hostile_text_is_handed_on_as_it_is() -> None:
    told = as_json(GalleryItem(id="1", label=HOSTILE, state="Failed", problem=HOSTILE))

    assert json.loads(json.dumps(told))["label"] == HOSTILE
    assert told["problem"] == HOSTILE


def test_a_long_text_is_cut() -> None:
    told = as_json(GalleryItem(id="1", label="word " * 10_000, state="Done"))

    assert len(told["label"]) <= LONGEST_LABEL + 1


@pytest.mark.parametrize(("size", "ratio"), [((300, 200), 1.5), ((None, None), 1), ((0, 9), 1)])
def test_a_picture_has_a_shape(size: tuple[int | None, int | None], ratio: float) -> None:
    assert GalleryPicture(0, "/x", *size).ratio == ratio


@pytest.mark.parametrize(
    "address", ["https://evil.example/x.png", "//evil.example", "/\\evil", "javascript:x", "x", ""]
)
def test_an_address_elsewhere_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="thumb_url must be an address of Plantain"):
        GalleryPicture(0, address)


def test_a_link_elsewhere_is_refused_and_none_is_none() -> None:
    with pytest.raises(ValueError, match="link must be an address of Plantain"):
        GalleryItem(id="1", label="a", state="Done", link="https://evil.example")

    assert GalleryItem(id="1", label="a", state="Done").link == ""


@pytest.mark.parametrize("rating", [-1, 6, None])
def test_a_rating_that_cannot_be_is_refused(rating: Any) -> None:
    with pytest.raises(ValueError, match="rating must be 0 to 5"):
        GalleryItem(id="1", label="a", state="Done", rating=rating)
