"""What the gallery shows: one tile for a run, with all of its pictures on it."""

from dataclasses import dataclass
from typing import Any

from lib.ui.browser.source import local_address
from lib.ui.plain import excerpt

BEST_RATING = 5
LONGEST_LABEL = 280
"""Characters: what a tile and a screen reader have use for."""


@dataclass(frozen=True, slots=True)
class GalleryPicture:
    """One picture of a run. `width` and `height` are the original's, in pixels, if known."""

    number: int
    thumb_url: str
    width: int | None = None
    height: int | None = None

    def __post_init__(self) -> None:
        local_address("thumb_url", self.thumb_url)

    @property
    def ratio(self) -> float:
        """Width by height; 1 where it is not known."""
        return self.width / self.height if self.width and self.height else 1.0


@dataclass(frozen=True, slots=True)
class GalleryItem:
    """One run. All texts are shown as they are: they may hold anything.

    `label` is the prompt. `state`, `cost` and `time` are in words; `exact_time` is the time at
    hand. `is_open` is a run that has not ended, `problem` says why there is no picture. `link` is
    where a new tab leads. `rating` is 0, not rated, to 5.

    Raises ValueError, naming the field, for a rating beyond that and an address of another host.
    """

    id: str
    label: str
    state: str
    pictures: tuple[GalleryPicture, ...] = ()
    cost: str = ""
    time: str = ""
    exact_time: str = ""
    is_open: bool = False
    problem: str = ""
    flagged: bool = False
    favourite: bool = False
    rating: int = 0
    link: str = ""

    def __post_init__(self) -> None:
        if self.rating not in range(BEST_RATING + 1):
            raise ValueError(f"rating must be 0 to {BEST_RATING}: {self.rating!r}")
        local_address("link", self.link, optional=True)


def as_json(item: GalleryItem) -> dict[str, Any]:
    """The item as the browser gets it; its texts cut to what can be shown."""
    return {
        "id": item.id,
        "label": excerpt(item.label, LONGEST_LABEL),
        "state": item.state,
        "pictures": [
            {"number": one.number, "url": one.thumb_url, "ratio": round(one.ratio, 4)}
            for one in item.pictures
        ],
        "cost": item.cost,
        "time": item.time,
        "exactTime": item.exact_time,
        "isOpen": item.is_open,
        "problem": excerpt(item.problem, LONGEST_LABEL),
        "flagged": item.flagged,
        "favourite": item.favourite,
        "rating": item.rating,
        "link": item.link,
    }
