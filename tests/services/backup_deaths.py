"""A backup or a restore in a process of its own, killed before or after a change of the disk.

Started once, it imports everything and forks a child for each line on its input:
`backup|restore <data folder> <backup> <kill at>`. Each call that changes what is on the disk is two
points, before it and after it; at point number `kill at` the child kills itself; 0 lets it live.
The answer on a line: how the child ended (0, or -9), and how many points it passed if it lived.
"""

import os
import signal
import sys
from pathlib import Path

from lib.domain.clock import SystemClock
from lib.services.backups.backup import make_backup
from lib.services.backups.restore import restore
from lib.settings import Settings

CALLS = ("replace", "rename", "link", "mkdir", "unlink", "rmdir", "fsync")


class Points:
    """Counts the points that are passed, and ends the process at one of them."""

    def __init__(self, kill_at: int) -> None:
        self.passed = 0
        self._kill_at = kill_at

    def __call__(self) -> None:
        self.passed += 1
        if self.passed == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def count(self, call):
        def counted(*args, **options):
            self()
            result = call(*args, **options)
            self()
            return result

        return counted


def live(what: str, data: Path, place: Path, kill_at: int) -> int:
    """Do it; returns the number of points."""
    points = Points(kill_at)
    for name in CALLS:
        setattr(os, name, points.count(getattr(os, name)))
    settings = Settings(plantain_data_dir=data)
    if what == "backup":
        make_backup(settings, place, clock=SystemClock())
    else:
        restore(settings, place, clock=SystemClock())
    return points.passed


def main() -> None:
    for line in sys.stdin:
        what, data, place, kill_at = line.split()
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writer, str(live(what, Path(data), Path(place), int(kill_at))).encode())
            os._exit(0)
        os.close(writer)
        _, status = os.waitpid(child, 0)
        passed = os.read(reader, 100).decode() or "0"
        os.close(reader)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)} {passed}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
