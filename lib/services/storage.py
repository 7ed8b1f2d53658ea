"""How much room the data folder takes, and how much is left on its disk."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lib.settings import Settings


@dataclass(frozen=True, slots=True)
class Storage:
    """The data folder in bytes. Pictures are the originals, as they came from the API."""

    folder: Path
    pictures: int
    picture_bytes: int
    thumbnail_bytes: int
    database_bytes: int
    free_bytes: int


def measure(settings: Settings) -> Storage:
    """Look at every file of the data folder. Takes a moment where there are very many."""
    folder = settings.plantain_data_dir.resolve()
    pictures = list(_sizes(folder / "pictures"))
    database = (entry for entry in folder.glob("plantain.db*") if entry.is_file())
    return Storage(
        folder=folder,
        pictures=len(pictures),
        picture_bytes=sum(pictures),
        thumbnail_bytes=sum(_sizes(folder / "thumbnails")),
        database_bytes=_total(database),
        free_bytes=shutil.disk_usage(folder).free,
    )


def _total(files: Iterable[Path]) -> int:
    total = 0
    for file in files:
        # What the database needs for a moment only may be gone by now.
        with suppress(FileNotFoundError):
            total += file.stat().st_size
    return total


def _sizes(folder: Path) -> Iterator[int]:
    """The sizes of all files below `folder`; nothing when it is not there."""
    for parent, _folders, files in os.walk(folder):
        for name in files:
            with suppress(FileNotFoundError):
                yield os.stat(os.path.join(parent, name)).st_size
