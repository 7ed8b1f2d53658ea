"""A ledger with runs to take away, whose texts are as hostile as texts can be."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lib.services.history_search import HistorySearch
from lib.services.taking_away.selection import Reader
from lib.store.database import open_database
from lib.store.migrate import migrate
from lib.store.tables_history import HistoryTables
from lib.store.taken_runs import TakenRuns
from tests.store.ended_runs import put, run_row

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
    return Takings(database, search, Reader(TakenRuns(database, origin="sandbox"), tables, search))
