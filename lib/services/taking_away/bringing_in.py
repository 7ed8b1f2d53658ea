"""
Bringing runs in from a zip that a Plantain has made: each once, and none is ever sent.

The whole zip is looked through first. Then each run's pictures are kept and after them its row, all
of it at once: an import that was killed or canceled is just done again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from lib.domain.clock import Clock
from lib.images.errors import NotAPicture
from lib.images.inspection import inspect
from lib.images.originals import FolderOriginals
from lib.images.rebuilding import NotRebuilt, rebuild
from lib.services.taking_away.arrival import has_ended, marks_of, pictures_of, run_of
from lib.services.taking_away.opened_zip import NotBroughtIn, OpenedZip
from lib.store.brought_in import Arrival, Arrivals

UNKNOWN_MIME = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What came of an import.

    `runs` are new, `known` were here already, `open` had not ended and stay where they are, and
    `elsewhere` of the new ones belong to another account, so that they are not shown now.
    """

    runs: int = 0
    known: int = 0
    open: int = 0
    elsewhere: int = 0
    lost_pictures: int = 0
    was_canceled: bool = False


class BringingIn:
    """Takes runs of other Plantains in."""

    def __init__(
        self, arrivals: Arrivals, originals: FolderOriginals, clock: Clock, *, origin: str
    ) -> None:
        self._arrivals = arrivals
        self._originals = originals
        self._clock = clock
        self._origin = origin

    def check(self, file: BinaryIO) -> int:
        """Look the zip through; gives how many runs it has. Raises NotBroughtIn."""
        return _check(OpenedZip(file))

    def bring_in(
        self, file: BinaryIO, *, by: str, progress: Callable[[int], bool] = lambda _done: True
    ) -> BroughtIn:
        """Take in all that has ended and is not here. `progress` answers False to cancel.

        Raises NotBroughtIn; what came before the run in question is kept then.
        """
        opened = OpenedZip(file)
        _check(opened)
        counts: dict[str, Any] = dict.fromkeys(
            ("runs", "known", "open", "elsewhere", "lost_pictures"), 0
        )
        for done, entry in enumerate(opened.entries(), 1):
            self._take(opened, entry, by, counts)
            if not progress(done):
                return BroughtIn(**counts, was_canceled=True)
        return BroughtIn(**counts)

    def _take(
        self, opened: OpenedZip, entry: Mapping[str, Any], by: str, counts: dict[str, Any]
    ) -> None:
        if not has_ended(entry):
            counts["open"] += 1
            return
        run = run_of(entry)
        if self._arrivals.is_here(run["id"], run["origin"], run["remote_id"]):
            counts["known"] += 1
            return
        told = pictures_of(entry)
        kept = [self._keep(opened, picture) for picture in told if picture.get("file")]
        new = self._arrivals.put(Arrival(run=run, pictures=kept, **marks_of(entry)), by=by)
        counts["runs" if new else "known"] += 1
        if new:
            counts["lost_pictures"] += len(told) - len(kept)
            counts["elsewhere"] += run["origin"] != self._origin

    def _keep(self, opened: OpenedZip, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep the bought bytes; the row of the picture, by what the bytes are themselves."""
        name = told["file"]
        try:
            data = rebuild(opened.read(name, told.get("file_sha256")), told.get("original") or [])
        except NotRebuilt as error:
            raise NotBroughtIn(f"{name}: its original cannot be made again: {error}.") from error
        original = self._originals.put(data)
        if original.sha256 != told["sha256"]:
            raise NotBroughtIn(f"{name}: its original is not the picture that was bought.")
        return {
            "number": told["number"],
            "sha256": original.sha256,
            "size_bytes": original.size_bytes,
            "stored_at": self._clock.now_ms(),
            **_facts(data),
        }


def _facts(data: bytes) -> dict[str, Any]:
    try:
        facts = inspect(data)
    except NotAPicture as error:
        return {"mime": UNKNOWN_MIME, "width": None, "height": None, "problem": str(error)}
    return {"mime": facts.mime, "width": facts.width, "height": facts.height, "problem": None}


def _check(opened: OpenedZip) -> int:
    named: set[str] = set()
    seen: set[str] = set()
    for entry in opened.entries():
        if has_ended(entry):
            run_of(entry)
            marks_of(entry)
        run_id = str((entry.get("run") or {}).get("id"))
        if run_id in seen:
            raise NotBroughtIn(f"The run {run_id[:64]} is in the zip twice.")
        seen.add(run_id)
        for picture in pictures_of(entry):
            if picture.get("file") is None:
                continue
            if not opened.has(picture["file"]):
                raise NotBroughtIn(f"The zip lacks {str(picture['file'])[:200]!r}.")
            named.add(picture["file"])
    opened.check_nothing_else(named)
    return len(seen)
