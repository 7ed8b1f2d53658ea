"""Pictures on their way out: as they came, small, or as a download that carries its record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lib.domain.money import dollars_from_micros
from lib.domain.run import Picture, Run
from lib.images.download_name import download_name
from lib.images.embedded_record import embed
from lib.images.errors import OriginalDamaged, PictureError, RecordRefused
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.store.records import Records


@dataclass(frozen=True, slots=True)
class Download:
    """A file for the user: its bytes, its type and its name."""

    data: bytes
    mime: str
    name: str


class PictureService:
    """Finds stored pictures by the sha256 of their original bytes."""

    def __init__(
        self,
        records: Records,
        originals: FolderOriginals,
        thumbnails: FolderThumbnails,
        *,
        on_download: Callable[[Sequence[str]], None] = lambda run_ids: None,
        on_open: Callable[[str], None] = lambda run_id: None,
    ) -> None:
        self._records = records
        self._originals = originals
        self._thumbnails = thumbnails
        self._on_download = on_download
        self._on_open = on_open

    def original(self, sha256: str) -> tuple[Path, str] | None:
        """The file as the API delivered it, and its media type; None when we have none."""
        found = self._records.picture(sha256)
        if found is None:
            return None
        path = self._originals.path(sha256)
        return (path, found[1].mime) if path.exists() else None

    def opened(self, sha256: str, run_id: str) -> None:
        """Somebody has opened a picture of a run; what is none of its pictures is not noted."""
        if self._records.picture(sha256, run_id=run_id) is not None:
            self._on_open(run_id)

    def is_erased(self, sha256: str) -> bool:
        """Whether we had the picture, and its file went when the bin was emptied."""
        found = self._records.picture(sha256)
        return found is not None and found[1].freed_at is not None

    def kept(self, sha256: str) -> Path | None:
        """The file of a picture that is known to be one of ours; None when it is not there."""
        path = self._originals.path(sha256)
        return path if path.exists() else None

    def thumbnail(self, sha256: str) -> Path | None:
        """The small WebP, made anew when it is missing; None when that cannot be done."""
        try:
            return self._thumbnails.path(sha256)
        except PictureError:
            return None

    def download(self, sha256: str, run_id: str | None = None) -> Download | None:
        """The picture for somebody who asked for it: with its record, and noted as downloaded."""
        found = self._records.picture(sha256, run_id=run_id)
        made = found and self._with_record(*found)
        if found and made:
            self._on_download([found[0].id])
        return made

    def with_record(self, sha256: str, run_id: str) -> Download | None:
        """The picture with its record inside; its pixels are those of the original."""
        found = self._records.picture(sha256, run_id=run_id)
        return found and self._with_record(*found)

    def _with_record(self, run: Run, picture: Picture) -> Download | None:
        sha256 = picture.sha256
        data = self._original_bytes(sha256)
        if data is None:
            return None
        name = download_name(
            prompt=run.prompt, run_id=run.id, index=picture.index, mime=picture.mime
        )
        try:
            return Download(embed(data, record_of(run, picture)), picture.mime, name)
        except RecordRefused:
            # A picture without its record is better than none.
            return Download(data, picture.mime, name)

    def _original_bytes(self, sha256: str) -> bytes | None:
        """What is on disk. Also when it is damaged: it was paid for, and may still be of use."""
        try:
            return self._originals.read(sha256)
        except OriginalDamaged:
            return self._originals.path(sha256).read_bytes()
        except PictureError:
            return None


def record_of(run: Run, picture: Picture) -> Mapping[str, Any]:
    """What a downloaded picture says of itself: what was really sent, and what came of it."""
    cost = run.cost_micros
    return {
        "model": run.model_id,
        "input": dict(run.input),
        "run_id": run.id,
        "remote_id": run.remote_id,
        "picture": picture.index + 1,
        "pictures": len(run.pictures),
        "sha256": picture.sha256,
        "cost_usd": None if cost is None else str(dollars_from_micros(cost)),
        "cost_basis": run.cost_basis,
        "seed": run.seed_used,
        "origin": run.origin,
        "created_at": datetime.fromtimestamp(run.created_at / 1000, UTC).isoformat(),
    }
