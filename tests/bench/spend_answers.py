"""How long the cost report's questions take, in a process of their own.

`python -m tests.bench.spend_answers FOLDER WHO TIMES` asks `ours` (the store, as the report does),
`pandas` (a notebook that reads all lines) or `page` (the Costs page, drawn whole), and prints JSON:
how long each question took (milliseconds).
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import sqlalchemy as sa

from lib.domain.buckets import Bucket
from lib.domain.days import start_ms
from lib.domain.spend import Cut, Group
from lib.store.database import Database, open_database
from lib.store.day_sums import sum_by_day
from lib.store.migrate import migrate
from lib.store.tables import Tables
from tests.bench.synthetic_history import ORIGIN
from tests.bench.synthetic_spend import NOW, PEOPLE

ZONE = ZoneInfo("Europe/Berlin")
MONTH = "month to date by person and SKU"
DAYS = "24 months by day"
TAGS = "one person's 12 months by tag"
QUESTIONS = (MONTH, DAYS, TAGS)
SUMMED = "the lines summed by day anew, for another zone"
PAGES = {"the page of this month": "this-month", "the page of all time": "all-time"}
LINES = "SELECT counts_at, created_by, sku, basis, amount_micros FROM charge_line"
Turn = Mapping[str, Callable[[], object]]


def cut(first: date, last: date) -> Cut:
    """The days from the first to the last, both included."""
    return Cut(ORIGIN, start_ms(first, ZONE), start_ms(last + timedelta(days=1), ZONE), ZONE)


TODAY = NOW.date()
THIS_MONTH = cut(TODAY.replace(day=1), TODAY)
TWO_YEARS = cut(date(2024, 12, 1), date(2026, 11, 30))
YEAR_OF_ONE = cut(date(2025, 12, 1), date(2026, 11, 30)).where(Group.PERSON, PEOPLE[0])


def ours(folder: Path) -> Turn:
    """The report's own questions; the lines have to be summed by the days of its zone."""
    database = _opened(folder)
    sum_by_day(database, ZONE)
    tables = Tables(database)
    return {
        MONTH: lambda: _some(tables.sums(THIS_MONTH, (Group.PERSON, Group.SKU))),
        DAYS: lambda: _some(tables.sums(TWO_YEARS, bucket=Bucket.DAY)),
        TAGS: lambda: _some(tables.sums(YEAR_OF_ONE, (Group.TAG,))),
    }


def summing(folder: Path) -> Turn:
    """What a change of the zone takes, there and back."""
    database = _opened(folder)

    def there_and_back() -> None:
        for zone in (ZoneInfo("Asia/Kathmandu"), ZONE):
            sum_by_day(database, zone)

    return {SUMMED: there_and_back}


def notebook(folder: Path) -> Turn:
    """The month's question as a notebook asks it: all lines into a frame, then grouped."""
    database = _opened(folder)

    def grouped() -> pd.DataFrame:
        with database.connect() as db:
            lines = pd.read_sql(sa.text(LINES), db)
        known = lines[lines["basis"] != "in doubt"]
        within = known["counts_at"].between(THIS_MONTH.from_ms, THIS_MONTH.to_ms, inclusive="left")
        return known[within].groupby(["created_by", "sku"], as_index=False)["amount_micros"].sum()

    return {MONTH: lambda: _some(grouped())}


def page(folder: Path) -> Turn:
    """The whole page, drawn without a browser by Streamlit's own test runner."""
    # All else is asked without what a page needs: it takes longer to load than most answers.
    from lib.bootstrap import open_services
    from lib.settings import Settings
    from lib.ui import wiring
    from tests.pages.reading import ReadingPage
    from tests.set_clock import SetClock

    clock = SetClock()
    clock.wall_ms = int(NOW.astimezone(UTC).timestamp() * 1000)
    settings = Settings(plantain_data_dir=folder, plantain_timezone=ZONE.key)
    # Left open until the process ends: it is asked once more and again.
    wiring.offer(open_services(settings, clock).__enter__())
    return {
        what: lambda period=period: ReadingPage("costs", period=period)
        for what, period in PAGES.items()
    }


WHO: Mapping[str, Callable[[Path], Turn]] = {
    "ours": ours,
    "summing": summing,
    "pandas": notebook,
    "page": page,
}
WARM = frozenset({"ours", "page"})


def _opened(folder: Path) -> Database:
    database = open_database(folder / "plantain.db")
    migrate(database)
    return database


def _some(found: pd.DataFrame) -> pd.DataFrame:
    assert len(found), "nothing answers"
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.spend_answers")
    parser.add_argument("folder", type=Path)
    parser.add_argument("who", choices=WHO)
    parser.add_argument("times", type=int)
    given = parser.parse_args(arguments)
    turn = WHO[given.who](given.folder)
    if given.who in WARM:  # the first turn reads what all others find read
        for ask in turn.values():
            ask()
    taken: dict[str, list[float]] = {what: [] for what in turn}
    for _ in range(given.times):
        for what, ask in turn.items():
            begun = time.perf_counter()
            ask()
            taken[what].append((time.perf_counter() - begun) * 1000)
    sys.stdout.write(f"{json.dumps(taken)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
