"""What processes take, as Linux counts it."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Use:
    """A process alone, without its children: memory in MB, CPU in percent of one core."""

    memory_mb: float
    cpu_percent: float


def can_be_seen() -> bool:
    """Whether this system tells what a process takes."""
    return Path("/proc/self/stat").exists()


def use_of(pids: Sequence[int], seconds: float) -> list[Use]:
    """Look at the processes over `seconds`, once what was going on has come to rest."""
    time.sleep(seconds / 10)
    before = [_cpu_s(pid) for pid in pids]
    time.sleep(seconds)
    return [
        Use(_memory_mb(pid), (_cpu_s(pid) - then) / seconds * 100)
        for pid, then in zip(pids, before, strict=True)
    ]


def _memory_mb(pid: int) -> float:
    """Resident memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MB


def _cpu_s(pid: int) -> float:
    """User and system time so far; the name in front may hold spaces, so count from its end."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
