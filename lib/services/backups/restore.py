"""Putting a backup back: all of it is checked first, what was there is kept, and then it is one step.

Pictures that the data folder lacks are added to those it has: they are named by their content, so
they harm nobody. Then the backup's ledger takes the place of the old one by one rename. Whoever is
killed before it has the old ledger, whoever is killed after it the new one, each with its pictures.

The sandbox's state, thumbnails and the lock stay where they are.
"""

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from lib.domain.clock import Clock
from lib.engine.executor_lock import LOCK_FILE, ExecutorLock
from lib.images import durable_file
from lib.images.errors import NotKept
from lib.images.originals import FolderOriginals
from lib.services.backups.manifest import DATABASE, PICTURES, BackupUnusable, Manifest, moment
from lib.services.backups.parts import Backup, picture_name, sync_file
from lib.services.backups.restore_checks import (
    NotRestored,
    Progress,
    is_there,
    missing_pictures,
    must_be_whole,
    must_fit,
    need_room,
    opened,
    staged_database,
)
from lib.services.backups.restoring import WORK, forget_broken_off
from lib.settings import Settings
from lib.store.backup import SIDE_FILES, is_in_use, pictures_in
from lib.store.database import DatabaseUnusable

KEPT = "before-restore-"
COPYING = "Copying"


@dataclass(frozen=True, slots=True)
class Restored:
    """`kept` holds the ledger that was there before, if any. `missing` are pictures (sha256) that
    neither the backup nor the data folder has whole."""

    folder: Path
    manifest: Manifest
    kept: Path | None
    missing: tuple[str, ...]


def _quietly(_what: str, _done: int, _of: int) -> None:
    """Progress that nobody wants to see."""


def restore(
    settings: Settings,
    source: Path,
    *,
    clock: Clock,
    despite_damage: bool = False,
    progress: Progress = _quietly,
) -> Restored:
    """Put the backup at `source` into the data folder. Plantain must not run meanwhile.

    `despite_damage`: also without pictures that are damaged in the backup. Raises NotRestored.
    """
    folder = settings.plantain_data_dir
    with _said_why_not(), ExitStack() as stack:
        backup = opened(source, stack)
        must_fit(backup.manifest)
        _hold(folder, stack)
        staged = staged_database(backup, folder)
        originals = FolderOriginals(folder / PICTURES)
        missing = missing_pictures(backup, staged, originals, progress)
        must_be_whole(source, set(missing) - set(backup.manifest.missing), despite_damage)
        _bring_pictures(backup, staged, originals, set(missing), progress)
        kept = _put_in_place(staged, folder, clock)
    return Restored(folder.resolve(), backup.manifest, kept, missing)


def _hold(folder: Path, stack: ExitStack) -> None:
    """Keep every Plantain off the data folder until the end."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = ExecutorLock(folder / LOCK_FILE)
    stack.callback(lock.release)
    if not lock.acquire():
        raise NotRestored(f"Plantain is running on {folder.resolve()}: stop it, and try again.")
    _must_not_be_in_use(folder)
    forget_broken_off(folder)
    (folder / WORK).mkdir()
    stack.callback(forget_broken_off, folder)


def _must_not_be_in_use(folder: Path) -> None:
    if is_in_use(folder / DATABASE):
        raise NotRestored(
            f"A program has {(folder / DATABASE).resolve()} open: stop every Plantain, and what "
            "else reads it, and try again."
        )


def _bring_pictures(
    backup: Backup, staged: Path, originals: FolderOriginals, missing: set[str], progress: Progress
) -> None:
    lacking = [
        (sha256, size_bytes)
        for sha256, size_bytes in pictures_in(staged)
        if sha256 not in missing and not is_there(originals, sha256)
    ]
    total, done = sum(size_bytes for _, size_bytes in lacking), 0
    need_room(originals.root.parent, total)
    for sha256, size_bytes in lacking:
        with backup.open(picture_name(sha256)) as file:
            if originals.put(file.read()).sha256 != sha256:
                raise NotRestored(f"The picture {sha256} has changed since it was checked.")
        done += size_bytes
        progress(COPYING, done, total)


def _put_in_place(staged: Path, folder: Path, clock: Clock) -> Path | None:
    """Let the staged ledger take the place of the old one; where the old one is kept."""
    target = folder / DATABASE
    _must_not_be_in_use(folder)
    _forget_what_is_not_kept(folder)
    kept = _keep(folder, f"{KEPT}{moment(clock.now_ms()):%Y%m%d-%H%M%S}")
    for side_file in _side_files(target):
        side_file.unlink()
    os.replace(staged, target)
    durable_file.sync_name(target)
    return kept


def _keep(folder: Path, name: str) -> Path | None:
    target = folder / DATABASE
    files = [file for file in (target, *_side_files(target)) if file.exists()]
    if not files:
        return None
    kept = _free_name(folder / name)
    kept.mkdir()
    for file in files:
        _link_or_copy(file, kept / file.name)
    durable_file.sync_name(kept / DATABASE)
    return kept.resolve()


def _forget_what_is_not_kept(folder: Path) -> None:
    """A killed restore may have left an empty folder, or kept what is still in its place."""
    target = folder / DATABASE
    for kept in folder.glob(f"{KEPT}*"):
        files = list(kept.iterdir())
        is_twice = [file.name for file in files] == [DATABASE] and target.exists()
        if not files or (is_twice and files[0].samefile(target)):
            shutil.rmtree(kept)


def _free_name(path: Path) -> Path:
    others = (path.with_name(f"{path.name}-{number}") for number in itertools.count(2))
    return next(one for one in itertools.chain([path], others) if not one.exists())


def _link_or_copy(file: Path, to: Path) -> None:
    try:
        os.link(file, to)
    except OSError:  # not every file system knows links
        shutil.copyfile(file, to)
        sync_file(to)


def _side_files(database: Path) -> list[Path]:
    """What a crash has left beside a database that cannot be opened any more."""
    side_files = (database.with_name(f"{database.name}{end}") for end in SIDE_FILES)
    return [file for file in side_files if file.exists()]


@contextmanager
def _said_why_not() -> Iterator[None]:
    try:
        yield
    except (BackupUnusable, DatabaseUnusable, NotKept, OSError) as error:
        raise NotRestored(str(error)) from error
