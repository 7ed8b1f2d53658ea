"""
A zip of runs, made while it is sent: no more of it than a picture is ever in memory.

`pictures/2026-11-23/a-red-fox-….png` are downloads with the record inside, the newest run first.
`contact-sheet.html` shows them without a server. `manifest.json` has every field and makes it
possible to bring the runs in elsewhere; `manifest.csv` has the columns of the tables. What says
what is in the zip is written last: a zip that was broken off has none.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from tempfile import SpooledTemporaryFile
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from lib.images.download_name import download_name
from lib.images.rebuilding import pieces_of
from lib.services.pictures import PictureService
from lib.services.taking_away import contact_sheet, csv_table, manifest
from lib.services.taking_away.columns import columns
from lib.services.taking_away.contact_sheet import Shown
from lib.services.taking_away.csv_table import cell, iso, line
from lib.services.taking_away.sink import Sink
from lib.store.taken_runs import TakenRun

MIME = "application/zip"
CHUNK_BYTES = 1 << 18
SPOOL_BYTES = 1 << 20
LOST: manifest.Filed = {"file": None, "file_sha256": None, "file_bytes": None, "original": None}
OPEN_TO_ALL_READERS = 0o644 << 16


def write(
    batches: Iterable[list[TakenRun]],
    pictures: PictureService,
    *,
    origin: str,
    made_at: int,
    on_run: Callable[[], None] = lambda: None,
) -> Iterator[bytes]:
    """The file, a picture at a time. `made_at`: ms UTC. `on_run` is called after each run."""
    sink = Sink()
    with ZipFile(sink, "w") as zipped, _Lists(origin, made_at) as lists:
        archive = _Archive(zipped, pictures, iso(made_at))
        for number, (runs, following) in enumerate(_pages(batches), 1):
            page = []
            for taken in runs:
                filed, shown = [], []
                for picture in taken.pictures:
                    file, small = archive.add_picture(taken, picture)
                    filed.append(file)
                    shown += [small] if small else []
                    yield sink.take()
                page.append((taken, shown))
                lists.add(taken, filed)
                on_run()
            sheet = contact_sheet.html(number, page, has_next=following)
            archive.add_text(contact_sheet.name_of(number), [sheet.encode()])
            yield sink.take()
        for name, chunks in lists.files():
            archive.add_text(name, chunks)
            yield sink.take()
    yield sink.take()


class _Archive:
    """Puts files into the zip."""

    def __init__(self, zipped: ZipFile, pictures: PictureService, moment: str) -> None:
        self._zip = zipped
        self._pictures = pictures
        self._moment = moment

    def add_picture(
        self, taken: TakenRun, picture: Mapping[str, Any]
    ) -> tuple[manifest.Filed, Shown | None]:
        """The picture as a download; what the manifest says of it and the sheet shows."""
        sha256 = picture["sha256"]
        found = self._pictures.with_record(sha256, taken.id)
        place = self._pictures.kept(sha256)
        if found is None or place is None:
            return LOST, None
        original, data = place.read_bytes(), found.data
        pieces = pieces_of(original, data)
        if pieces is None:
            pieces, data = [[0, len(original)]], original
        name = picture_file(taken, picture["number"], picture["mime"])
        self._zip.writestr(self._info(name, ZIP_STORED), data)
        small = None if picture["problem"] else self._pictures.thumbnail(sha256)
        filed = {
            "file": name,
            "file_sha256": hashlib.sha256(data).hexdigest(),
            "file_bytes": len(data),
            "original": pieces,
        }
        return filed, Shown(name, small.read_bytes() if small else None)

    def add_text(self, name: str, chunks: Iterable[bytes]) -> None:
        with self._zip.open(self._info(name, ZIP_DEFLATED), "w", force_zip64=True) as file:
            for chunk in chunks:
                file.write(chunk)

    def _info(self, name: str, compression: int) -> ZipInfo:
        year, month, day = (int(part) for part in self._moment[:10].split("-"))
        info = ZipInfo(name, (year, month, day, 0, 0, 0))
        info.compress_type = compression
        info.external_attr = OPEN_TO_ALL_READERS
        return info


def picture_file(taken: TakenRun, number: int, mime: str) -> str:
    """A name in the zip: the day, the prompt's first words, the run's whole id, the number."""
    short = download_name(prompt=taken.run["prompt"], run_id="x", index=number, mime=mime)
    words, ending = short.rsplit(f"-x-{number}.", 1)
    run_id = "".join(letter for letter in taken.id if letter.isascii() and letter.isalnum())
    return f"pictures/{iso(taken.run['created_at'])[:10]}/{words}-{run_id}-{number}.{ending}"


class _Lists:
    """The two manifests, kept on the disk until their turn comes."""

    def __init__(self, origin: str, made_at: int) -> None:
        self._json = SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115
        self._csv = SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115
        self._columns = columns()
        self._between = "\n"
        self._json.write(manifest.head(origin, iso(made_at)).encode())
        names = [column.name for column in self._columns]
        row = line([*names, "files", "file_sha256s"])
        self._csv.write((csv_table.BYTE_ORDER_MARK + row).encode())

    def __enter__(self) -> "_Lists":
        return self

    def __exit__(self, *_error: object) -> None:
        self._json.close()
        self._csv.close()

    def add(self, taken: TakenRun, filed: list[manifest.Filed]) -> None:
        self._json.write((self._between + manifest.entry(taken, filed)).encode())
        self._between = ",\n"
        cells = [cell(column.kind, column.value(taken)) for column in self._columns]
        files = [[str(file[name] or "-") for file in filed] for name in ("file", "file_sha256")]
        self._csv.write(line([*cells, *map(" ".join, files)]).encode())

    def files(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        self._json.write(("\n" + manifest.END).encode())
        yield manifest.MANIFEST_CSV, _read(self._csv)
        yield manifest.MANIFEST, _read(self._json)


def _read(file: "SpooledTemporaryFile[bytes]") -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def _pages(batches: Iterable[list[TakenRun]]) -> Iterator[tuple[list[TakenRun], bool]]:
    """The runs of each sheet, and whether there is another one; one empty sheet for no runs."""
    most = contact_sheet.RUNS_A_PAGE

    def pages() -> Iterator[list[TakenRun] | None]:
        for runs in batches:
            yield from (runs[at : at + most] for at in range(0, len(runs), most))
        yield None

    found = False
    for now, following in pairwise(pages()):
        found = True
        yield now or [], following is not None
    if not found:
        yield [], False
