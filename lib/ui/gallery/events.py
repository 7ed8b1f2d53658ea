"""What was done in a gallery. It comes from a browser, so what has not the right form is left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from lib.ui.gallery.items import BEST_RATING

LONGEST_ID = 200
MOST_IDS = 10_000


@dataclass(frozen=True, slots=True)
class Opening:
    """A run to be opened, at one of its pictures."""

    id: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class GalleryEvents:
    """All that was done since it was asked last, by run id; the last word counts.

    To what is `similar`, others are looked for; those `compared` are to be seen side by side.
    `selected` is the whole selection as it is now, also on other pages, None when it is as before.
    """

    opened: Opening | None = None
    similar: Opening | None = None
    compared: tuple[str, ...] = ()
    favourites: Mapping[str, bool] = field(default_factory=dict)
    ratings: Mapping[str, int] = field(default_factory=dict)
    selected: tuple[str, ...] | None = None
    deleted: tuple[str, ...] = ()


def summed_up(events: Iterable[Mapping[str, Any]]) -> GalleryEvents | None:
    """What a list of events comes to; None when they come to nothing."""
    opened: Opening | None = None
    similar: Opening | None = None
    compared: tuple[str, ...] = ()
    favourites: dict[str, bool] = {}
    ratings: dict[str, int] = {}
    selected: tuple[str, ...] | None = None
    deleted: dict[str, None] = {}
    for event in events:
        ids, value = _ids(event.get("ids")), event.get("value")
        match event.get("kind"):
            case "open" if ids:
                opened = Opening(ids[0], value if _is_number(value, 1_000) else 0)
            case "similar" if ids:
                similar = Opening(ids[0], value if _is_number(value, 1_000) else 0)
            case "compare":
                compared = ids
            case "favourite" if isinstance(value, bool):
                favourites |= dict.fromkeys(ids, value)
            case "rate" if _is_number(value, BEST_RATING):
                ratings |= dict.fromkeys(ids, value)
            case "select" if ids is not None and isinstance(event.get("ids"), list):
                selected = ids
            case "delete":
                deleted |= dict.fromkeys(ids)
    found = GalleryEvents(opened, similar, compared, favourites, ratings, selected, tuple(deleted))
    return None if found == GalleryEvents() else found


def _ids(value: Any) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    ids = (one for one in value[:MOST_IDS] if isinstance(one, str) and 0 < len(one) <= LONGEST_ID)
    return tuple(dict.fromkeys(ids))


def _is_number(value: Any, most: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
