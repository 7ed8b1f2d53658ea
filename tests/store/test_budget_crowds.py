"""Crowds at the edge of a cap: never above it, and all that fits is let through."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from lib.domain.budget import Scope, Window
from tests.store.held_runs import PRICE, house_on, terms

ROOT = Path(__file__).parents[2]
CROWD = 100
ALWAYS = {"window": Window.ONCE, "first_day": date(2020, 1, 1), "last_day": date(2090, 1, 1)}
CLICKING = """
import sys, threading, dataclasses
from pathlib import Path
from lib.domain.budget import OverBudget
from lib.domain.clock import SystemClock
from lib.store.database import open_database
from lib.store.ledger import Ledger
from tests.store.conftest import a_run, unqueued

name, threads, prices = sys.argv[2], int(sys.argv[3]), [int(one) for one in sys.argv[4:]]
ledger = Ledger(open_database(Path(sys.argv[1])), SystemClock())
ready, fitted = threading.Barrier(threads), []

def click(number):
    run = a_run(f"{name}{number:03d}")
    price = prices[number % len(prices)]
    run = dataclasses.replace(run, estimate_micros=price, created_by=name)
    ready.wait()
    try:
        fitted.append(ledger.add(run, unqueued))
    except OverBudget:
        pass

started = [threading.Thread(target=click, args=(number,)) for number in range(threads)]
[thread.start() for thread in started]
[thread.join() for thread in started]
print(len(fitted))
"""


def crowd(database: sa.Engine, name: str, *prices: int) -> subprocess.Popen[str]:
    """A process whose threads all click at once as one person, each for one of the prices."""
    arguments = [str(database.url.database), name, str(CROWD), *map(str, prices)]
    command = [sys.executable, "-c", CLICKING, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_two_processes_of_a_hundred_at_the_edge_of_a_cap_never_pass_it(database: sa.Engine):
    house = house_on(database)
    house.budgets.make(terms(57 * PRICE + 1, **ALWAYS), by="ada")

    crowds = [crowd(database, name, PRICE) for name in ("a", "b")]
    fitted = [int(process.communicate(timeout=300)[0]) for process in crowds]

    assert sum(fitted) == 57
    assert sum(house.use()) == 57 * PRICE


def test_a_crowd_of_several_prices_fills_a_cap_and_never_passes_it(database: sa.Engine):
    cap, prices = 4_000_000, (708_000, 97_000, 60_000, 320_000)
    house = house_on(database)
    house.budgets.make(terms(cap, **ALWAYS), by="ada")

    crowds = [crowd(database, name, *prices) for name in ("a", "b")]
    for process in crowds:
        process.communicate(timeout=300)

    assert cap - min(prices) < sum(house.use()) <= cap


def test_crowds_of_two_people_fill_the_teams_cap_and_neither_passes_their_own(database: sa.Engine):
    house = house_on(database)
    house.budgets.make(terms(57 * PRICE + 1, **ALWAYS), by="ada")
    for name in ("a", "b"):
        own = {"scope": Scope.PERSON, "subject": name}
        house.budgets.make(terms(40 * PRICE, **own, **ALWAYS), by="ada")

    crowds = [crowd(database, name, PRICE) for name in ("a", "b")]
    fitted = [int(process.communicate(timeout=300)[0]) for process in crowds]

    assert sum(fitted) == 57
    assert max(fitted) <= 40
    held = [use.held_micros for use in house.budgets.uses(house.budgets.in_force())]
    assert held == [57 * PRICE, *(count * PRICE for count in fitted)]
