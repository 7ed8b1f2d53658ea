"""The mark of a restore that is under way, and what is left of one that was broken off."""

import shutil
from pathlib import Path

WORK = ".restore"
"""A folder in the data folder, there while a backup is being put back."""


def is_under_way(data_folder: Path) -> bool:
    """Whether whoever holds the data folder's lock is putting a backup back."""
    return (data_folder / WORK).is_dir()


def forget_broken_off(data_folder: Path) -> None:
    """Clear away what a killed restore has left; for the holder of the lock alone.

    What counted before it was killed still counts: the ledger changes by one rename, at its end.
    """
    shutil.rmtree(data_folder / WORK, ignore_errors=True)
