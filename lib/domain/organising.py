"""What people do to bring order into the history: who sees it, how it is named, what undoes it."""

from dataclasses import dataclass
from enum import StrEnum

from lib.domain.errors import PlantainError
from lib.domain.history_query import HistoryQuery, readable

LONGEST_NAME = 80
LONGEST_REMARK = 5_000
BEST_RATING = 5
BIN_DAYS = 30
"""How long a deleted run can be brought back, at least."""


class Sharing(StrEnum):
    """Who sees a collection or a saved search."""

    PRIVATE = "private"
    TEAM = "team"


class ChangeKind(StrEnum):
    """What was done to runs."""

    FAVOURITE = "favourite"
    RATING = "rating"
    TAG = "tag"
    UNTAG = "untag"
    COLLECT = "collect"
    UNCOLLECT = "uncollect"
    DELETE = "delete"
    RESTORE = "restore"


class NameUnusable(PlantainError):
    """A name is empty, too long, or taken; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What people have marked a run with. `rating` is 1 to 5; `remark` is their note."""

    favourite: bool = False
    rating: int | None = None
    tags: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """Runs that belong together. `runs` are those that are not deleted."""

    id: int
    name: str
    sharing: Sharing
    created_by: str
    runs: int = 0


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A question to the history with a name."""

    id: int
    name: str
    sharing: Sharing
    created_by: str
    query: HistoryQuery


@dataclass(frozen=True, slots=True)
class Changed:
    """What an action has done: to how many runs, and the number it can be undone by.

    `change_id` is None where nothing was changed. `was_canceled`: it ended before it was through;
    what it had done until then is done, and can be undone.
    """

    kind: ChangeKind
    runs: int
    change_id: int | None = None
    was_canceled: bool = False


def usable_name(text: str) -> str:
    """The name with single spaces. Raises NameUnusable."""
    name = " ".join(readable(text).split())
    if not name:
        raise NameUnusable("The name is empty: write at least one character.")
    if len(name) > LONGEST_NAME:
        raise NameUnusable(f"The name is too long ({len(name)}): {LONGEST_NAME} at most.")
    return name
