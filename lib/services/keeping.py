"""Keeping what a run delivered: every picture fetched, looked at, and on disk."""

import logging
import threading
from dataclasses import dataclass

from lib.domain.output import Artifact
from lib.domain.run import Picture
from lib.images.errors import DiskFull, NotAPicture
from lib.images.inspection import inspect
from lib.images.likeness import likeness_of
from lib.images.originals import Original, Originals
from lib.images.thumbnails import FolderThumbnails
from lib.runflow.download import Downloads
from lib.services.ballast import NO_BALLAST, Ballast

UNKNOWN_MIME = "application/octet-stream"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Brings pictures from the API's addresses into our store.

    A picture that is decoded can take 160 MB for a moment, so `few_at_a_time` guards it.
    """

    downloads: Downloads
    originals: Originals
    thumbnails: FolderThumbnails
    few_at_a_time: threading.Semaphore
    ballast: Ballast = NO_BALLAST

    def keep(self, index: int, artifact: Artifact) -> Picture:
        """Fetch one picture and put it on disk. Bytes that are no picture are kept too.

        Raises what `Downloads.fetch` raises, and `NotKept` when the disk does not take it.
        """
        data = self.downloads.fetch(artifact.url)
        original = self.ballast.for_picture(lambda: self.originals.put(data))
        try:
            with self.few_at_a_time:
                facts = inspect(data)
                likeness = self._likeness(original, data)
        except NotAPicture as error:
            log.warning("picture %s cannot be shown: %s", original.sha256, error)
            return Picture(
                index, original.sha256, original.size_bytes, UNKNOWN_MIME, None, None, str(error)
            )
        return Picture(
            index,
            original.sha256,
            original.size_bytes,
            facts.mime,
            facts.width,
            facts.height,
            likeness=likeness,
        )

    def _likeness(self, original: Original, data: bytes) -> int | None:
        """What the picture looks like, by the thumbnail that is made of it."""
        try:
            thumbnail = self.thumbnails.make(original.sha256, data)
        except DiskFull:
            log.info(
                "no room for the thumbnail of %s: it is made when it is shown", original.sha256
            )
            return None
        try:
            return likeness_of(thumbnail.read_bytes())
        except (NotAPicture, OSError) as error:
            log.info("the likeness of %s is found when it is asked for: %s", original.sha256, error)
            return None
