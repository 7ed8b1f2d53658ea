"""What is to be seen of a cell beside where it stands: its pictures, and what people think of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sight:
    """Of the latest run of a cell. Pictures are named by their sha256, in their order.

    `duration_ms` is the time at the API; `rating` is 0, not rated, to 5.
    """

    pictures: tuple[str, ...] = ()
    favourite: bool = False
    rating: int = 0
    duration_ms: int | None = None
    nsfw_detected: bool = False
    is_deleted: bool = False


NOTHING_SEEN = Sight()
