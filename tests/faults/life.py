"""One life of Plantain's engine in a process of its own, that can be killed at a numbered point.

Started once, it imports everything and then forks a child for each line on its input:
`<data folder> <API's address> <kill at>`. A child opens the services, makes the run unless it is
there, and waits for its end. Each call of a part that touches disk or network is two points: before
it and after it. At point number `kill at` the child kills itself with SIGKILL; 0 lets it live.
The answer on a line: how the child ended (0, or -9) and how many points it passed, if it lived.
"""

import os
import signal
import sys
import threading
from pathlib import Path

from lib.bootstrap import open_services
from lib.engine.durable import Engine
from lib.images import durable_file
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.runflow.api import Client
from lib.runflow.download import Downloads
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
LONGEST_LIFE_S = 40.0


def arm(kill_at: int) -> list[int]:
    """Make every part count its calls; returns the counter."""
    passed, lock = [0], threading.Lock()

    def point() -> None:
        with lock:
            passed[0] += 1
            if passed[0] == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def counted(call):
        def counting(*args, **kwargs):
            point()
            result = call(*args, **kwargs)
            point()
            return result

        return counting

    for part, names in POINTS:
        for name in names:
            setattr(part, name, counted(getattr(part, name)))
    return passed


def live(folder: Path, base_url: str, kill_at: int) -> int:
    """Open, make the run unless it is there, see it end; the number of points passed."""
    settings = Settings(
        runflow_api_key="rf_live_crash",
        runflow_base_url=base_url,
        plantain_data_dir=folder,
        plantain_quiet_seconds=1.0,
    )
    passed = arm(kill_at)
    with open_services(settings) as services:
        services.runs.submit(
            "google/nano-banana-2", INPUT, click_token="the click", created_by="local"
        )
        (run,) = services.runs.recent(limit=2)
        wait = threading.Event()
        waited = 0.0
        while services.runs.find(run.id).is_open and waited < LONGEST_LIFE_S:
            wait.wait(0.02)
            waited += 0.02
        # What wakes the engine after the end is a point too.
        wait.wait(0.3)
    return passed[0]


def main() -> None:
    for line in sys.stdin:
        folder, base_url, kill_at = line.split()
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            passed = live(Path(folder), base_url, int(kill_at))
            os.write(writer, str(passed).encode())
            os._exit(0)
        os.close(writer)
        _, status = os.waitpid(child, 0)
        passed = os.read(reader, 100).decode() or "0"
        os.close(reader)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)} {passed}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
