"""A backup as one file: a plain tar (pictures do not get smaller), its manifest the last in it."""

import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from lib.images import durable_file
from lib.services.backups.folder import FOR_THE_OWNER
from lib.services.backups.manifest import (
    DATABASE,
    MANIFEST,
    BackupUnusable,
    Manifest,
    read_manifest,
)
from lib.services.backups.parts import BackupFailed, alone_in, picture_name, sync_file

SUFFIX = ".tar"
FILE_FOR_THE_OWNER = 0o600


@dataclass(frozen=True, slots=True)
class ArchiveDraft:
    """Is written in the folder `work`, which is gone in the end."""

    final: Path
    work: Path
    tar: tarfile.TarFile
    mtime_s: int
    names: set[str] = field(default_factory=set)

    @property
    def database(self) -> Path:
        return self.work / DATABASE

    def room_for(self, database_bytes: int, missing_bytes: int) -> int:
        return 2 * database_bytes + missing_bytes

    def holds(self, sha256: str, size_bytes: int) -> bool:
        return sha256 in self.names

    def has_name(self, sha256: str) -> bool:
        return sha256 in self.names

    def put(self, sha256: str, data: bytes) -> None:
        self._add(picture_name(sha256), BytesIO(data), len(data))
        self.names.add(sha256)

    def finish(self, manifest: Manifest) -> None:
        with self.database.open("rb") as database:
            self._add(DATABASE, database, manifest.database_bytes)
        text = manifest.to_json()
        self._add(MANIFEST, BytesIO(text), len(text))
        self.tar.close()
        (self.work / self.final.name).chmod(FILE_FOR_THE_OWNER)
        sync_file(self.work / self.final.name)
        os.replace(self.work / self.final.name, self.final)
        durable_file.sync_name(self.final)

    def _add(self, name: str, file: BinaryIO, size_bytes: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime, entry.mode = size_bytes, self.mtime_s, FILE_FOR_THE_OWNER
        self.tar.addfile(entry, file)


@contextmanager
def draft_archive(final: Path, *, now_ms: int) -> Iterator[ArchiveDraft]:
    """Begin a backup at `final`. It takes the place of an earlier one, and of nothing else.

    Raises BackupFailed when something else is there.
    """
    if final.exists():
        _must_be_a_backup(final)
    work = final.with_name(f".{final.name}.part")
    work.mkdir(mode=FOR_THE_OWNER, parents=True, exist_ok=True)
    with alone_in(work):
        for file in work.iterdir():
            file.unlink()
        try:
            with tarfile.open(work / final.name, "w") as tar:
                yield ArchiveDraft(final, work, tar, now_ms // 1000)
        finally:
            shutil.rmtree(work)


@dataclass(frozen=True, slots=True)
class ArchiveBackup:
    """A backup in one file."""

    file: Path
    tar: tarfile.TarFile
    manifest: Manifest

    def open(self, name: str) -> BufferedReader:
        return _open(self.tar, name, self.file)


@contextmanager
def open_archive(file: Path) -> Iterator[ArchiveBackup]:
    """Raises BackupUnusable when the file is no whole backup."""
    try:
        with tarfile.open(file, "r:") as tar:
            if MANIFEST not in tar.getnames():
                raise BackupUnusable(
                    f"{file} is no whole backup: it has no {MANIFEST}, which is written last."
                )
            manifest = read_manifest(_open(tar, MANIFEST, file).read(), str(file))
            yield ArchiveBackup(file, tar, manifest)
    except tarfile.TarError as error:
        raise BackupUnusable(f"{file} is no whole backup: {error}.") from error


def _open(tar: tarfile.TarFile, name: str, file: Path) -> BufferedReader:
    try:
        opened = tar.extractfile(name)
    except KeyError:
        opened = None
    if opened is None:
        raise BackupUnusable(f"{file} lacks {name}.")
    return cast(BufferedReader, opened)


def _must_be_a_backup(file: Path) -> None:
    try:
        with open_archive(file):
            pass
    except (BackupUnusable, OSError) as error:
        raise BackupFailed(
            f"{file} is something else than a backup: name another place."
        ) from error
