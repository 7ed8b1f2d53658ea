"""What a backup says of itself: `manifest.json`, which is written last, so what has one is whole."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "plantain.db"
PICTURES = "pictures"


class BackupUnusable(Exception):
    """It is no whole backup, or cannot be used here; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Sizes are bytes, `made_at` is UTC in ISO 8601, `runs` counts them by origin.

    `missing` names the pictures that the data folder itself did not have whole at that time.
    """

    made_at: str
    plantain: str
    schema: str
    runs: Mapping[str, int]
    open_runs: int
    database_bytes: int
    database_sha256: str
    pictures: int
    picture_bytes: int
    missing: tuple[str, ...] = ()
    format: int = FORMAT

    def to_json(self) -> bytes:
        """As it stands in the file."""
        return (json.dumps(asdict(self), indent=2) + "\n").encode()


def read_manifest(data: bytes, whose: str) -> Manifest:
    """Raises BackupUnusable when it is not what `to_json` writes, or is a newer Plantain's."""
    try:
        manifest = TypeAdapter(Manifest).validate_json(data, strict=True)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(map(str, problem["loc"]))
        raise BackupUnusable(
            f"The {MANIFEST} of {whose} is damaged: {where} {problem['msg']}."
        ) from error
    if manifest.format > FORMAT:
        raise BackupUnusable(f"{whose} was made by a newer Plantain: use that one.")
    return manifest


def moment(now_ms: int) -> datetime:
    """A wall clock's milliseconds as a moment of UTC, in whole seconds."""
    return datetime.fromtimestamp(now_ms // 1000, tz=UTC)
