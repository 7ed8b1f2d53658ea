"""What every part of one running sandbox shares."""

import asyncio
import secrets
from dataclasses import dataclass, field

from lib.sandbox.clock import now_micros
from lib.sandbox.database import Database
from lib.sandbox.identifiers import new_id
from lib.sandbox.money import to_micros
from lib.sandbox.options import Options
from lib.sandbox.picture_files import PictureFiles
from lib.sandbox.recorder import Recorder

FIRST_BALANCE = "100.00"


@dataclass(frozen=True, slots=True)
class World:
    """One running sandbox: its settings, its file, its account, and what it remembers in memory."""

    options: Options
    database: Database
    pictures: PictureFiles
    own_url: str
    org_id: str
    user_id: str
    signing_key: bytes
    recorder: Recorder = field(default_factory=Recorder)
    callbacks_due: asyncio.Event = field(default_factory=asyncio.Event)
    in_flight: set[tuple[str, str]] = field(default_factory=set)
    """Scope and Idempotency-Key of requests that have no answer yet."""
    refused_once: set[str] = field(default_factory=set)
    """Requests that a `... once` scenario has already refused."""


def open_world(options: Options, own_url: str) -> World:
    """Open the data folder, or make it when it is new."""
    options.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(options.data_dir / "sandbox.db")
    with database.transaction():
        _make_account(database)
        if options.balance is not None:
            _set_balance(database, to_micros(options.balance))
    account = database.one("SELECT * FROM account")
    return World(
        options=options,
        database=database,
        pictures=PictureFiles(options.data_dir / "pictures"),
        own_url=own_url,
        org_id=account["org_id"],
        user_id=account["user_id"],
        signing_key=account["signing_key"].encode(),
    )


def _make_account(database: Database) -> None:
    if database.one("SELECT 1 FROM account"):
        return
    now = now_micros()
    database.insert(
        "account",
        {
            "id": 1,
            "org_id": new_id(now),
            "user_id": new_id(now),
            "balance_id": new_id(now),
            "opening_micros": to_micros(FIRST_BALANCE),
            "signing_key": secrets.token_hex(32),
            "created_at": now,
            "updated_at": now,
        },
    )


def _set_balance(database: Database, micros: int) -> None:
    database.run(
        "UPDATE account SET opening_micros = committed_micros + ?, updated_at = ?",
        (micros, now_micros()),
    )
