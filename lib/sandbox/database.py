"""The sandbox's own SQLite file: its tables and how it is written."""

import importlib
import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS account (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    org_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    balance_id TEXT NOT NULL,
    opening_micros INTEGER NOT NULL,
    committed_micros INTEGER NOT NULL DEFAULT 0,
    threshold_micros INTEGER NOT NULL DEFAULT 0,
    signing_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS run (
    id TEXT PRIMARY KEY,
    model TEXT NOT NULL,
    model_id TEXT NOT NULL,
    batch_id TEXT,
    client_ref TEXT,
    request_id TEXT NOT NULL,
    idempotency_key TEXT,
    scenario TEXT NOT NULL,
    input TEXT NOT NULL,
    metadata TEXT NOT NULL,
    callback_url TEXT,
    callback_planned INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    dispatching_at INTEGER,
    started_at INTEGER,
    completed_at INTEGER NOT NULL,
    end_status TEXT NOT NULL,
    images INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    seed TEXT NOT NULL,
    cost_micros INTEGER NOT NULL,
    failure_code TEXT,
    failure_message TEXT,
    failure_stage_code TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS run_created ON run (created_at, id);
CREATE INDEX IF NOT EXISTS run_completed ON run (completed_at);
CREATE INDEX IF NOT EXISTS run_client_ref ON run (client_ref);
CREATE INDEX IF NOT EXISTS run_batch ON run (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS run_callback ON run (completed_at)
    WHERE callback_url IS NOT NULL AND callback_planned = 0;
CREATE TABLE IF NOT EXISTS batch (
    id TEXT PRIMARY KEY,
    model TEXT NOT NULL,
    model_id TEXT NOT NULL,
    input TEXT NOT NULL,
    metadata TEXT NOT NULL,
    callback_url TEXT,
    callback_planned INTEGER NOT NULL DEFAULT 0,
    request_id TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS kept_answer (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    body_sha256 TEXT NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT;
CREATE INDEX IF NOT EXISTS kept_answer_created ON kept_answer (created_at);
CREATE TABLE IF NOT EXISTS secret (
    id TEXT PRIMARY KEY,
    plain_secret TEXT NOT NULL,
    label TEXT,
    is_current INTEGER NOT NULL,
    last_used_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS delivery (
    id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL,
    callback_url TEXT NOT NULL,
    request_id TEXT NOT NULL,
    payload BLOB NOT NULL,
    signing_secret_id TEXT,
    signature TEXT,
    is_automatic INTEGER NOT NULL,
    state TEXT NOT NULL,
    failure_reason_code TEXT,
    failure_detail TEXT,
    attempt_count INTEGER NOT NULL DEFAULT 0,
    next_attempt_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    completed_at INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS delivery_run ON delivery (run_id, created_at);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (next_attempt_at) WHERE state = 'pending';
CREATE TABLE IF NOT EXISTS attempt (
    id TEXT PRIMARY KEY,
    delivery_id TEXT NOT NULL,
    attempt_number INTEGER NOT NULL,
    status_code INTEGER,
    response_body TEXT,
    response_time_ms INTEGER,
    error_message TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS attempt_delivery ON attempt (delivery_id, attempt_number);
CREATE TABLE IF NOT EXISTS asset (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    declared_bytes INTEGER NOT NULL,
    size_bytes INTEGER,
    folder_id TEXT,
    source_type TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
"""


class Unusable(Exception):
    """The file cannot be the sandbox's database; the message says what to do."""


class Database:
    """One connection for the one event loop that uses it; calls are short and never awaited.

    WAL with `synchronous = NORMAL` keeps every commit when the process is killed.
    """

    def __init__(self, path: Path) -> None:
        has_newer = importlib.util.find_spec("pysqlite3") is not None
        sqlite = importlib.import_module("pysqlite3.dbapi2" if has_newer else "sqlite3")
        self._connection = sqlite.connect(path, isolation_level=None)
        self._connection.row_factory = sqlite.Row
        try:
            for pragma in ("busy_timeout = 5000", "journal_mode = WAL", "synchronous = NORMAL"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.executescript(SCHEMA)
        except sqlite.DatabaseError as error:
            self._connection.close()
            raise Unusable(
                f"{path} cannot be used ({error}): move it away to begin with a new sandbox."
            ) from error

    def close(self) -> None:
        self._connection.close()

    def run(self, sql: str, values: Mapping[str, Any] | tuple[Any, ...] = ()) -> int:
        """Execute one statement; returns how many rows it changed."""
        return int(self._connection.execute(sql, values).rowcount)

    def one(self, sql: str, values: Mapping[str, Any] | tuple[Any, ...] = ()) -> Any:
        """The first row, or None."""
        return self._connection.execute(sql, values).fetchone()

    def all(self, sql: str, values: Mapping[str, Any] | tuple[Any, ...] = ()) -> list[Any]:
        return list(self._connection.execute(sql, values).fetchall())

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        """Insert one row; table and column names come from our own code only."""
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        self.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", row)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, also when the process is killed in between."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
