"""The spend of two years, made in bulk: `python -m tests.bench.synthetic_spend FOLDER LINES`.

Runs of 25 people at the real prices, some with tags, and the charge lines of them; no pictures, and
none of the words of a history. Beyond ORIGINALS the runs repeat under ids and times of their own,
all over the months. The same count makes the same spend.
"""

import argparse
import json
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from lib.domain.price_book import PRICE_BOOK
from lib.domain.prices import estimate
from lib.store.charges import book_all
from lib.store.database import open_database, writing
from lib.store.migrate import migrate
from lib.store.words import index_pending
from tests.bench.copied_runs import copy_spend
from tests.bench.synthetic_history import FIELDS, MODEL, ORIGIN, STATES, Skew

FIRST = datetime(2024, 12, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 21, tzinfo=UTC)
"""The last run was made right before."""
ORIGINALS = 16_384
PEOPLE = tuple(f"person {number:02d}" for number in range(25))
WHO = Skew(PEOPLE, tuple(1 / (3 + number) for number in range(25)))
TAGS = tuple(f"tag {number:02d}" for number in range(12))
TAGGED = Skew((0, 1, 2), (70, 25, 5))
"""How many tags a run has."""
PRICED = ("resolution", "num_images", "thinking_level", "enable_web_search")
COLUMNS = (
    *("id", "origin", "model_id", "created_by", "click_token", "state", "status", "prompt"),
    *("input", "request_body", "request_sha256", "estimate_micros", "price_version", "remote_id"),
    *("cost_micros", "cost_basis", "created_at", "sent_at", "accepted_at", "settled_at"),
)
ROLL_UP = (
    "INSERT INTO charge_rollup SELECT origin, counts_at - counts_at % 900000, created_by, model_id,"
    " resolution, sku, outcome, basis, sum(CASE kind WHEN 'charge' THEN 1 ELSE -1 END),"
    " sum(quantity), sum(amount_micros) FROM charge_line GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"
)


def fill(folder: Path, lines: int, *, say: Any = lambda text: None) -> sa.Engine:
    """Make a data folder with so many lines, or a few more, unless it is there; its open database."""
    if not folder.exists():
        unfinished = folder.with_name(f"{folder.name}-unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        _make(unfinished / "plantain.db", lines, say)
        unfinished.rename(folder)
    database = open_database(folder / "plantain.db")
    migrate(database)
    return database


def _make(path: Path, lines: int, say: Any) -> None:
    begun = time.perf_counter()
    database = open_database(path)
    migrate(database)
    chance = np.random.default_rng(lines)
    drawn = list(drawn_runs(chance, min(ORIGINALS, lines)))
    count = -(-lines * len(drawn) // sum(run["lines"] for run in drawn))
    with closing(database.raw_connection()) as raw:
        put(raw, chance, drawn, apart_ms(count))
        raw.commit()
    index_pending(database)
    with writing(database) as db:
        book_all(db)
        db.exec_driver_sql("DELETE FROM picture")
    database.dispose()
    copy_spend(path, len(drawn), count, apart_ms(count))
    say(f"{count:,} runs: {time.perf_counter() - begun:.0f} s")
    with writing(database) as db:
        db.exec_driver_sql("DELETE FROM charge_rollup")
        db.exec_driver_sql(ROLL_UP)
    with database.connect() as db:
        db.exec_driver_sql("PRAGMA optimize")
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    say(f"rolled up: {time.perf_counter() - begun:.0f} s")


def apart_ms(count: int) -> int:
    """How far so many runs are apart, to fill the months."""
    return int((NOW - FIRST).total_seconds() * 1000) // count


def drawn_runs(chance: np.random.Generator, count: int) -> Iterator[dict[str, Any]]:
    """What is asked for, by whom, and what comes of it."""
    fields = {name: FIELDS[name].draw(chance, count) for name in PRICED}
    states, people = STATES.draw(chance, count), WHO.draw(chance, count)
    off = chance.random(count) < 0.01
    for at in range(count):
        values = {name: drawn[at] for name, drawn in fields.items() if drawn[at] is not None}
        expected = estimate(PRICE_BOOK[0], values, images=values["num_images"])
        state, adjustment = states[at], 1_000 if off[at] and states[at] == "stored" else 0
        is_known = state != "parked"
        yield {
            "who": people[at],
            "state": state,
            "values": values,
            "estimate": expected.total_micros,
            "cost": (expected.total_micros + adjustment) * (state == "stored")
            if is_known
            else None,
            "lines": (len(expected.lines) + bool(adjustment)) * (state in ("stored", "parked")),
        }


def put(
    raw: Any, chance: np.random.Generator, drawn: Sequence[Mapping[str, Any]], apart: int
) -> None:
    """Write the runs, with the pictures that they were asked for, and their tags."""
    rows = [_row(number, run, apart) for number, run in enumerate(drawn)]
    marks = f"({', '.join('?' * len(COLUMNS))})"
    raw.executemany(f"INSERT INTO run ({', '.join(COLUMNS)}) VALUES {marks}", rows)
    raw.executemany(
        "INSERT INTO picture (run_id, number, sha256, size_bytes, mime, stored_at)"
        " VALUES (?, ?, '', 900, 'image/png', 0)",
        [
            (row[0], number)
            for row, run in zip(rows, drawn, strict=True)
            for number in range(run["values"]["num_images"] * (run["state"] == "stored"))
        ],
    )
    raw.executemany(
        "INSERT INTO tag (id, name, created_at, created_by) VALUES (?, ?, 0, 'local')",
        [(number + 1, name) for number, name in enumerate(TAGS)],
    )
    raw.executemany(
        "INSERT INTO run_tag (tag_id, no) SELECT ?, no FROM run_index WHERE run_id = ?",
        [
            (int(tag) + 1, row[0])
            for row, tags in zip(rows, TAGGED.draw(chance, len(rows)), strict=True)
            for tag in chance.choice(len(TAGS), size=tags, replace=False)
        ],
    )


def _row(number: int, run: Mapping[str, Any], apart: int) -> tuple[Any, ...]:
    """A row of the ledger, in the order of COLUMNS."""
    created_at = int(FIRST.timestamp() * 1000) + number * apart
    run_id = f"{created_at >> 16:08x}-{created_at & 0xFFFF:04x}-7000-8000-{number:012x}"
    given = json.dumps({"prompt": "a kite", **run["values"]})
    basis = "in doubt" if run["cost"] is None else "confirmed"
    return (
        *(run_id, ORIGIN, MODEL, run["who"], run_id, run["state"], "succeeded", "a kite"),
        *(given, b"{}", "", run["estimate"], PRICE_BOOK[0].id, f"r-{number}"),
        *(run["cost"], basis, created_at, created_at, created_at, created_at + 4_000),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Make a data folder that reports can be asked of."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.synthetic_spend")
    parser.add_argument("folder", type=Path)
    parser.add_argument("lines", type=int)
    given = parser.parse_args(arguments)
    fill(given.folder, given.lines, say=lambda text: sys.stdout.write(f"{text}\n")).dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
