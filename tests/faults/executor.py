"""Plantain's services as a process without pages: it executes until it is ended.

Started once, it imports everything and then forks an executor for each line on its input
(`<data folder> <API's address> <open runs> <quiet seconds>`), whose process id it answers with.
An executor tells by the file `ready` in the data folder that it has taken its work up.
"""

import gc
import os
import signal
import sys
import threading
from pathlib import Path

import lib.engine.workflow  # noqa: F401, loaded late by the engine, and here before the forks
from lib.bootstrap import open_services
from lib.settings import Settings

HEARS_EVERY_S = 0.05


def execute(folder: Path, base_url: str, open_runs: int, quiet_seconds: float) -> None:
    """Carry runs on until SIGTERM."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    settings = Settings(
        runflow_api_key="rf_live_deaths",
        runflow_base_url=base_url,
        plantain_data_dir=folder,
        plantain_max_open_runs=open_runs,
        plantain_quiet_seconds=quiet_seconds,
    )
    with open_services(settings) as services:
        if not services.executes:
            os._exit(3)
        services.runs._engine.wait_until_open()
        (folder / "ready").touch()
        # Never without a limit: a signal that comes just before such a wait does not end it.
        while not ended.wait(HEARS_EVERY_S):
            pass


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who has ended is gone at once
    gc.freeze()  # what is loaded stays shared with the forks
    for line in sys.stdin:
        folder, base_url, open_runs, quiet_seconds = line.split()
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            execute(Path(folder), base_url, int(open_runs), float(quiet_seconds))
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
