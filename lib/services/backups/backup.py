"""Backing up the data folder: the ledger first, then every picture that this copy of it names.

Pictures are on the disk before the ledger names them, and never change after that. So a copy of the
ledger and the pictures copied after it fit together, and nobody has to stop meanwhile.

In it: the database (with the secrets that this installation made for itself) and the originals. Not
in it: thumbnails, which are made again; the sandbox's state, which plays the outside world, and the
outside world is not set back; and what a person has set, such as the key.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from lib.domain.clock import Clock
from lib.images.errors import DiskFull, NotKept
from lib.images.originals import FolderOriginals
from lib.runflow.user_agent import USER_AGENT
from lib.services.backups.archive import SUFFIX, draft_archive
from lib.services.backups.folder import draft_folder, whole_folders
from lib.services.backups.manifest import DATABASE, PICTURES, Manifest, moment
from lib.services.backups.parts import BackupFailed, Draft, sha256_of
from lib.settings import Settings
from lib.store.backup import Contents, copy_database, pictures_in
from lib.store.database import DatabaseUnusable

BACKUPS = "backups"
RESERVE_BYTES = 300_000_000
"""What is left free: on a disk with less than 200 MB Plantain makes no runs any more."""
OTHER_ARCHIVES = {".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z"}

Progress = Callable[[int, int], None]
"""Is told how many bytes of the pictures have been looked after, and of how many."""


def _quietly(_done: int, _of: int) -> None:
    """Progress that nobody wants to see."""


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A backup that is whole. `copied_bytes` are those of pictures that were not in it before."""

    path: Path
    manifest: Manifest
    copied: int
    copied_bytes: int


@dataclass(frozen=True, slots=True)
class _Copied:
    """What became of the pictures: how many were copied, their bytes, and which are nowhere."""

    count: int
    size_bytes: int
    missing: tuple[str, ...]


def make_backup(
    settings: Settings,
    to: Path | None = None,
    *,
    clock: Clock,
    link: bool = False,
    trust_sizes: bool = False,
    progress: Progress = _quietly,
) -> BackupMade:
    """Back the data folder up to a folder or a `.tar` file, while Plantain runs or without it.

    A backup that is at `to` already is brought up to date. `link`: pictures of the newest backup
    beside it are linked instead of copied. `trust_sizes`: what is in the backup is compared by size
    alone. Raises BackupFailed; then an earlier backup is as it was.
    """
    folder = settings.plantain_data_dir
    if not (folder / DATABASE).is_file():
        raise BackupFailed(f"There is no {DATABASE} in {folder.resolve()}: nothing to back up.")
    now_ms = clock.now_ms()
    with _said_when_the_disk_refuses(), ExitStack() as stack:
        final = _checked_place(folder, to or default_place(folder, now_ms))
        draft = _begin(final, stack, to is None, link, trust_sizes, now_ms)
        quiet_ms = round(settings.plantain_quiet_seconds * 1000)
        contents = _copy_database(folder, draft, clock, quiet_ms)
        originals = FolderOriginals(folder / PICTURES)
        copied = _copy_pictures(originals, draft, contents, progress)
        manifest = _manifest(contents, draft.database, now_ms, copied.missing)
        draft.finish(manifest)
    return BackupMade(final, manifest, copied.count, copied.size_bytes)


def default_place(data_folder: Path, now_ms: int) -> Path:
    """`backups/plantain-20261123-061500` beside the data folder; the time is UTC."""
    name = f"plantain-{moment(now_ms):%Y%m%d-%H%M%S}"
    return data_folder.resolve().parent / BACKUPS / name


def _checked_place(data_folder: Path, to: Path) -> Path:
    final = to.resolve()
    if final.is_relative_to(data_folder.resolve()):
        raise BackupFailed(
            f"{final} lies in the data folder: what takes that would take the backup as well."
        )
    if final.suffix.lower() in OTHER_ARCHIVES:
        raise BackupFailed(f"{final} would be a folder: name one, or a file that ends in {SUFFIX}.")
    return final


def _begin(
    final: Path, stack: ExitStack, is_dated: bool, link: bool, trust_sizes: bool, now_ms: int
) -> Draft:
    if final.suffix == SUFFIX:
        return stack.enter_context(draft_archive(final, now_ms=now_ms))
    newest = next((one for one in whole_folders(final.parent) if one != final), None)
    return stack.enter_context(
        draft_folder(
            final,
            # The next dated backup goes on with what a killed one has left, whatever its date.
            work_name="plantain" if is_dated else final.name,
            linked=newest if link else None,
            trust_sizes=trust_sizes,
        )
    )


def _copy_database(folder: Path, draft: Draft, clock: Clock, quiet_ms: int) -> Contents:
    _need_room(draft.database.parent, draft.room_for(_size_with_its_log(folder), 0))
    try:
        return copy_database(folder / DATABASE, draft.database, clock=clock, quiet_ms=quiet_ms)
    except DatabaseUnusable as error:
        raise BackupFailed(str(error)) from error


def _size_with_its_log(folder: Path) -> int:
    size = 0
    for file in folder.glob(f"{DATABASE}*"):
        with suppress(FileNotFoundError):  # the log is gone once nobody has the database open
            size += file.stat().st_size
    return size


@contextmanager
def _said_when_the_disk_refuses() -> Iterator[None]:
    try:
        yield
    except (DiskFull, OSError) as error:
        raise BackupFailed(f"The backup could not be written: {error}") from error


def _need_room(folder: Path, size_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if size_bytes + RESERVE_BYTES > free:
        raise BackupFailed(
            f"{folder} has room for {free:,} bytes, and the backup takes {size_bytes:,} there: "
            "free some, or name another place."
        )


def _copy_pictures(
    source: FolderOriginals, draft: Draft, contents: Contents, progress: Progress
) -> _Copied:
    _need_room_for_pictures(draft)
    count = size = done = 0
    missing: list[str] = []
    for sha256, size_bytes in pictures_in(draft.database):
        if not draft.holds(sha256, size_bytes):
            try:
                data = source.read(sha256)
            except NotKept:
                missing.append(sha256)
            else:
                draft.put(sha256, data)
                count, size = count + 1, size + len(data)
        done += size_bytes
        progress(done, contents.picture_bytes)
    return _Copied(count, size, tuple(missing))


def _need_room_for_pictures(draft: Draft) -> None:
    copied = draft.database.stat().st_size
    to_come = sum(
        size_bytes
        for sha256, size_bytes in pictures_in(draft.database)
        if not draft.has_name(sha256)
    )
    _need_room(draft.database.parent, draft.room_for(copied, to_come) - copied)


def _manifest(
    contents: Contents, database: Path, now_ms: int, missing: tuple[str, ...]
) -> Manifest:
    return Manifest(
        made_at=moment(now_ms).isoformat(),
        plantain=USER_AGENT.partition("/")[2],
        schema=contents.schema,
        runs=contents.runs,
        open_runs=contents.open_runs,
        database_bytes=database.stat().st_size,
        database_sha256=sha256_of(database),
        pictures=contents.pictures,
        picture_bytes=contents.picture_bytes,
        missing=missing,
    )
