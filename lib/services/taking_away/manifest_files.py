"""The two manifests of a zip, kept on the disk until their turn comes: after all pictures."""

from collections.abc import Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import Any

from lib.services.taking_away import csv_table
from lib.services.taking_away.columns import Column
from lib.services.taking_away.csv_table import cell, line
from lib.services.taking_away.manifest import END, MANIFEST, MANIFEST_CSV, Filed

CHUNK_BYTES = 1 << 18
SPOOL_BYTES = 1 << 20


class ManifestFiles:
    """`head` begins the JSON, whose entries are given; the CSV has the columns, and the files."""

    def __init__(self, head: str, columns: Sequence[Column]) -> None:
        self._json = SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115
        self._csv = SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115
        self._columns = columns
        self._between = "\n"
        self._json.write(head.encode())
        names = [column.name for column in self._columns]
        row = line([*names, "files", "file_sha256s"])
        self._csv.write((csv_table.BYTE_ORDER_MARK + row).encode())

    def __enter__(self) -> "ManifestFiles":
        return self

    def __exit__(self, *_error: object) -> None:
        self._json.close()
        self._csv.close()

    def add(self, row: Any, entry: str, filed: Sequence[Filed]) -> None:
        """A row, its entry in the JSON, and what its pictures are filed as."""
        self._json.write((self._between + entry).encode())
        self._between = ",\n"
        cells = [cell(column.kind, column.value(row)) for column in self._columns]
        files = [[str(file[name] or "-") for file in filed] for name in ("file", "file_sha256")]
        self._csv.write(line([*cells, *map(" ".join, files)]).encode())

    def files(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Both files, each by its name."""
        self._json.write(("\n" + END).encode())
        yield MANIFEST_CSV, _read(self._csv)
        yield MANIFEST, _read(self._json)


def _read(file: "SpooledTemporaryFile[bytes]") -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK_BYTES):
        yield chunk
