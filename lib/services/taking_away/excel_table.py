"""
Excel: texts are texts, whatever they look like, and stay so when someone edits them.

Each text has the *quote prefix* that Excel itself gives to what is typed after an apostrophe. A
cell holds 32,767 characters; what a text has beyond stands in the sheet `continued` (id, column,
text), in order, so that joining the parts gives the text again. Control characters are written as
Excel writes them, `_x0000_`. A sheet has 1,048,576 rows; further rows go on in another, such as
`runs 2`.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lib.services.taking_away.columns import Column, Kind, Table, table_of_runs
from lib.services.taking_away.csv_table import EPOCH

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL_LENGTH = 32_767
"""Excel counts UTF-16 units: an emoji is two."""
ROWS = 1_048_576
CHUNK_BYTES = 1 << 18
LAST_DAY_MS = 253_402_300_799_999
"""The end of the year 9999, which is the last that Excel knows."""
_SHARED_UNDERSCORE = re.compile("(?<=_x[0-9a-fA-F]{4})(?=_x[0-9a-fA-F]{4}_)")
_TIME, _DOLLARS = "yyyy-mm-dd hh:mm:ss.000", "0.000000"


def write(batches: Iterable[list[Any]], table: Table | None = None) -> Iterator[bytes]:
    """The file, of runs unless another table is told. It is built on the disk first: its parts cannot be written in one go."""
    with TemporaryDirectory(prefix="plantain-excel-") as folder:
        file = Path(folder) / "runs.xlsx"
        book = Workbook(file, table=table)
        for rows in batches:
            for row in rows:
                book.add(row)
            yield b""  # whoever waits may go away in between
        book.close()
        with file.open("rb") as ready:
            while chunk := ready.read(CHUNK_BYTES):
                yield chunk


class Workbook:
    """A workbook that is written row by row."""

    def __init__(self, file: Path, *, rows: int = ROWS, table: Table | None = None) -> None:
        import xlsxwriter

        self._table = table or table_of_runs()
        self._book = xlsxwriter.Workbook(
            file,
            {"constant_memory": True, "tmpdir": str(file.parent), "default_date_format": _TIME},
        )
        self._text = self._book.add_format({"quote_prefix": True})
        self._dollars = self._book.add_format({"num_format": _DOLLARS})
        self._time = self._book.add_format({"num_format": _TIME})
        self._columns = self._table.columns
        names = [column.name for column in self._columns]
        self._sheets = Sheets(self._book, self._table.rows, names, rows)
        self._continued = Sheets(self._book, "continued", ["id", "column", "text"], rows)

    def add(self, taken: Any) -> None:
        """Write a row, and what did not fit into it."""
        sheet, row = self._sheets.next()
        for at, column in enumerate(self._columns):
            for rest in self._put(sheet, row, at, column, column.value(taken)):
                other, below = self._continued.next()
                for place, text in enumerate((self._table.key(taken), column.name, rest)):
                    other.write_string(below, place, text, self._text)

    def close(self) -> None:
        self._book.close()

    def _put(self, sheet: Any, row: int, at: int, column: Column, value: Any) -> Iterator[str]:
        """Write a cell; gives the parts of a text that it has no room for."""
        match column.kind:
            case _ if value is None:
                return
            case Kind.TEXT:
                first, *rest = parts(str(value))
                sheet.write_string(row, at, first, self._text)
                yield from rest
            case Kind.TRUTH:
                sheet.write_boolean(row, at, value)
            case Kind.TIME if 0 <= value <= LAST_DAY_MS:
                moment = EPOCH + timedelta(milliseconds=value)
                sheet.write_datetime(row, at, moment.replace(tzinfo=None), self._time)
            case Kind.DOLLARS | Kind.DECIMAL:
                sheet.write_number(row, at, float(value), self._dollars)
            case _:
                sheet.write_number(row, at, value)


class Sheets:
    """Sheets of the same columns: when one is full, the next goes on."""

    def __init__(self, book: Any, name: str, columns: list[str], rows: int) -> None:
        self._book, self._name, self._columns, self._most = book, name, columns, rows
        self._number, self._row = 0, rows
        self._sheet: Any = None
        self._begin()

    def next(self) -> tuple[Any, int]:
        """The sheet and the number of the next row."""
        if self._row >= self._most:
            self._begin()
        self._row += 1
        return self._sheet, self._row - 1

    def _begin(self) -> None:
        self._number += 1
        suffix = "" if self._number == 1 else f" {self._number}"
        self._sheet = self._book.add_worksheet(self._name + suffix)
        for at, name in enumerate(self._columns):
            self._sheet.write_string(0, at, name)
        self._sheet.freeze_panes(1, 0)
        self._row = 1


def parts(text: str) -> list[str]:
    """The text in parts of at most CELL_LENGTH UTF-16 units, no character cut in two."""
    if len(text) <= CELL_LENGTH // 2:  # it fits, whatever its characters are
        return _written_well(text)
    found, begin, units = [], 0, 0
    for at, letter in enumerate(text):
        size = 2 if ord(letter) > 0xFFFF else 1
        if units + size > CELL_LENGTH:
            found.append(text[begin:at])
            begin, units = at, 0
        units += size
    found.append(text[begin:])
    return [piece for part in found for piece in _written_well(part)]


def _written_well(part: str) -> list[str]:
    """The part in pieces that XlsxWriter writes right.

    It writes what looks like its own rich text as it is, and of two escapes that share an
    underscore it escapes only the first.
    """
    if part.startswith("<r>") and part.endswith("</r>"):
        return [part[:-1], part[-1]]
    return _SHARED_UNDERSCORE.split(part)
