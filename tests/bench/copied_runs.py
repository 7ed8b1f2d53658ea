"""More of a synthetic history: its first runs again, under ids and times of their own.

Copying within the database takes a twentieth of the time that the triggers and Python take. What
comes of it is what they would have made; only the columns are folded as always, afterwards.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from lib.domain.search_text import tokens_of
from lib.store.database import sqlite_build

LATER = ("created_at", "sent_at", "accepted_at", "settled_at", "deleted_at", "stored_at")
MADE_LATER = {
    name: f"kept.{name} + :later_ms" for name in (*LATER, "clicked_at", "counts_at", "charged_at")
}
"""Times of a run: as much later as its copy is made later."""
CREATED_AT = "(kept.created_at + :later_ms)"
REMOTE_ID = "printf('r-%d', new.no - 1)"
NEW = {
    "run_index": {
        "no": "old.no + :by",
        "run_id": f"printf('%08x-%04x-7000-8000-%012x', {CREATED_AT} >> 16,"
        f" {CREATED_AT} & 65535, old.no + :by - 1)",
    },
    "run": {
        "id": "new.run_id",
        "click_token": "new.run_id",
        "request_sha256": "printf('%064x', new.no - 1)",
        "remote_id": REMOTE_ID,
        "remote_body": f"replace(kept.remote_body, kept.remote_id, {REMOTE_ID})",
    },
    "picture": {"run_id": "new.run_id"},
    "mark": {"run_id": "new.run_id"},
    "run_tag": {"no": "new.no"},
    "charge_line": {"seq": "NULL", "run_id": "new.run_id", "charged_as": REMOTE_ID},
}
"""SQL of what a copy has for itself, by table and column: the lines first, the others go by them."""
SOURCES = {
    "run_index": "CROSS JOIN run_index kept ON kept.no = old.no",
    "run": "CROSS JOIN run kept ON kept.id = old.run_id",
    "run_tag": "CROSS JOIN run_tag kept ON kept.no = old.no",
}
"""Where the rows of a run are found by something else than its id in `run_id`."""
AT_ONCE = 64 * 1024 * 1024
"""Bytes of words that are sorted in memory before they are written."""
AS_ALWAYS = 1024 * 1024
OF_SPEND = ("run_index", "run", "run_tag", "charge_line")
"""What reports of costs read. The sums of the lines are not copied with them."""
MADE = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND ({}) ORDER BY type"
OF_ALL = (
    "type = 'trigger' AND tbl_name IN ('run', 'run_index', 'picture', 'mark', 'run_tag')"
    " OR type = 'index' AND tbl_name IN ('run', 'run_index', 'picture')"
)
"""What is made again after a copy, or has to watch it: lines roll up while they are copied."""


def copy(path: Path, originals: int, count: int, apart_ms: int) -> None:
    """Copy the first runs until there are so many. Their words are in the index, as theirs are.

    Nobody else may have the database open.
    """
    with _bare_copy(path, OF_ALL) as raw:
        raw.execute("CREATE TEMP TABLE words (no INTEGER PRIMARY KEY, words TEXT)")
        prompts = raw.execute("SELECT no, prompt FROM run JOIN run_index ON run_id = id")
        words = [(no, " ".join(tokens_of(prompt))) for no, prompt in prompts]
        raw.executemany("INSERT INTO words VALUES (?, ?)", words)
        for start in range(originals, count, originals):
            given = _given(start, min(originals, count - start), apart_ms)
            _copy_once(raw, tuple(NEW), given)
            _copy_words(raw, given)


def copy_spend(path: Path, originals: int, count: int, apart_ms: int) -> None:
    """Copy only what reports of costs read, and leave all sums to the caller."""
    tables = ", ".join(f"'{table}'" for table in OF_SPEND)
    kinds = "type IN ('trigger', 'index')"
    with _bare_copy(path, f"{kinds} AND tbl_name IN ({tables})") as raw:
        for start in range(originals, count, originals):
            _copy_once(raw, OF_SPEND, _given(start, min(originals, count - start), apart_ms))


@contextmanager
def _bare_copy(path: Path, parts: str) -> Iterator[Any]:
    with closing(sqlite_build().connect(path)) as raw:
        # A bench's data need not survive a power cut while it is made.
        for pragma in ("journal_mode = off", "synchronous = off", "cache_size = -1048576"):
            raw.execute(f"PRAGMA {pragma}").fetchall()
        with _bare(raw, parts):
            yield raw
        raw.commit()


def _given(by: int, left: int, apart_ms: int) -> dict[str, int]:
    """So many; `by` is how far their numbers are from those of the originals."""
    return {"by": by, "left": left, "later_ms": by * apart_ms}


def _copy_once(raw: Any, tables: Sequence[str], given: Mapping[str, int]) -> None:
    for table in tables:
        new = NEW[table]
        names = [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]
        values = [(MADE_LATER | new).get(name, f"kept.{name}") for name in names]
        source = SOURCES.get(table, f"CROSS JOIN {table} kept ON kept.run_id = old.run_id")
        raw.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)}"
            f" FROM run_index old {source}"
            f"{'' if table == 'run_index' else ' CROSS JOIN run_index new ON new.no = old.no + :by'}"
            " WHERE old.no <= :left ORDER BY old.no",
            given,
        )


def _copy_words(raw: Any, given: Mapping[str, int]) -> None:
    raw.execute(
        "INSERT INTO run_words (rowid, prompt, remark) SELECT no + :by, words, '' FROM words"
        " WHERE no <= :left ORDER BY no",
        given,
    )
    raw.execute("INSERT INTO run_changed SELECT no + :by FROM words WHERE no <= :left", given)


@contextmanager
def _bare(raw: Any, parts: str) -> Iterator[None]:
    """Without the triggers that would do again what is copied, and without indexes.

    An index that is made in the end is sorted once, and one that grows is written all over.
    """
    made = raw.execute(MADE.format(parts)).fetchall()
    for kind, name, _sql in made:
        raw.execute(f"DROP {kind} {name}")
    _sort_words_in(raw, AT_ONCE)
    yield
    _sort_words_in(raw, AS_ALWAYS)
    for _kind, _name, sql in made:
        raw.execute(sql)


def _sort_words_in(raw: Any, size: int) -> None:
    raw.execute("INSERT INTO run_words (run_words, rank) VALUES ('hashsize', ?)", (size,))
