"""What is looked at before a backup is put back: all of it, so that nothing is touched in vain."""

import hashlib
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from lib.images.errors import NotKept
from lib.images.originals import FolderOriginals
from lib.services.backups.archive import open_archive
from lib.services.backups.backup import RESERVE_BYTES
from lib.services.backups.folder import open_folder
from lib.services.backups.manifest import DATABASE, BackupUnusable, Manifest
from lib.services.backups.parts import Backup, picture_name, sha256_of, sync_file
from lib.services.backups.restoring import WORK
from lib.store.backup import Contents, check, contents, pictures_in
from lib.store.migrate import newest_version

FEW = 3
CHECKING = "Checking"

Progress = Callable[[str, int, int], None]
"""Is told what is being done with the pictures, to how many bytes of them, and of how many."""


class NotRestored(Exception):
    """Nothing was put back, and what was there still is; the message says why and what to do."""


def opened(source: Path, stack: ExitStack) -> Backup:
    """The backup at `source`, a folder or an archive."""
    if source.is_dir():
        return open_folder(source)
    if not source.is_file():
        raise NotRestored(f"There is nothing at {source}: name a backup.")
    return stack.enter_context(open_archive(source))


def must_fit(manifest: Manifest) -> None:
    """A newer schema cannot be read; an older one is brought up at the next start."""
    if manifest.schema > newest_version():
        raise NotRestored(
            f"The backup was made by a newer Plantain (schema {manifest.schema}, this one knows "
            f"{newest_version()}): restore it with that one."
        )


def staged_database(backup: Backup, folder: Path) -> Path:
    """The backup's ledger, checked, in the data folder but not yet in its place."""
    staged = folder / WORK / DATABASE
    need_room(folder, backup.manifest.database_bytes)
    with backup.open(DATABASE) as theirs, staged.open("wb") as ours:
        shutil.copyfileobj(theirs, ours)
    sync_file(staged)
    if sha256_of(staged) != backup.manifest.database_sha256:
        raise NotRestored("The backup's database is damaged: use another backup.")
    check(staged)
    if not _is_told(backup.manifest, contents(staged)):
        raise NotRestored("The backup's database is not what its manifest says: use another one.")
    return staged


def _is_told(manifest: Manifest, found: Contents) -> bool:
    told = (manifest.schema, manifest.runs, manifest.open_runs)
    counted = (found.schema, found.runs, found.open_runs)
    pictures = (manifest.pictures, manifest.picture_bytes)
    return told == counted and pictures == (found.pictures, found.picture_bytes)


def missing_pictures(
    backup: Backup, staged: Path, originals: FolderOriginals, progress: Progress
) -> tuple[str, ...]:
    """The pictures that neither the backup nor the data folder has whole. Reads them all."""
    missing, done = [], 0
    for sha256, size_bytes in pictures_in(staged):
        if not _is_whole(backup, sha256) and not is_there(originals, sha256):
            missing.append(sha256)
        done += size_bytes
        progress(CHECKING, done, backup.manifest.picture_bytes)
    return tuple(missing)


def _is_whole(backup: Backup, sha256: str) -> bool:
    try:
        with backup.open(picture_name(sha256)) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except (BackupUnusable, NotKept, OSError):
        return False


def is_there(originals: FolderOriginals, sha256: str) -> bool:
    """Whether the data folder has the picture, whole."""
    try:
        originals.verify(sha256)
    except NotKept:
        return False
    return True


def must_be_whole(source: Path, damaged: set[str], despite_damage: bool) -> None:
    """Refuse a backup that has lost what it had, unless that is wanted."""
    if damaged and not despite_damage:
        some = ", ".join(sorted(damaged)[:FEW]) + (" …" if len(damaged) > FEW else "")
        raise NotRestored(
            f"Pictures that are missing or damaged in {source}: {len(damaged):,} ({some}). Use "
            "another backup, or go on without them: ARGS=--despite-damage."
        )


def need_room(folder: Path, size_bytes: int) -> None:
    """Say so before it is half done."""
    free = shutil.disk_usage(folder).free
    if size_bytes + RESERVE_BYTES > free:
        raise NotRestored(
            f"{folder.resolve()} has room for {free:,} bytes, and {size_bytes:,} are needed: "
            "free some, and try again."
        )
