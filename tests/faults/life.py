"""One life of Plantain's engine in a process of its own, that can be killed at a numbered point.

Started once, it imports everything and then forks a child for each line on its input:
`<data folder> <API's address> <kill at>`. A child opens the services, makes the run unless it is
there, and waits for its end. Each call of a part that touches disk or network is two points: before
it and after it. At point number `kill at` the child kills itself with SIGKILL; 0 lets it live.
The answer on a line: how the child ended (0, or -9) and, if it lived, how many points it passed and
after how many milliseconds it took the run's first step. `kill at` -1 only prepares the folder.

The API of these lives forgets idempotency keys: what is sent twice is charged twice. The protocol's
pauses are short, but its quiet time is that of the settings.
"""

import gc
import os
import signal
import sys
import threading
import time
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

import lib.engine.workflow  # noqa: F401, loaded late by the engine, and here before the forks
from lib import bootstrap_carrying
from lib.bootstrap import Services, open_services
from lib.engine.durable import Engine
from lib.images import durable_file
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.runflow.api import Client
from lib.runflow.download import Downloads
from lib.services import polling
from lib.settings import Settings
from lib.store.ledger import Ledger

POINTS = [
    (Ledger, ["add", "intend", "may_send", "accept", "refuse", "lose_answer", "note", "finish"]),
    (Ledger, ["wait_to_send", "ask_in_vain"]),
    (Client, ["create_run", "find_by_client_ref", "get_run"]),
    (Downloads, ["fetch"]),
    (FolderOriginals, ["put"]),
    (FolderThumbnails, ["make"]),
    (Engine, ["enqueue", "look_again"]),
    (durable_file, ["write_whole"]),
    (os, ["fsync", "replace", "rename", "link"]),
]
INPUT = {"prompt": "a red kite over dunes", "resolution": "0.5K"}
LONGEST_LIFE_S = 300.0
STEP_S = 0.05
AFTER_THE_END_S = 0.2


FIRST_STEPS = {"intend", "lose_answer", "accept", "create_run", "find_by_client_ref", "get_run"}


@dataclass
class Passed:
    """The points that a life has passed, and when (ms after its start) it took the first step."""

    points: int = 0
    first_step_ms: int = 0


def arm(kill_at: int) -> Passed:
    """Make every part count its calls; returns the counter."""
    passed, lock, begun = Passed(), threading.Lock(), time.monotonic()

    def point(name: str) -> None:
        with lock:
            passed.points += 1
            if name in FIRST_STEPS and not passed.first_step_ms:
                passed.first_step_ms = round((time.monotonic() - begun) * 1000)
            if passed.points == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def counted(name, call):
        def counting(*args, **kwargs):
            point(name)
            result = call(*args, **kwargs)
            point(name)
            return result

        return counting

    for part, names in POINTS:
        for name in names:
            setattr(part, name, counted(name, getattr(part, name)))
    return passed


def forget_keys() -> None:
    """An API that takes each request as a new one, whatever its key."""
    create_run = Client.create_run

    def creating(self, model_id, body, *, idempotency_key):
        return create_run(self, model_id, body, idempotency_key=str(uuid.uuid4()))

    Client.create_run = creating


def hurry() -> None:
    """Ask and look often; the quiet time stays."""
    polling.PACE = ((LONGEST_LIFE_S, 0.1),)
    times_for = bootstrap_carrying.times_for
    bootstrap_carrying.times_for = lambda quiet_seconds: replace(
        times_for(quiet_seconds), first_ask_ms=50, ask_again_ms=100, shortest_backoff_ms=50
    )


def live(folder: Path, base_url: str, kill_at: int) -> Passed:
    """Open, make the run unless it is there, see it end."""
    settings = Settings(
        runflow_api_key="rf_live_crash",
        runflow_base_url=base_url,
        plantain_data_dir=folder,
        plantain_quiet_seconds=1.0,
    )
    forget_keys()
    hurry()
    passed = arm(kill_at)
    with open_services(settings) as services:
        if kill_at >= 0:
            see_it_end(services)
    return passed


def see_it_end(services: Services) -> None:
    services.runs.submit("google/nano-banana-2", INPUT, click_token="the click", created_by="local")
    (run,) = services.runs.recent(limit=2)
    wait = threading.Event()
    waited = 0.0
    while services.runs.find(run.id).is_open and waited < LONGEST_LIFE_S:
        wait.wait(STEP_S)
        waited += STEP_S
    # What wakes the engine after the end is a point too.
    wait.wait(AFTER_THE_END_S)


def main() -> None:
    gc.freeze()  # what is loaded stays shared with the forks
    for line in sys.stdin:
        folder, base_url, kill_at = line.split()
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            passed = live(Path(folder), base_url, int(kill_at))
            os.write(writer, f"{passed.points} {passed.first_step_ms}".encode())
            os._exit(0)
        os.close(writer)
        _, status = os.waitpid(child, 0)
        passed = os.read(reader, 100).decode() or "0 0"
        os.close(reader)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)} {passed}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
