"""
Bringing runs in from a zip that a Plantain has made: each once, and none is ever sent.

The whole zip is looked through first, every picture of it: one that cannot be brought in whole
leaves nothing here. Then each run's pictures are kept and after them its row, all of it at once: an
import that was killed or canceled is just done again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from lib.domain.clock import Clock
from lib.domain.run import RunState
from lib.images.errors import NotAPicture
from lib.images.inspection import inspect
from lib.images.originals import FolderOriginals
from lib.services.taking_away.arrival import has_ended, marks_of, pictures_of, run_of
from lib.services.taking_away.looking_through import LookingThrough, bought
from lib.services.taking_away.opened_zip import NotBroughtIn, OpenedZip
from lib.store.brought_in import Arrival, Arrivals

COUNTED = ("runs", "known", "open", "elsewhere", "undecided", "lost_pictures")
Progress = Callable[[int, int], bool]
"""Is told how many steps of how many are done, two for each run; answers False to cancel."""
UNKNOWN_MIME = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What came of an import.

    `runs` are new, `known` were here already, `open` had not ended and stay where they are, and
    `elsewhere` of the new ones belong to another account, so that they are not shown now.
    `undecided` wait for a decision where they were made: nobody is asked for it here as well.
    """

    runs: int = 0
    known: int = 0
    open: int = 0
    elsewhere: int = 0
    undecided: int = 0
    lost_pictures: int = 0
    was_canceled: bool = False


def _go_on(_done: int, _total: int) -> bool:
    return True


class BringingIn:
    """Takes runs of other Plantains in. `folder` is where zips wait that no browser can send."""

    def __init__(
        self,
        arrivals: Arrivals,
        originals: FolderOriginals,
        clock: Clock,
        *,
        origin: str,
        folder: Path,
    ) -> None:
        self._arrivals = arrivals
        self._originals = originals
        self._clock = clock
        self._origin = origin
        self._folder = folder

    def waiting(self) -> list[str]:
        """The names of the zips in the folder."""
        return sorted(file.name for file in self._folder.glob("*.zip") if file.is_file())

    def bring_in_waiting(self, name: str, *, by: str, progress: Progress = _go_on) -> BroughtIn:
        """As `bring_in`, for a zip of the folder."""
        if name not in self.waiting():
            raise NotBroughtIn(f"There is no {name!r} in the folder any more.")
        with (self._folder / name).open("rb") as file:
            return self.bring_in(file, by=by, progress=progress)

    def bring_in(self, file: BinaryIO, *, by: str, progress: Progress = _go_on) -> BroughtIn:
        """Look all of the zip through, then take in what has ended and is not here.

        Raises NotBroughtIn before anything is taken in; and after that only when the file itself
        is changed meanwhile.
        """
        opened = OpenedZip(file)
        counts: dict[str, Any] = dict.fromkeys(COUNTED, 0)
        total = sum(1 for _line in opened.lines())
        looking = LookingThrough(opened, self._arrivals)
        for done, entry in enumerate(opened.entries(), 1):
            looking.look_at(entry)
            if not progress(done, 2 * total):
                return BroughtIn(was_canceled=True)
        looking.end()
        for done, entry in enumerate(opened.entries(), 1):
            self._take(opened, entry, by, counts)
            if not progress(total + done, 2 * total):
                return BroughtIn(**counts, was_canceled=done < total)
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
        is_undecided = run["state"] == RunState.PARKED and run["decided_at"] is None
        if is_undecided:
            run["decided_at"] = self._clock.now_ms()
        told = pictures_of(entry)
        kept = [self._keep(opened, picture) for picture in told if picture.get("file")]
        new = self._arrivals.put(Arrival(run=run, pictures=kept, **marks_of(entry)), by=by)
        counts["runs" if new else "known"] += 1
        if new:
            counts["undecided"] += is_undecided
            counts["lost_pictures"] += len(told) - len(kept)
            counts["elsewhere"] += run["origin"] != self._origin

    def _keep(self, opened: OpenedZip, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep the bought bytes; the row of the picture, by what the bytes are themselves."""
        data = bought(opened, told)
        original = self._originals.put(data)
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
