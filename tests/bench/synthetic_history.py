"""A history of any size, made in bulk through the real schema: `python -m tests.bench.synthetic_history`.

Prompts have words of a vocabulary as people's have (a few are everywhere, most are rare), inputs
and marks the skew of real ones, and all runs share a few tiny pictures. The same count makes the
same history.
"""

import argparse
import hashlib
import io
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from PIL import Image

from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.store.charges import book_all
from lib.store.columns import BLOCK
from lib.store.database import open_database, writing
from lib.store.folding import fold
from lib.store.migrate import migrate
from lib.store.words import index_pending

ORIGIN = "sandbox"
MODEL = "google/nano-banana-2"
VOCABULARY = 40_000
FIRST_MS = 1_700_000_000_000
APART_MS = 60_000
BATCH = 20_000
PICTURES = 24
RARE_WORD = "quetzalcoatl"
"""Stands in one prompt of 50,000, and in the very first."""
COMMON_WORD = "light"
"""Stands in about a third of all prompts."""
TAGS = tuple(f"tag {number}" for number in range(40))
PEOPLE = ("local", "ana", "ben", "chloe", "dmitri", "emeka", "fatima", "goro")

SYLLABLES = tuple(a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ai", "or"))
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
    """Make a data folder with so many runs, or go on with one that has fewer; its open database."""
    database = open_database(folder / "plantain.db")
    migrate(database)
    shas = put_pictures(folder)
    begun = time.perf_counter()
    with database.connect() as db:
        done = int(db.exec_driver_sql("SELECT count(*) FROM run").scalar() or 0)
    raw = database.raw_connection()
    try:
        # A bench's data need not survive a power cut while it is made.
        raw.execute("PRAGMA synchronous = off")
        raw.execute("PRAGMA cache_size = -262144")
        for start in range(done, count, BATCH):
            put_batch(raw, start, min(BATCH, count - start), shas)
            raw.commit()
            say(f"{start + BATCH:,} runs: {time.perf_counter() - begun:.0f} s")
        raw.execute("PRAGMA synchronous = full")
    finally:
        raw.close()
    index_pending(database, lambda done, total: None)
    fold(database, lines_at_a_time=BLOCK)
    say(f"words and columns: {time.perf_counter() - begun:.0f} s")
    with writing(database) as db:
        book_all(db)
    say(f"charge lines: {time.perf_counter() - begun:.0f} s")
    with database.connect() as db:
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.exec_driver_sql("PRAGMA optimize")
    return database


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


def prompts(chance: np.random.Generator, start: int, count: int) -> Iterator[str]:
    """Prompts of 4 to 40 words of the vocabulary, by Zipf's law."""
    words = vocabulary()
    shares = 1 / np.arange(1, len(words) + 1)
    lengths = chance.integers(4, 41, count)
    drawn = chance.choice(len(words), size=int(lengths.sum()), p=shares / shares.sum())
    at = 0
    for number, length in enumerate(lengths.tolist(), start):
        prompt = " ".join(words[word] for word in drawn[at : at + length].tolist())
        at += length
        if number % 50_000 == 0:
            prompt += f" {RARE_WORD}"
        if number % 100 == 1:
            prompt += " 桜の木 mit Blüten"
        yield prompt


def vocabulary() -> list[str]:
    """Made-up words that can be spoken; the first ones are the most common."""
    if not _words:
        chance = np.random.default_rng(7)
        common = ["a", "of", COMMON_WORD, "the", "in", "with", "red", "kite", "forest", "city"]
        made = {
            "".join(SYLLABLES[at] for at in row[: 2 + int(row[0]) % 3])
            for row in chance.integers(0, len(SYLLABLES), size=(2 * VOCABULARY, 4)).tolist()
        }
        _words.extend([*common, *sorted(made)[:VOCABULARY]])
        tail = np.array(_words[len(common) :])
        chance.shuffle(tail)
        _words[len(common) :] = tail.tolist()
    return _words


_words: list[str] = []


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
