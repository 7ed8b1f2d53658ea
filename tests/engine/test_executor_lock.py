"""One executor a data folder, for as long as its process lives."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from lib.engine.executor_lock import ExecutorLock

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from lib.engine.executor_lock import ExecutorLock
print(ExecutorLock(Path(sys.argv[1])).acquire(), flush=True)
sys.stdin.read()
"""


def test_the_second_in_the_same_process_is_refused_until_the_first_lets_go(tmp_path: Path):
    first, second = ExecutorLock(tmp_path / "lock"), ExecutorLock(tmp_path / "lock")

    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_the_lock_of_a_killed_process_is_free_at_once(tmp_path: Path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "lock")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout.readline() == "True\n"
        mine = ExecutorLock(tmp_path / "lock")
        assert not mine.acquire()

        os.kill(other.pid, signal.SIGKILL)
        other.wait()

        assert mine.acquire()
        mine.release()
