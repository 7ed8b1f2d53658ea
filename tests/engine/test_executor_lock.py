"""One executor a data folder, for as long as its process lives."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_a_lock_whose_file_was_deleted_is_lost_and_can_be_taken_again(tmp_path: Path):
    lock = ExecutorLock(tmp_path / "lock")
    assert lock.acquire()
    assert not lock.is_lost()

    (tmp_path / "lock").unlink()

    assert lock.is_lost()
    assert lock.is_held
    assert lock.take_again()
    assert not lock.is_lost()
    assert not ExecutorLock(tmp_path / "lock").acquire()
    lock.release()
    assert not lock.is_held


def test_a_lost_lock_that_another_has_taken_stays_lost_until_that_one_lets_go(tmp_path: Path):
    first, second = ExecutorLock(tmp_path / "lock"), ExecutorLock(tmp_path / "lock")
    assert first.acquire()
    (tmp_path / "lock").unlink()
    assert second.acquire()

    assert first.is_lost()
    assert not first.take_again()
    assert not second.is_lost()

    second.release()
    assert first.take_again()
    assert not first.is_lost()
    first.release()


def test_a_lock_whose_folder_is_gone_is_lost_and_no_folder_is_made(tmp_path: Path):
    folder = tmp_path / "data"
    folder.mkdir()
    lock = ExecutorLock(folder / "lock")
    assert lock.acquire()
    shutil.rmtree(folder)

    assert lock.is_lost()
    with pytest.raises(FileNotFoundError):
        lock.take_again()
    assert not folder.exists()
    folder.mkdir()
    assert lock.take_again()
    assert not lock.is_lost()
    lock.release()


def test_a_lock_that_was_never_taken_is_not_lost(tmp_path: Path):
    assert not ExecutorLock(tmp_path / "lock").is_lost()


def test_a_file_that_is_replaced_while_it_is_being_locked_is_not_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    flock, replaced = fcntl.flock, []

    def replacing(descriptor: int, how: int) -> None:
        flock(descriptor, how)
        if not replaced:
            replaced.append(os.replace(tmp_path / "other", tmp_path / "lock"))

    (tmp_path / "other").touch()
    monkeypatch.setattr(fcntl, "flock", replacing)
    lock = ExecutorLock(tmp_path / "lock")

    assert lock.acquire()

    monkeypatch.undo()
    assert replaced
    assert not lock.is_lost()
    assert not ExecutorLock(tmp_path / "lock").acquire()
    lock.release()
