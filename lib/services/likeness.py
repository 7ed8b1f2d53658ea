"""Pictures that look alike: found among all of the history, whatever made them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.images.errors import NotKept, PictureError
from lib.images.likeness import likeness_of
from lib.images.thumbnails import FolderThumbnails, shrink
from lib.services.history_search import HistorySearch
from lib.store.likeness import Likenesses

if TYPE_CHECKING:
    import pandas as pd

ALIKE = 12
"""Of 64 bits: two pictures that have nothing in common differ in about 32."""
FILLED_AT_ONCE = 40
"""Pictures whose likeness is found while a person waits: a third of a second."""
BATCH = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Alike:
    """Runs with pictures that look like one, the most alike first.

    `runs` and `pictures` are as in a page of the history; `pictures` has a column `distance`: 0 is
    the same, ALIKE the least alike, and NA for the other pictures of such a run. `unknown` pictures
    could not be compared yet.
    """

    runs: pd.DataFrame
    pictures: pd.DataFrame
    unknown: int


class LikenessService:
    """Finds alike pictures of one origin, and looks at those that nobody has looked at yet."""

    def __init__(
        self, likenesses: Likenesses, thumbnails: FolderThumbnails, search: HistorySearch
    ) -> None:
        self._likenesses = likenesses
        self._thumbnails = thumbnails
        self._search = search

    def alike(self, sha256: str, *, limit: int = 50, at_most: int = ALIKE) -> Alike:
        """The runs with a picture that looks like this one, itself among them."""
        if not self._likenesses.knows(sha256):
            self._look_at(sha256)
        self.fill(progress=lambda done, total: False)
        found = dict(self._likenesses.alike(sha256, at_most=at_most, limit=limit))
        if sha256 in found:  # itself before others that look just the same
            found = {sha256: found[sha256], **found}
        runs, pictures = self._search.with_pictures(found, limit=limit)
        return Alike(runs, pictures, self._likenesses.count_unknown())

    def alike_to(self, data: bytes, *, limit: int = 50, at_most: int = ALIKE) -> Alike:
        """As `alike`, for a picture that need not be here. Raises NotAPicture."""
        bits = likeness_of(shrink(data))
        self.fill(progress=lambda done, total: False)
        found = dict(self._likenesses.alike_to(bits, at_most=at_most, limit=limit))
        runs, pictures = self._search.with_pictures(found)
        return Alike(runs, pictures, self._likenesses.count_unknown())

    def fill(self, *, progress: Callable[[int, int], bool]) -> int:
        """Look at the pictures whose likeness is not known yet; gives how many were.

        `progress` gets done and total after every few, and answers whether to go on. Those that
        cannot be looked at are left out; the next time they are tried again.
        """
        total, done, last = self._likenesses.count_unknown(), 0, ""
        while some := self._likenesses.unknown(after=last, limit=FILLED_AT_ONCE):
            for sha256 in some:
                self._look_at(sha256)
            last, done = some[-1], done + len(some)
            if not progress(done, total):
                break
        return done

    def _look_at(self, sha256: str) -> None:
        try:
            bits = likeness_of(self._thumbnails.path(sha256).read_bytes())
        except (PictureError, NotKept, OSError) as error:
            log.info("the likeness of %s is not known: %s", sha256, error)
        else:
            self._likenesses.put(sha256, bits)
