"""A ledger with runs to take away, whose texts are as hostile as texts can be."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lib.domain.clock import Clock
from lib.images.formats import mime_of
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.services.history_search import HistorySearch
from lib.services.pictures import PictureService
from lib.services.taking_away.line_files import LineFiles
from lib.services.taking_away.selection import Reader
from lib.services.taking_away.taking_away import TakingAway
from lib.store import schema
from lib.store.closed_months import ClosedMonths
from lib.store.database import open_database
from lib.store.migrate import migrate
from lib.store.records import Records
from lib.store.tables_history import HistoryTables
from lib.store.taken_lines import TakenLines
from lib.store.taken_runs import TakenRuns
from tests.store.ended_runs import NOON_MS, put, run_row

HOSTILE = (
    "=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "|calc", "'=1",
    "'", "''", "'\"x\"", '"quoted", and "more"', "a,b;c", "two\nlines", "two\r\nlines", "a\0b",
    "\0=1", "\x1b[31m", "_x0000_", "_x005F_x0000_", "<r><t>x</t></r>", "_x0041_x0042_x0043_", "<script>alert(1)</script>",
    "</script><img src=http://evil.example/x>", "![x](http://evil.example/x)", "\u202eevil",
    "\ufffe\uffff", "\u2028", "🦊" * 40_000, "x" * 50_000, "x" * 32_767, "null", "true", "1e5", "007",
)  # fmt: skip


@dataclass(frozen=True)
class Takings:
    """The parts that take runs out of one database."""

    database: sa.Engine
    search: HistorySearch
    reader: Reader
    originals: FolderOriginals
    pictures: PictureService

    def away(self, clock: Clock) -> TakingAway:
        return TakingAway(self.reader, self.lines(clock), self.pictures, clock, origin="sandbox")

    def lines(self, clock: Clock) -> LineFiles:
        months = ClosedMonths(self.database, clock, origin="sandbox")
        lines = TakenLines(self.database, origin="sandbox")
        return LineFiles(lines, months, origin="sandbox", is_play_money=True)

    def paint(self, run_id: str, *painted: bytes, problem: str | None = None) -> list[str]:
        """Give a run these pictures; gives their names."""
        kept = [self.originals.put(data) for data in painted]
        with self.database.begin() as db:
            for number, (data, original) in enumerate(zip(painted, kept, strict=True)):
                values = {"run_id": run_id, "number": number, "sha256": original.sha256}
                values |= {"size_bytes": len(data), "stored_at": NOON_MS, "problem": problem}
                mime = "application/octet-stream" if problem else mime_of(data)
                db.execute(schema.picture.insert().values(**values, mime=mime))
        return [original.sha256 for original in kept]

    def put(self, *prompts: str) -> list[str]:
        """Put runs with these prompts into the ledger; gives their ids, oldest first."""
        rows = [run_row(f"{number:04}", prompt=prompt) for number, prompt in enumerate(prompts)]
        put(self.database, *rows)
        return [str(row["id"]) for row in rows]


def open_takings(folder: Path) -> Takings:
    database = open_database(folder / "plantain.db")
    migrate(database)
    tables = HistoryTables(database)
    search = HistorySearch(tables, origin="sandbox", zone=ZoneInfo("UTC"))
    originals = FolderOriginals(folder / "pictures")
    thumbnails = FolderThumbnails(folder / "thumbnails", originals)
    return Takings(
        database,
        search,
        Reader(TakenRuns(database, origin="sandbox"), tables, search),
        originals,
        PictureService(Records(database), originals, thumbnails),
    )
