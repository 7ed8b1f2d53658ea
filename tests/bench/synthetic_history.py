"""A history of any size, made in bulk through the real schema: `python -m tests.bench.synthetic_history`.

Prompts have words of a vocabulary as people's have (a few are everywhere, most are rare), inputs
and marks the skew of real ones, and all runs share a few tiny pictures. Beyond ORIGINALS the runs
repeat, under ids and times of their own. The same count makes the same history.
"""

import argparse
import hashlib
import io
import json
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from PIL import Image

from lib.domain.search_text import tokens_of
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.store.budget_sums import sum_up_anew
from lib.store.charges import book_all
from lib.store.columns import BLOCK
from lib.store.database import open_database, writing
from lib.store.fingerprints import put_pending
from lib.store.folding import fold
from lib.store.migrate import migrate
from lib.store.words import index_pending
from tests.bench.copied_runs import copy
from tests.bench.synthetic_prompts import prompts

ORIGIN = "sandbox"
MODEL = "google/nano-banana-2"
FIRST_MS = 1_700_000_000_000
APART_MS = 60_000
ORIGINALS = 16_384
"""So many runs are made one by one, the others copied from them: see `copied_runs`."""
PICTURES = 24
RARE_WORD = "quetzalcoatl"
"""Stands in RARE_RUNS prompts, however large the history: it is rare, not its size, that is asked."""
RARE_RUNS = 20
TAGS = tuple(f"tag {number}" for number in range(40))
PEOPLE = ("local", "ana", "ben", "chloe", "dmitri", "emeka", "fatima", "goro")

COLUMNS = (
    *("id", "origin", "model_id", "created_by", "click_token", "state", "status", "prompt"),
    *("input", "request_body", "request_sha256", "estimate_micros", "price_version", "remote_id"),
    *("cost_micros", "cost_basis", "failure_code", "failure_message", "nsfw_detected"),
    *("seed_used", "timing", "model_data", "remote_body", "duration_ms", "created_at", "sent_at"),
    *("accepted_at", "settled_at", "deleted_at"),
)


@dataclass(frozen=True, slots=True)
class Skew:
    """Values, and how often each occurs."""

    values: tuple[Any, ...]
    weights: tuple[float, ...]

    def draw(self, chance: np.random.Generator, count: int) -> list[Any]:
        shares = np.array(self.weights) / sum(self.weights)
        return [self.values[at] for at in chance.choice(len(self.values), size=count, p=shares)]


FIELDS = {
    "resolution": Skew(("1K", "2K", "4K", "0.5K"), (70, 18, 8, 4)),
    "aspect_ratio": Skew(
        ("auto", "16:9", "1:1", "9:16", "4:3", "3:4", "21:9", "3:2", "8:1"),
        (40, 20, 15, 10, 5, 4, 3, 2, 1),
    ),
    "num_images": Skew((1, 2, 4, 3), (70, 15, 10, 5)),
    "thinking_level": Skew((None, "minimal", "high"), (80, 12, 8)),
    "enable_web_search": Skew((False, True), (95, 5)),
    "output_format": Skew(("png", "jpeg", "webp"), (75, 15, 10)),
    "safety_tolerance": Skew(("4", "5", "6", "3", "2", "1"), (85, 5, 4, 3, 2, 1)),
    "limit_generations": Skew((True, False), (97, 3)),
    "sync_mode": Skew((False, True), (99, 1)),
}
STATES = Skew(("stored", "failed", "canceled", "parked"), (94, 5, 0.7, 0.3))
WHO = Skew(PEOPLE, (40, 20, 12, 10, 8, 5, 3, 2))
RATINGS = Skew((0, 5, 4, 3, 2, 1), (80, 5, 6, 4, 3, 2))


def fill(folder: Path, count: int, *, say: Any = lambda text: None) -> sa.Engine:
    """Make a data folder with so many runs, unless it is there; its open database."""
    if not folder.exists():
        unfinished = folder.with_name(f"{folder.name}-unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        _made(unfinished, count, say).dispose()
        unfinished.rename(folder)
    database = open_database(folder / "plantain.db")
    migrate(database)
    with database.connect() as db:
        there = int(db.exec_driver_sql("SELECT count(*) FROM run").scalar() or 0)
    if there != count:
        raise FileExistsError(f"{folder} has {there:,} runs, not {count:,}: take it away first.")
    return database


def _made(folder: Path, count: int, say: Any) -> sa.Engine:
    begun = time.perf_counter()
    database = open_database(folder / "plantain.db")
    migrate(database)
    shas = put_pictures(folder)
    with closing(database.raw_connection()) as raw:
        put_batch(raw, 0, min(ORIGINALS, count), shas)
        raw.commit()
    index_pending(database)
    put_pending(database)
    with writing(database) as db:
        book_all(db)
    say(f"{min(ORIGINALS, count):,} runs: {time.perf_counter() - begun:.0f} s")
    if count > ORIGINALS:
        database.dispose()
        copy(folder / "plantain.db", ORIGINALS, count, APART_MS)
        with writing(database) as db:
            sum_up_anew(db)
    with closing(database.raw_connection()) as raw:
        put_rare_word(raw, count)
        raw.commit()
    index_pending(database)
    put_pending(database)
    say(f"{count:,} runs: {time.perf_counter() - begun:.0f} s")
    fold(database, lines_at_a_time=BLOCK)
    with database.connect() as db:
        db.exec_driver_sql("PRAGMA optimize")
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    say(f"in columns: {time.perf_counter() - begun:.0f} s")
    return database


def put_rare_word(raw: Any, count: int) -> None:
    """Put it into so many prompts, all over the history; `index_pending` has to follow."""
    for part in range(RARE_RUNS):
        no = 1 + (2 * part + 1) * count // (2 * RARE_RUNS)
        (prompt,) = raw.execute(
            "SELECT prompt FROM run JOIN run_index ON run_id = id WHERE no = ?", (no,)
        ).fetchone()
        raw.execute(
            "INSERT INTO run_words (run_words, rowid, prompt, remark) VALUES ('delete', ?, ?, '')",
            (no, " ".join(tokens_of(prompt))),
        )
        raw.execute(
            "UPDATE run_index SET prompt_key = NULL, fingerprint = NULL WHERE no = ?", (no,)
        )
        rare = f"{prompt} {RARE_WORD}"
        raw.execute(
            "UPDATE run SET prompt = :rare, input = json_set(input, '$.prompt', :rare)"
            " WHERE id = (SELECT run_id FROM run_index WHERE no = :no)",
            {"rare": rare, "no": no},
        )


def put_batch(raw: Any, start: int, count: int, shas: Sequence[str]) -> None:
    """Runs, their pictures, marks and tags, in the order of their numbers."""
    chance = np.random.default_rng(start)
    rows = list(runs(chance, start, count))
    marks = f"({', '.join('?' * len(COLUMNS))})"
    raw.executemany(f"INSERT INTO run ({', '.join(COLUMNS)}) VALUES {marks}", rows)
    raw.executemany(
        "INSERT INTO picture (run_id, number, sha256, size_bytes, mime, width, height, stored_at)"
        " VALUES (?, ?, ?, 900, 'image/png', 96, 64, ?)",
        list(pictures(chance, rows, shas)),
    )
    raw.executemany(
        "INSERT INTO mark (run_id, favourite, rating, changed_at, changed_by)"
        " VALUES (?, ?, ?, 0, 'local')",
        [
            (row[0], int(rating >= 5), rating)
            for row, rating in zip(rows, RATINGS.draw(chance, count), strict=True)
            if rating
        ],
    )
    put_tags(raw, chance, rows)


def put_tags(raw: Any, chance: np.random.Generator, rows: Sequence[Sequence[Any]]) -> None:
    """One run of ten has a tag."""
    raw.executemany(
        "INSERT OR IGNORE INTO tag (id, name, created_at, created_by) VALUES (?, ?, 0, 'local')",
        [(number + 1, name) for number, name in enumerate(TAGS)],
    )
    tagged = chance.choice(len(rows), size=len(rows) // 10, replace=False)
    numbers = chance.zipf(1.3, size=len(tagged)) % len(TAGS) + 1
    raw.executemany(
        "INSERT INTO run_tag (tag_id, no) SELECT ?, no FROM run_index WHERE run_id = ?",
        [(int(tag), rows[at][0]) for tag, at in zip(numbers, tagged, strict=True)],
    )


def runs(chance: np.random.Generator, start: int, count: int) -> Iterator[tuple[Any, ...]]:
    """The rows of the ledger, in the order of COLUMNS."""
    drawn = {name: skew.draw(chance, count) for name, skew in FIELDS.items()}
    states, people = STATES.draw(chance, count), WHO.draw(chance, count)
    durations = chance.lognormal(8.5, 0.5, count).astype(int).tolist()
    seeds = chance.integers(0, 2**31, count).tolist()
    for at, prompt in enumerate(prompts(chance, start, count)):
        number = start + at
        fields = {name: values[at] for name, values in drawn.items() if values[at] is not None}
        if number % 4 == 0:
            fields["seed"] = seeds[at]
        yield run(number, prompt, fields, states[at], people[at], durations[at], seeds[at])


def run(
    number: int,
    prompt: str,
    fields: dict[str, Any],
    state: str,
    person: str,
    duration_ms: int,
    seed: int,
) -> tuple[Any, ...]:
    """One row: what it was asked for, and what came of it."""
    created_at = FIRST_MS + number * APART_MS
    run_id = f"{created_at >> 16:08x}-{created_at & 0xFFFF:04x}-7000-8000-{number:012x}"
    given = json.dumps({"prompt": prompt, **fields})
    is_stored = state == "stored"
    price = {"0.5K": 60_000, "1K": 80_000, "2K": 120_000, "4K": 160_000}[fields["resolution"]]
    estimate = price * fields["num_images"]
    cost = estimate if is_stored else None if state == "parked" else 0
    answer = {"id": f"r-{number}", "status": "succeeded", "input": fields, "cost": str(cost)}
    return (
        *(run_id, ORIGIN, MODEL, person, run_id, state),
        "succeeded" if is_stored else "failed",
        *(prompt, given, given.encode(), f"{number:064x}", estimate),
        *("nano-banana-2/2026-04-13", f"r-{number}", cost),
        "in doubt" if cost is None else "confirmed",
        *((None, None) if is_stored else ("MODEL_ERROR", "The model did not answer in time.")),
        *((None, 0, 1, None)[number % 4], str(seed), '{"inference_ms": 4100}'),
        *('{"description": "A picture."}', json.dumps(answer), duration_ms),
        *(created_at, created_at + 90, created_at + 300, created_at + duration_ms),
        created_at + 86_400_000 if number % 50 == 7 else None,
    )


def pictures(
    chance: np.random.Generator, rows: Sequence[Sequence[Any]], shas: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """As many pictures as each stored run was asked for."""
    which = chance.integers(0, len(shas), len(rows)).tolist()
    for row, first in zip(rows, which, strict=True):
        if row[5] == "stored":
            for number in range(json.loads(row[8])["num_images"]):
                yield row[0], number, shas[(first + number) % len(shas)], row[24]


def put_pictures(folder: Path) -> list[str]:
    """The few pictures that all runs share, with their thumbnails; their sha256."""
    originals = FolderOriginals(folder / "pictures")
    thumbnails = FolderThumbnails(folder / "thumbnails", originals)
    shas = []
    for number in range(PICTURES):
        data = tiny_picture(number)
        sha256 = hashlib.sha256(data).hexdigest()
        originals.put(data)
        thumbnails.make(sha256, data)
        shas.append(sha256)
    return shas


def tiny_picture(number: int) -> bytes:
    """A small picture like no other: a slope of two colours."""
    image = Image.linear_gradient("L").resize((96, 64)).rotate(number * 360 / PICTURES)
    coloured = Image.merge("RGB", (image, image.point(lambda v: v // 2), image.transpose(1)))
    file = io.BytesIO()
    coloured.save(file, "PNG")
    return file.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    """Make a data folder that Plantain can be started on."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.synthetic_history")
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    given = parser.parse_args(arguments)
    fill(given.folder, given.count, say=lambda text: sys.stdout.write(f"{text}\n")).dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
