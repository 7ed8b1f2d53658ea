"""What is done while the power may be cut: `python -m tests.faults.power_workload <folder> <mode>`.

Runs go through the real ledger, and pictures into the real folder. After each thing that Plantain
would rely on, a line on standard output says that it was done: `ack <run id> <state>`, or
`ack picture <sha256>`. Modes: full (as Plantain is), normal (`synchronous=normal`), unsynced
(fsync of pictures does nothing).
"""

import os
import sys
from pathlib import Path

import sqlalchemy as sa

from lib.domain.clock import SystemClock
from lib.domain.run import CostBasis, RunState
from lib.images import durable_file
from lib.images.originals import FolderOriginals
from lib.store import schema
from lib.store.database import open_database
from lib.store.entries import NewRun
from lib.store.ledger import Ledger

RUNS = 40
PICTURES = 40


def main() -> None:
    folder, mode = Path(sys.argv[1]), sys.argv[2]
    if mode == "unsynced":
        durable_file.os = Unsynced()  # type: ignore[assignment]
    database = open_database(folder / "plantain.db")
    if mode == "normal":
        sa.event.listen(database, "connect", less_durable)
    schema.metadata.create_all(database)
    ledger = Ledger(database, SystemClock())
    originals = FolderOriginals(folder / "pictures")
    acknowledge("the tables")
    for number in range(RUNS):
        live(ledger, f"run-{number:03d}")
    for number in range(PICTURES):
        acknowledge(f"picture {originals.put(b'a picture %d' % number * 500).sha256}")
    os._exit(0)  # no tidy end: closing the database would write its WAL back


def live(ledger: Ledger, run_id: str) -> None:
    """Click, intent, answer, end."""
    ledger.add(a_run(run_id), lambda _db, _id: None)
    acknowledge(f"{run_id} {RunState.QUEUED}")
    ledger.intend(run_id, quiet_ms=65_000)
    acknowledge(f"{run_id} {RunState.SENDING}")
    ledger.accept(run_id, f"remote-{run_id}", status="queued")
    acknowledge(f"{run_id} {RunState.ACCEPTED}")
    ledger.finish(run_id, RunState.STORED, cost_micros=80_000, cost_basis=CostBasis.CONFIRMED)
    acknowledge(f"{run_id} {RunState.STORED}")


def a_run(run_id: str) -> NewRun:
    return NewRun(
        id=run_id,
        origin="sandbox",
        model_id="google/nano-banana-2",
        created_by="local",
        click_token=run_id,
        input={"prompt": "a kite"},
        request_body=b"{}",
        request_sha256="0" * 64,
        estimate_micros=80_000,
        price_version="nano-banana-2/2026-04-13",
    )


def acknowledge(what: str) -> None:
    os.write(1, f"ack {what}\n".encode())


def less_durable(connection, _record) -> None:
    connection.execute("PRAGMA synchronous = normal")


class Unsynced:
    """`os`, on a machine whose owner found fsync slow."""

    def __getattr__(self, name: str):
        return (lambda _descriptor: None) if name == "fsync" else getattr(os, name)


if __name__ == "__main__":
    main()
