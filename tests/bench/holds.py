"""How long a click takes to be held in its budgets while eight write, against one without budgets."""

import dataclasses
import random
import threading
import time
from datetime import date
from statistics import quantiles

from lib.domain.budget import Scope, Strength, Terms, Window
from lib.domain.clock import SystemClock
from lib.store.budgets import Budgets
from lib.store.database import Database
from lib.store.ledger import Ledger
from tests.bench.figures import Aim, Findings, Row, Series
from tests.bench.site import Site
from tests.bench.synthetic_history import ORIGIN, PEOPLE, fill
from tests.store.conftest import a_run, unqueued

WRITERS = 8
RUNS = 10_000
"""What the budgets' window holds: at these prices about a thousand dollars."""
ROUNDS = 3
CLICKS = 30
"""Of each writer in a round."""
APART_S = (0.2, 0.6)
"""Twenty clicks a second, all writers together."""
DAYS = date(2020, 1, 1), date(2090, 1, 1)
AIM = Aim(20)


def measure(site: Site) -> Findings:
    """Eight writers, with three budgets to look up and with none, by turns."""
    runs, clicks = site.pick(RUNS, 60), site.pick(CLICKS, 3)
    limited, free = (fill(site.new_folder("data"), runs) for _ in range(2))
    set_budgets(limited)
    steady, bare, hurried, worked, worked_bare = [], [], [], [], []
    for turn in range(site.pick(ROUNDS, 1)):
        took, cpu = clicked_ms(limited, f"steady {turn}", clicks, APART_S)
        steady.append(p99(took))
        worked.append(p99(cpu))
        took, cpu = clicked_ms(free, f"bare {turn}", clicks, APART_S)
        bare.append(p99(took))
        worked_bare.append(p99(cpu))
        hurried.append(p99(clicked_ms(limited, f"hurried {turn}", clicks, (0.0, 0.0))[0]))
    for database in (limited, free):
        database.dispose()
    against = Series(bare, whose="the same click without budgets")
    what = f"hold at the click in 3 budgets of {runs:,} runs, {WRITERS} writers: p99"
    rows = (
        Row(f"{what}, 20 clicks a second", Series(steady), against, AIM),
        Row(f"{what}, without a pause", Series(hurried)),
        Row(
            f"{what}, 20 clicks a second, the click's own work (CPU)",
            Series(worked),
            Series(worked_bare, whose="the same click without budgets"),
        ),
    )
    return Findings(rows, (f"p99 of {WRITERS * clicks:,} clicks a round, each fsynced.",))


def set_budgets(database: Database) -> None:
    """Two of the team and one of a person, all hard, and none of them is ever full."""
    budgets = Budgets(database, SystemClock(), origin=ORIGIN)
    for scope, subject in ((Scope.TEAM, ""), (Scope.TEAM, ""), (Scope.PERSON, PEOPLE[0])):
        values = (scope, subject, Window.ONCE, 10**12, Strength.HARD, "Europe/Berlin", *DAYS)
        budgets.make(Terms(*values), by="bench")


def clicked_ms(
    database: Database, name: str, clicks: int, apart_s: tuple[float, float]
) -> tuple[list[float], list[float]]:
    """How long each click of each writer took until it was on the disk, and how long it worked."""
    ledger, together = Ledger(database, SystemClock()), threading.Barrier(WRITERS)
    took: list[float] = []
    worked: list[float] = []

    def write(writer: int) -> None:
        together.wait()
        for number in range(clicks):
            time.sleep(random.uniform(*apart_s))
            new = dataclasses.replace(
                a_run(f"{name} {writer} {number}"), origin=ORIGIN, created_by=PEOPLE[0]
            )
            begun, begun_cpu = time.perf_counter(), time.thread_time()
            ledger.add(new, unqueued)
            worked.append((time.thread_time() - begun_cpu) * 1000)
            took.append((time.perf_counter() - begun) * 1000)

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    return took, worked


def p99(values: list[float]) -> float:
    """The 99th percentile."""
    return quantiles(values, n=100, method="inclusive")[-1]
