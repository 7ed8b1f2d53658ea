"""How long a click takes until its run is safely on disk, against one bare, fsynced row."""

import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from lib.bootstrap import Services
from lib.store.database import sqlite_build
from tests.bench.figures import Aim, Findings, Row, Series
from tests.bench.site import Site, stored, submit

ROUNDS = 5
PAUSE_S = (0.005, 0.025)


def measure(site: Site) -> Findings:
    """Click while the engine has nothing to do: its one place is taken by a run that is stuck."""
    ours: list[float] = []
    bare: list[float] = []
    clicks = site.pick(40, 4)
    with (
        site.sandbox(seconds=0.1) as base_url,
        site.plantain(base_url, plantain_max_open_runs=1) as services,
    ):
        stored(services, submit(services, "the first click of all"))
        submit(services, "keeps the place [stuck]")
        for turn in range(site.pick(ROUNDS, 1)):
            ours += [clicked_ms(services, f"click {turn}.{number}") for number in range(clicks)]
            bare += bare_commits_ms(site.new_folder("bare"), clicks)
    against = Series(bare, whose="one row in bare SQLite")
    row = Row("durable click: submit(), fsynced", Series(ours), against, Aim(10))
    return Findings((row,))


def clicked_ms(services: Services, prompt: str) -> float:
    """How long one click takes. Nobody clicks twice within the same millisecond, so it pauses."""
    time.sleep(random.uniform(*PAUSE_S))
    begun = time.perf_counter()
    submit(services, prompt, resolution="0.5K")
    return (time.perf_counter() - begun) * 1000


def bare_commits_ms(folder: Path, count: int) -> list[float]:
    """What the disk alone takes: a row of a request's size, committed as safely as the ledger's."""
    folder.mkdir()
    with closing(sqlite_build().connect(folder / "bare.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = wal")
        db.execute("PRAGMA synchronous = full")
        db.execute("CREATE TABLE run (id INTEGER PRIMARY KEY, body BLOB)")
        return [_committed_ms(db) for _ in range(count)]


def _committed_ms(db: sqlite3.Connection) -> float:
    time.sleep(random.uniform(*PAUSE_S))
    begun = time.perf_counter()
    db.execute("INSERT INTO run (body) VALUES (?)", (bytes(400),))
    return (time.perf_counter() - begun) * 1000
