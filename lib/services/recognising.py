"""Whose picture a file is: told by the record inside it, or by its very bytes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.domain.run import Run
from lib.images.embedded_record import extract
from lib.images.errors import NotAPicture
from lib.images.inspection import measure
from lib.services.likeness import Alike, LikenessService
from lib.store.records import Records


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is. `run` made it; `record` is what it says of itself, which anyone can write.

    `problem` says why it is no picture that Plantain knows; it may quote the file.
    """

    run: Run | None = None
    record: Mapping[str, Any] | None = None
    problem: str | None = None

    @property
    def input(self) -> Mapping[str, Any]:
        """What the record says was asked for."""
        asked = (self.record or {}).get("input")
        return asked if isinstance(asked, Mapping) else {}


class Recognising:
    """Finds the runs of pictures that somebody has."""

    def __init__(self, records: Records, likeness: LikenessService) -> None:
        self._records = records
        self._likeness = likeness

    def recognise(self, data: bytes) -> Recognised:
        """The run that made a file, of whichever origin, also when it is deleted."""
        record = extract(data)
        run = self._of_record(record or {}) or self._of_sha256(hashlib.sha256(data).hexdigest())
        if run is None and record is None:
            try:
                measure(data)
            except NotAPicture as error:
                return Recognised(problem=str(error))
        return Recognised(run, record)

    def alike(self, data: bytes, *, limit: int) -> Alike:
        """Runs of this origin whose pictures look like it. Raises NotAPicture."""
        return self._likeness.alike_to(data, limit=limit)

    def _of_record(self, record: Mapping[str, Any]) -> Run | None:
        """By the run's id, or where that is not known by the sha256 of what was bought."""
        run_id, sha256 = record.get("run_id"), record.get("sha256")
        found = self._records.find(run_id) if isinstance(run_id, str) else None
        return found or (self._of_sha256(sha256) if isinstance(sha256, str) else None)

    def _of_sha256(self, sha256: str) -> Run | None:
        found = self._records.picture(sha256)
        return found[0] if found else None
