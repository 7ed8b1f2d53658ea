"""The words of prompts and remarks: the one place that knows how this database searches text.

SQLite's FTS5 gets the tokens that `search_text` makes, in an index that holds no text itself. On
another database the same tokens would go into its own kind of index behind the same functions.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from lib.domain.search_text import Term, same_words, tokens_of
from lib.store import schema, schema_history
from lib.store.database import writing

BATCH = 2_000

run, index, mark = schema.run, schema_history.run_index, schema_history.mark


def index_run(db: sa.Connection, run_id: str, prompt: str) -> None:
    """Put the words of a run that was just recorded into the index."""
    no = db.exec_driver_sql("SELECT no FROM run_index WHERE run_id = ?", (run_id,)).scalar()
    if no is not None:
        _insert(db, [(int(no), prompt, "")])


def index_pending(
    engine: sa.Engine, progress: Callable[[int, int], None] = lambda done, total: None
) -> int:
    """Index every run whose words are not yet, oldest first; gives how many.

    Runs that another program wrote, or that are older than the index, wait for this. Each batch is
    a transaction of its own, so it goes on where it was ended. `progress` gets done and total.
    """
    total = pending(engine)
    done = 0
    while done < total:
        with writing(engine) as db:
            indexed = _index(db, _pending().order_by(index.c.no).limit(BATCH))
        if not indexed:
            break
        done += indexed
        progress(done, max(done, total))
    return done


def pending(engine: sa.Engine) -> int:
    """How many runs have words that are not in the index yet."""
    query = sa.select(sa.func.count()).where(index.c.prompt_key.is_(None))
    with engine.connect() as db:
        return int(db.scalar(query) or 0)


def change_remark(db: sa.Connection, no: int, prompt: str, *, before: str, after: str) -> None:
    """Put the words of a new remark in the place of the old one's."""
    words = _words(prompt)
    forget = "INSERT INTO run_words (run_words, rowid, prompt, remark) VALUES ('delete', ?, ?, ?)"
    db.exec_driver_sql(forget, (no, words, _words(before)))
    _insert_words(db, [(no, words, _words(after))])


def prompt_key(prompt: str) -> int:
    """A number that prompts of the same words share, 63 bits of a hash of them."""
    digest = hashlib.blake2b(same_words(prompt).encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def matching_nos(
    db: sa.Connection, words: str, first: int, last: int, *, only: Sequence[int] | None = None
) -> str:
    """The numbers of the runs from `first` to `last` whose words match, rising, joined by commas.

    `only` asks about these runs alone. As one text, since a row a run would take ten times as long.
    """
    found = "SELECT rowid FROM run_words WHERE run_words MATCH ? AND "
    if only is None:
        values: tuple[Any, ...] = (words, first, last)
        found += "rowid BETWEEN ? AND ? ORDER BY rowid"
    else:
        values = (words, json.dumps(only))
        found += "rowid IN (SELECT value FROM json_each(?)) ORDER BY rowid"
    joined = db.exec_driver_sql(f"SELECT group_concat(rowid) FROM ({found})", values).scalar()
    return str(joined or "")


def some_matching_nos(db: sa.Connection, words: str, limit: int) -> list[int]:
    """The numbers of up to `limit` runs whose words match."""
    query = "SELECT rowid FROM run_words WHERE run_words MATCH ? LIMIT ?"
    return [int(row[0]) for row in db.exec_driver_sql(query, (words, limit)).fetchall()]


def expression(terms: Iterable[Term]) -> str:
    """The terms as FTS5 writes them, all of them to be found; signs of its own mean nothing."""
    return " AND ".join(_phrase(term) for term in terms)


def any_of(terms: Iterable[Term]) -> str:
    """The same, with any of them to be found."""
    return " OR ".join(_phrase(term) for term in terms)


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.tokens)}"{"*" if term.is_prefix else ""}'


def _pending() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(index.c.no, run.c.prompt, mark.c.remark)
        .join(run, run.c.id == index.c.run_id)
        .join(mark, mark.c.run_id == index.c.run_id, isouter=True)
        .where(index.c.prompt_key.is_(None))
    )


def _index(db: sa.Connection, query: sa.Select[*tuple[Any, ...]]) -> int:
    lines = [(int(no), prompt, remark or "") for no, prompt, remark in db.execute(query)]
    if lines:
        _insert(db, lines)
    return len(lines)


def _insert(db: sa.Connection, lines: Sequence[tuple[int, str, str]]) -> None:
    """Index the prompts and remarks of these runs, none of which is indexed yet."""
    _insert_words(db, [(no, _words(prompt), _words(remark)) for no, prompt, remark in lines])
    keys = [(prompt_key(prompt), no) for no, prompt, _remark in lines]
    db.exec_driver_sql("UPDATE run_index SET prompt_key = ? WHERE no = ?", keys)


def _insert_words(db: sa.Connection, lines: list[tuple[int, str, str]]) -> None:
    db.exec_driver_sql("INSERT INTO run_words (rowid, prompt, remark) VALUES (?, ?, ?)", lines)


def _words(text: str) -> str:
    # What is ASCII the index cuts apart itself, in the same way and faster.
    return text.replace("\0", " ") if text.isascii() else " ".join(tokens_of(text))
