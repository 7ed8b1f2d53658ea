"""A storm of deaths over one data folder: executors are started, hurt at random, and started again.

Most are Plantain's services in a plain process, some are the whole app under Streamlit. A second
executor cannot take a frozen one's work over: the lock on the data folder stays with the frozen
process, and only its death gives it back.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.faults.proxy import FaultProxy
from tests.plantain_server import ROOT, PlantainServer

FREEZE_S = 6.0
MOST_REQUESTS = 40
LONGEST_SILENCE_S = 0.4
"""A life ends after some requests, or when none comes any more: it is no shorter on a slow machine."""
QUIET_S = 4.0
LANDS_WITHIN_S = 2.5
"""The storm's API takes nothing later, so that the quiet time is longer, as it has to be."""
OPEN_RUNS = 16
STEP_S = 0.02
LONGEST_START_S = 300.0
LONGEST_END_S = 300.0
"""No measure of anything: what never happens should fail some time."""
ENDS = (0, -signal.SIGKILL, -signal.SIGTERM, 128 + signal.SIGTERM)
"""How an app may end that is told to; the last when it had no time left for doing so in good order."""


class Executors:
    """Starts executors without pages, forked from a process that has imported everything."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self._folder = folder
        self._base_url = base_url
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.executor"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(self) -> int:
        """Start one; returns its process id when it executes."""
        ready = self._folder / "ready"
        ready.unlink(missing_ok=True)
        line = f"{self._folder} {self._base_url} {OPEN_RUNS} {QUIET_S}\n"
        self._process.stdin.write(line)
        self._process.stdin.flush()
        pid = int(self._process.stdout.readline())
        wait_until(lambda: ready.exists() or not is_alive(pid), LONGEST_START_S)
        assert is_alive(pid), "an executor ended at its start"
        return pid

    def close(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


@dataclass
class Storm:
    """What happens is decided by `seed`. `deaths` tells what did, `in_flight` how many runs were open."""

    folder: Path
    proxy: FaultProxy
    seed: str
    open_runs: Callable[[], int]
    deaths: list[str] = field(default_factory=list)
    in_flight: list[int] = field(default_factory=list)
    starts_s: list[float] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._chance = random.Random(self.seed)
        self._executors = Executors(self.folder, self.proxy.base_url)
        return self

    def __exit__(self, *_: object) -> None:
        self._executors.close()

    def first(self) -> int:
        """An executor that is left alone for now; returns its process id."""
        return self._started()

    def rage(self, deaths: int, *, apps: int, freezes: int) -> None:
        """Hurt as many processes as told, `apps` of them whole apps, `freezes` by a stop."""
        kinds = ["app"] * apps + ["freeze"] * freezes
        kinds += [
            self._chance.choice(["SIGKILL", "SIGKILL", "SIGTERM"])
            for _ in range(deaths - apps - freezes)
        ]
        self._chance.shuffle(kinds)
        for kind in kinds:
            self._app() if kind == "app" else self._plain(kind)

    def _plain(self, kind: str) -> None:
        pid = self._started()
        self._let_live()
        self.hurt(pid, kind)

    def _let_live(self) -> None:
        """For some requests, and a moment more: a death may come at any place between two."""
        seen, silence_s = self.proxy.seen, 0.0
        until = len(seen) + self._chance.randrange(MOST_REQUESTS)
        while len(seen) < until and silence_s < LONGEST_SILENCE_S:
            before = len(seen)
            pause(STEP_S)
            silence_s = 0.0 if len(seen) > before else silence_s + STEP_S
        pause(self._chance.uniform(0.0, 2 * STEP_S))

    def hurt(self, pid: int, kind: str) -> None:
        """End a process the way that is named; a frozen one lives on for a moment, then dies."""
        self._note(kind)
        if kind == "freeze":
            os.kill(pid, signal.SIGSTOP)
            pause(FREEZE_S)
            os.kill(pid, signal.SIGCONT)
            pause(self._chance.uniform(0.2, 1.0))
            kind = "SIGKILL"
        os.kill(pid, getattr(signal, kind))
        wait_until(lambda: not is_alive(pid), LONGEST_END_S)

    def _note(self, death: str) -> None:
        self.deaths.append(death)
        self.in_flight.append(self.open_runs())

    def _started(self) -> int:
        begun = time.monotonic()
        pid = self._executors.start()
        self.starts_s.append(time.monotonic() - begun)
        return pid

    def _app(self) -> None:
        server = PlantainServer(
            self.folder,
            environment={
                "RUNFLOW_API_KEY": "rf_live_deaths",
                "RUNFLOW_BASE_URL": self.proxy.base_url,
                "PLANTAIN_QUIET_SECONDS": str(QUIET_S),
                "PLANTAIN_MAX_OPEN_RUNS": str(OPEN_RUNS),
            },
        )
        try:
            server.start()
            self._let_live()
            kind = self._chance.choice(["SIGKILL", "SIGTERM"])
            self._note(f"app {kind}")
            ended = server.end_by(getattr(signal, kind), LONGEST_END_S)
            assert ended in ENDS, server.log_tail()
        finally:
            server._clear_away()


def is_alive(pid: int) -> bool:
    """Whether a process is there (one that has ended is reaped at once)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def pause(seconds: float) -> None:
    """Let others work for a while: the chance of the storm, not a wait for anything."""
    threading.Event().wait(seconds)


def wait_until(is_so, longest_s: float) -> None:
    """Wait for a condition; fails when it never comes."""
    for _ in range(int(longest_s / STEP_S)):
        if is_so():
            return
        pause(STEP_S)
    raise AssertionError(f"waited {longest_s} s in vain")
