"""Plantain on a small disk that another program fills to its last byte while runs are under way.

A process of its own, in a mount namespace with a small file system on its data folder. It tells in
one line of JSON what it saw. `python -m tests.faults.full_disk <folder> <API's address>`.

`acceptance`: the disk is filled in the moment in which the API has accepted a run, and emptied when
that is noted. `pictures`: it is filled while several runs are at the API, and emptied a while
later.
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from lib import bootstrap_fitness
from lib.bootstrap import Services, open_services
from lib.runflow.api import Client
from lib.services import ballast, fitness
from lib.settings import Settings

MB = 1_000_000
RESERVE = 10 * MB
BALLAST = 6 * 1024 * 1024
FOR_NOTES = 2 * 1024 * 1024
RUNS = 6
LONGEST_S = 100.0
STEP_S = 0.05


class Filler:
    """The other program: its file has all the room there is, or none."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "filler"

    def fill(self) -> None:
        with self.path.open("ab", buffering=0) as file:
            for piece in (MB, 4096, 1):
                with suppress(OSError):
                    while file.write(b"x" * piece) == piece:
                        pass

    def empty(self) -> None:
        self.path.unlink()


def wait_until(holds: Callable[[], bool]) -> bool:
    """Look again and again; whether it came to that."""
    pause, waited_s = threading.Event(), 0.0
    while not holds() and waited_s < LONGEST_S:
        pause.wait(STEP_S)
        waited_s += STEP_S
    return holds()


def submit(services: Services, number: int, word: str = "") -> str:
    values = {"prompt": f"a red kite, number {number} {word}", "resolution": "0.5K"}
    return services.runs.submit(
        "google/nano-banana-2", values, click_token=str(number), created_by="local"
    )


def begin(services: Services, folder: Path) -> None:
    """Wait for the ballast, which is taken in the background."""
    assert wait_until(lambda: services.fitness.ballast.missing_bytes == 0), "no ballast was taken"
    services.runs._engine.wait_until_open()


def acceptance(services: Services, filler: Filler) -> dict[str, object]:
    """The answer that was paid for meets a full disk."""
    create_run = Client.create_run

    def create_and_fill(self, *args, **values):
        remote = create_run(self, *args, **values)
        filler.fill()
        return remote

    Client.create_run = create_and_fill
    run_id = submit(services, 1, "[slow]")
    noted = wait_until(lambda: services.runs.find(run_id).remote_id is not None)
    seen = {
        "noted": noted,
        "states": [event.kind for event in services.runs.story(run_id)],
        "free": os.statvfs(filler.path).f_bavail,
        "ballast_missing": services.fitness.ballast.missing_bytes,
        "why_not": services.fitness.why_not_send(),
    }
    filler.empty()
    return seen | end(services, [run_id])


def pictures(services: Services, filler: Filler) -> dict[str, object]:
    """Pictures that were paid for meet a full disk, and so do their runs' ends."""
    run_ids = [submit(services, number) for number in range(RUNS)]
    at_the_api = wait_until(lambda: all(services.runs.find(run_id).remote_id for run_id in run_ids))
    filler.fill()
    held_up = wait_until(
        lambda: (
            any("No room" in (services.runs.find(run_id).note or "") for run_id in run_ids)
            or services.fitness.ballast.missing_bytes > 0
        )
    )
    seen = {"at_the_api": at_the_api, "held_up": held_up, "read": len(services.runs.recent(RUNS))}
    filler.empty()
    return seen | end(services, run_ids)


def end(services: Services, run_ids: list[str]) -> dict[str, object]:
    """How the runs ended once there was room again."""
    wait_until(lambda: not any(services.runs.find(run_id).is_open for run_id in run_ids))
    restored = wait_until(lambda: services.fitness.ballast.missing_bytes == 0)
    return {
        "run_ids": run_ids,
        "ends": [services.runs.find(run_id).state for run_id in run_ids],
        "fences": [services.runs.find(run_id).fence for run_id in run_ids],
        "ballast_restored": restored,
        "fit": services.fitness.why_not_send() is None,
    }


def hurry() -> None:
    """Small figures for a small disk, and short waits."""
    fitness.RESERVE_BYTES = RESERVE
    fitness.BALLAST_AFTER_S = 0.0
    fitness.Fitness.__init__.__kwdefaults__["between_looks_s"] = 0.1
    ballast.FOR_NOTES_BYTES = FOR_NOTES
    make = ballast.Ballast
    bootstrap_fitness.Ballast = lambda path: make(path, BALLAST)


def main() -> None:
    scenario, folder, base_url = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    hurry()
    settings = Settings(
        runflow_api_key="rf_live_full",
        runflow_base_url=base_url,
        plantain_data_dir=folder,
        plantain_quiet_seconds=1.0,
    )
    with open_services(settings) as services:
        begin(services, folder)
        seen = {"acceptance": acceptance, "pictures": pictures}[scenario](services, Filler(folder))
    sys.stdout.write(json.dumps(seen) + "\n")


if __name__ == "__main__":
    main()
