"""A month is closed while runs of it are being settled and corrected by another process."""

import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa

from lib.domain.months import NotToBeClosed
from lib.store.closed_months import ClosedMonths
from tests.store.balancing import assert_balanced
from tests.store.ended_runs import put, run_row
from tests.store.months_of_books import IN_OCTOBER, OCTOBER, UTC, clock_at, close

ROOT = Path(__file__).parents[2]
RUNS = 25
LATER = OCTOBER.span(UTC).to_ms + 1
SETTLING = f"""
import sys
from pathlib import Path
from lib.domain.run import CostBasis, Picture, RunState
from lib.store.database import open_database
from lib.store.ledger import Ledger
from lib.store.reconciliation import Reconciliation
from tests.set_clock import SetClock

engine, clock = open_database(Path(sys.argv[1])), SetClock()
clock.wall_ms = {LATER}
ledger, audit = Ledger(engine, clock), Reconciliation(engine, clock, origin="sandbox")
print("ready", flush=True)
sys.stdin.readline()
for number in range({RUNS}):
    run_id, cost, picture = f"{{number:02}}", 80_000 + number, Picture(0, "a" * 64, 1, "image/png", 1, 1)
    ledger.finish(run_id, RunState.STORED, cost_micros=cost, cost_basis=CostBasis.COMPUTED, pictures=[picture])
for number in range({RUNS}):
    audit.correct_cost(f"{{number:02}}", 95_000 + number)
"""


def test_what_is_settled_while_a_month_is_closed_is_in_it_or_in_the_next(database: sa.Engine):
    is_open = {"state": "accepted", "cost_basis": None, "cost_micros": None}
    ids = [f"{number:02}" for number in range(RUNS)]
    rows = [run_row(one, created_at=IN_OCTOBER, remote_id=one, **is_open) for one in ids]
    put(database, *rows)
    months = ClosedMonths(database, clock_at(LATER), origin="sandbox")
    command = [sys.executable, "-c", SETTLING, str(database.url.database)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    settling = subprocess.Popen(command, cwd=ROOT, text=True, **pipes)
    assert settling.stdin is not None
    assert settling.stdout is not None
    assert settling.stdout.readline() == "ready\n"
    assert not is_closed(months)
    settling.stdin.write("go\n")
    settling.stdin.flush()

    while not is_closed(months):
        assert settling.poll() in (None, 0)
    settling.communicate(timeout=300)
    assert settling.returncode == 0

    (closed,) = months.all()
    assert (
        closed.tie_out.line_micros
        == counting(database, "=")
        >= sum(80_000 + n for n in range(RUNS))
    )
    assert counting(database, "=") + counting(database, "!=") == sum(
        95_000 + n for n in range(RUNS)
    )
    assert_balanced(database)


def is_closed(months: ClosedMonths) -> bool:
    try:
        return close(months)
    except NotToBeClosed:
        return False


def counting(database: sa.Engine, sign: str) -> int:
    """The sum of the lines that count at the click of their run, or that do not."""
    with database.connect() as db:
        query = f"SELECT sum(amount_micros) FROM charge_line WHERE counts_at {sign} clicked_at"
        return int(db.exec_driver_sql(query).scalar() or 0)
