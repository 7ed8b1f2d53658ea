"""How long Plantain's store takes for its answers about a history, in a process of their own.

`python -m tests.bench.history_answers FOLDER` answers each line of its input with a line of JSON:
how long each question took (milliseconds). In the end it tells how much memory it had.
"""

import argparse
import json
import random
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lib.domain.clock import SystemClock
from lib.domain.history_query import Cursor, HistoryQuery, Sort
from lib.services.history_search import HistorySearch
from lib.store.already_made import AlreadyMade
from lib.store.database import open_database
from lib.store.records import Records
from lib.store.tables_history import HistoryTables
from tests.bench.synthetic_history import ORIGIN, RARE_WORD
from tests.bench.synthetic_prompts import COMMON_WORD

VIEWER = "local"
THREE_FILTERS = {"resolution": "2K", "output_format": "png", "aspect_ratio": "16:9"}
FIRST_PAGE, DEEP_PAGE, OPEN_ONE = "first page", "a page in the middle", "open one run"
RARE, COMMON = "search for a rare word", "search for a common word"
FILTERED, BY_COST = "three filters, with counts", "sorted by cost"
SAME = "whether a request was made before"
QUESTIONS = (FIRST_PAGE, DEEP_PAGE, RARE, COMMON, FILTERED, BY_COST, OPEN_ONE, SAME)
SOMEWHERE = "SELECT run_id FROM run_index WHERE no >= ? ORDER BY no LIMIT 1"


FINGERPRINT = "SELECT fingerprint FROM run_index WHERE run_id = ?"


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks each question as the History page does."""

    database: sa.Engine
    search: HistorySearch
    tables: HistoryTables
    records: Records
    already: AlreadyMade
    count: int

    def questions(self) -> dict[str, Callable[[], object]]:
        """What to call for an answer; what is drawn by chance for it was drawn before."""
        where = three_filters()
        middle, one = self.cursor(self.some_run()), self.some_run()
        asked = self.what_was_asked(self.some_run())
        return {
            FIRST_PAGE: lambda: self._page(HistoryQuery()),
            DEEP_PAGE: lambda: self.search.page(HistoryQuery(), middle, viewer=VIEWER),
            RARE: lambda: self._page(HistoryQuery(text=RARE_WORD)),
            COMMON: lambda: self._page(HistoryQuery(text=COMMON_WORD)),
            FILTERED: lambda: (self._page(where), self._counts(where)),
            BY_COST: lambda: self._page(HistoryQuery(sort=Sort.COST)),
            OPEN_ONE: lambda: self._open(one),
            SAME: lambda: self.already.find({asked: 1}),
        }

    def _page(self, query: HistoryQuery) -> object:
        page = self.search.page(query, viewer=VIEWER)
        assert len(page.runs), f"nothing answers {query}"
        return page

    def _counts(self, query: HistoryQuery) -> object:
        return self.search.summary(query, viewer=VIEWER)

    def _open(self, run_id: str) -> object:
        assert self.records.find(run_id) is not None
        story = self.records.story(run_id)
        return story, self.search.neighbours(HistoryQuery(), run_id, viewer=VIEWER)

    def some_run(self) -> str:
        """One of all runs, by chance."""
        with self.database.connect() as db:
            found = db.exec_driver_sql(SOMEWHERE, (random.randint(1, self.count),))
            return str(found.scalar())

    def what_was_asked(self, run_id: str) -> str:
        """The fingerprint of a run."""
        with self.database.connect() as db:
            return str(db.exec_driver_sql(FINGERPRINT, (run_id,)).scalar())

    def cursor(self, run_id: str) -> Cursor | None:
        """The place right after a run in the whole history, newest first."""
        return self.tables.place_of(self.search.asked(HistoryQuery(), VIEWER), run_id)


def three_filters() -> HistoryQuery:
    """A question with a value for each of three filters."""
    query = HistoryQuery()
    for name, value in THREE_FILTERS.items():
        query = query.where(name, value)
    return query


def opened(folder: Path) -> Asker:
    """The parts of Plantain that answer, on a data folder that exists."""
    database = open_database(folder / "plantain.db")
    tables = HistoryTables(database)
    with database.connect() as db:
        count = int(db.exec_driver_sql("SELECT max(no) FROM run_index").scalar() or 0)
    search = HistorySearch(tables, origin=ORIGIN, zone=ZoneInfo("UTC"))
    already = AlreadyMade(database, SystemClock(), origin=ORIGIN)
    return Asker(database, search, tables, Records(database), already, count)


def turn_ms(asker: Asker) -> dict[str, float]:
    """How long each question took, one after the other."""
    taken = {}
    for name, ask in asker.questions().items():
        begun = time.perf_counter()
        ask()
        taken[name] = (time.perf_counter() - begun) * 1000
    return taken


def memory_mb() -> float:
    """The most memory that this process had. What it was started by does not count, if possible."""
    with suppress(OSError):
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.history_answers")
    parser.add_argument("folder", type=Path)
    asker = opened(parser.parse_args(arguments).folder)
    # The first turn reads what all others find read.
    turn_ms(asker)
    for _ in sys.stdin:
        tell(turn_ms(asker))
    asker.database.dispose()
    tell({"memory_mb": memory_mb()})
    return 0


def tell(found: Mapping[str, float]) -> None:
    sys.stdout.write(f"{json.dumps(found)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
