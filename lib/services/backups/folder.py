"""A backup as a folder: `plantain.db`, `pictures/` and `manifest.json`, laid out like the data folder.

A new one is written beside its place, under a hidden name, and gets its own name when it is whole.
One that is there already is brought up to date: pictures never change, so those it lacks are added,
and then the database and the manifest take the place of the old ones. Whoever is killed in between
leaves the new manifest in `.next`; which of the two counts, the database's own digest says.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from lib.images import durable_file
from lib.images.errors import NotASha256, NotKept
from lib.images.originals import FolderOriginals
from lib.services.backups.manifest import (
    DATABASE,
    MANIFEST,
    PICTURES,
    BackupUnusable,
    Manifest,
    read_manifest,
)
from lib.services.backups.parts import BackupFailed, alone_in, sha256_of

NEXT = ".next"
INCOMING = "incoming"
FOR_THE_OWNER = 0o700
"""Whoever can read a backup can read all prompts and pictures."""


@dataclass(frozen=True, slots=True)
class FolderDraft:
    """Is written in `work`; `final` is its place. `linked` are pictures that become hard links."""

    final: Path
    work: Path
    originals: FolderOriginals
    linked: FolderOriginals | None
    trust_sizes: bool

    @property
    def database(self) -> Path:
        return self.work / DATABASE

    def room_for(self, database_bytes: int, missing_bytes: int) -> int:
        return database_bytes + missing_bytes

    def holds(self, sha256: str, size_bytes: int) -> bool:
        if self._is_whole(self.originals, sha256, size_bytes):
            return True
        return self.linked is not None and self._link(self.linked, sha256, size_bytes)

    def has_name(self, sha256: str) -> bool:
        places = (self.originals, self.linked) if self.linked else (self.originals,)
        with suppress(NotASha256):
            return any(originals.path(sha256).exists() for originals in places)
        return False

    def put(self, sha256: str, data: bytes) -> None:
        self.originals.put(data)

    def finish(self, manifest: Manifest) -> None:
        with suppress(OSError):
            (self.originals.root / INCOMING).rmdir()
        durable_file.write_whole(self.work / MANIFEST, manifest.to_json(), incoming=self.work)
        if self.work.parent == self.final:
            _take_the_place(self.final)
        else:
            os.replace(self.work, self.final)
        durable_file.sync_name(self.final / MANIFEST)

    def _is_whole(self, originals: FolderOriginals, sha256: str, size_bytes: int) -> bool:
        try:
            if not self.trust_sizes:
                originals.verify(sha256)
            return originals.path(sha256).stat().st_size == size_bytes
        except (NotKept, FileNotFoundError):
            return False

    def _link(self, theirs: FolderOriginals, sha256: str, size_bytes: int) -> bool:
        if not self._is_whole(theirs, sha256, size_bytes):
            return False
        ours = self.originals.path(sha256)
        ours.parent.mkdir(parents=True, exist_ok=True)
        ours.unlink(missing_ok=True)
        try:
            os.link(theirs.path(sha256), ours)
        except OSError:  # not every file system knows links: it is copied instead
            return False
        durable_file.sync_name(ours)
        return True


@contextmanager
def draft_folder(
    final: Path, *, work_name: str, linked: Path | None, trust_sizes: bool
) -> Iterator[FolderDraft]:
    """Begin a backup at `final`, or bring the one that is there up to date.

    What a killed one has left is used again. Raises BackupFailed when something else is there.
    """
    is_update = final.exists() and not _is_empty(final)
    if is_update:
        _must_be_a_backup(final)
    work = final / NEXT if is_update else final.parent / f".{work_name}.part"
    work.mkdir(mode=FOR_THE_OWNER, parents=True, exist_ok=True)
    with alone_in(final if is_update else work):
        if is_update:
            _settle(final)
        for file in work.glob(f"{DATABASE}*"):
            file.unlink()
        originals = FolderOriginals((final if is_update else work) / PICTURES)
        originals.root.mkdir(exist_ok=True)
        for part in (originals.root / INCOMING).glob("*.part"):
            part.unlink()
        earlier = FolderOriginals(linked / PICTURES) if linked else None
        yield FolderDraft(final, work, originals, earlier, trust_sizes)


@dataclass(frozen=True, slots=True)
class FolderBackup:
    """A backup in a folder."""

    folder: Path
    manifest: Manifest

    def open(self, name: str) -> BufferedReader:
        try:
            return (self.folder / name).open("rb")
        except FileNotFoundError as error:
            raise BackupUnusable(f"{self.folder} lacks {name}.") from error


def open_folder(folder: Path) -> FolderBackup:
    """Raises BackupUnusable when the folder is no whole backup."""
    return FolderBackup(folder, _manifests(folder)[0])


def whole_folders(parent: Path) -> list[Path]:
    """The backups that lie in a folder, the newest first."""
    found = []
    for folder in parent.iterdir() if parent.is_dir() else ():
        with suppress(BackupUnusable):
            if (folder / MANIFEST).is_file():
                found.append((_read(folder / MANIFEST).made_at, folder))
    return [folder for _, folder in sorted(found, reverse=True)]


def _manifests(folder: Path) -> tuple[Manifest, Path]:
    """The manifest that speaks of the folder's database, and where it lies."""
    if not (folder / MANIFEST).is_file():
        raise BackupUnusable(
            f"{folder} is no whole backup: it has no {MANIFEST}, which is written last."
        )
    if not (folder / DATABASE).is_file():
        raise BackupUnusable(f"{folder} lacks {DATABASE}.")
    digest = sha256_of(folder / DATABASE)
    for file in (folder / MANIFEST, folder / NEXT / MANIFEST):
        if file.is_file() and (found := _read(file)).database_sha256 == digest:
            return found, file
    raise BackupUnusable(
        f"{folder / DATABASE} has changed since it was backed up: use another backup."
    )


def _read(file: Path) -> Manifest:
    return read_manifest(file.read_bytes(), str(file.parent))


def _must_be_a_backup(folder: Path) -> None:
    if not folder.is_dir() or not (folder / MANIFEST).is_file():
        raise BackupFailed(f"{folder} holds something that is no backup: name another place.")
    try:
        _read(folder / MANIFEST)
    except BackupUnusable as error:
        raise BackupFailed(f"{error} Name another place.") from error


def _settle(folder: Path) -> None:
    """Finish what a killed backup has begun to put in its place; forget what it had not."""
    with suppress(BackupUnusable):
        _, file = _manifests(folder)
        if file.parent.name == NEXT:
            os.replace(file, folder / MANIFEST)
    (folder / NEXT / MANIFEST).unlink(missing_ok=True)


def _take_the_place(folder: Path) -> None:
    os.replace(folder / NEXT / DATABASE, folder / DATABASE)
    durable_file.sync_name(folder / DATABASE)
    os.replace(folder / NEXT / MANIFEST, folder / MANIFEST)
    shutil.rmtree(folder / NEXT)


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())
