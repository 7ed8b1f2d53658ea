"""Looking a zip of runs through to its end, before anything of it is taken in."""

import hashlib
from collections.abc import Mapping
from typing import Any

from lib.images.rebuilding import NotRebuilt, rebuild
from lib.services.taking_away.arrival import has_ended, id_of, marks_of, pictures_of, run_of
from lib.services.taking_away.opened_zip import NotBroughtIn, OpenedZip
from lib.store.brought_in import Arrivals


class LookingThrough:
    """Sees that each run can be taken in with all its pictures. Raises NotBroughtIn."""

    def __init__(self, opened: OpenedZip, arrivals: Arrivals) -> None:
        self._opened = opened
        self._arrivals = arrivals
        self._named: set[str] = set()
        self._seen: set[str] = set()

    def look_at(self, entry: Mapping[str, Any]) -> None:
        """Look at the next run of the manifest."""
        run_id = id_of(entry)
        if run_id in self._seen:
            raise NotBroughtIn(f"The run {run_id[:64]} is in the zip twice.")
        self._seen.add(run_id)
        pictures = [one for one in pictures_of(entry) if one.get("file") is not None]
        for picture in pictures:
            if not self._opened.has(picture["file"]):
                raise NotBroughtIn(f"The zip lacks {str(picture['file'])[:200]!r}.")
            self._named.add(picture["file"])
        if has_ended(entry):
            run = run_of(entry)
            marks_of(entry)
            if not self._arrivals.is_here(run["id"], run["origin"], run["remote_id"]):
                for picture in pictures:
                    bought(self._opened, picture)

    def end(self) -> None:
        """All runs were looked at: see that there is nothing else."""
        self._opened.check_nothing_else(self._named)


def bought(opened: OpenedZip, told: Mapping[str, Any]) -> bytes:
    """The bytes of a picture as they were bought. Raises NotBroughtIn when they are not in it."""
    name = told["file"]
    try:
        data = rebuild(opened.read(name, told.get("file_sha256")), told.get("original") or [])
    except NotRebuilt as error:
        raise NotBroughtIn(f"{name}: its original cannot be made again: {error}.") from error
    if hashlib.sha256(data).hexdigest() != told["sha256"]:
        raise NotBroughtIn(f"{name}: its original is not the picture that was bought.")
    return data
