"""A writer killed at any instant leaves the whole picture or none, and the next put repairs."""

import hashlib
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from lib.images.originals import FolderOriginals
from tests.images.child import run_in_child

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork")

DATA = b"paid for " * 5_000
SHA256 = hashlib.sha256(DATA).hexdigest()
STEPS = ("mkdir", "open", "write", "fsync", "close", "replace")


class Death:
    """Kills this very process at the n-th step of the writer: before it, half way, or after it."""

    def __init__(self, at: int, when: str) -> None:
        self.left = at
        self.when = when

    def lies_in_wait(self) -> None:
        for step in STEPS:
            setattr(os, step, self._guarded(getattr(os, step), step))

    def _guarded(self, call: Callable, step: str) -> Callable:
        def guarded(*args, **kwargs):
            self.left -= 1
            if self.left == 0 and self.when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            if self.left == 0 and self.when == "half way" and step == "write":
                args = (args[0], args[1][: len(args[1]) // 2])
            answer = call(*args, **kwargs)
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return guarded


def die_while_putting(originals: FolderOriginals, *, at: int, when: str) -> int:
    def put() -> None:
        Death(at, when).lies_in_wait()
        originals.put(DATA)

    return run_in_child(put)


@pytest.mark.parametrize("when", ["before", "half way", "after"])
def test_no_death_leaves_half_a_picture_under_its_name(tmp_path: Path, when: str):
    deaths = 0
    for at in range(1, 100):
        originals = FolderOriginals(tmp_path / str(at) / "originals")
        ending = die_while_putting(originals, at=at, when=when)
        if originals.path(SHA256).exists():
            originals.verify(SHA256)
        originals.put(DATA)
        originals.verify(SHA256)
        if ending == 0:
            break
        assert ending == -signal.SIGKILL
        deaths += 1

    assert ending == 0
    assert deaths > 15


def test_a_second_death_during_the_repair_is_repaired_as_well(tmp_path: Path):
    for at in range(1, 30):
        originals = FolderOriginals(tmp_path / str(at) / "originals")
        die_while_putting(originals, at=12, when="half way")
        die_while_putting(originals, at=at, when="before")
        originals.put(DATA)
        originals.verify(SHA256)


def test_what_the_dead_leave_is_swept_after_an_hour(tmp_path: Path):
    originals = FolderOriginals(tmp_path / "originals")
    at = 1
    while not any(originals.root.glob("incoming/*.part")):
        die_while_putting(originals, at=at, when="after")
        at += 1
    [part] = originals.root.glob("incoming/*.part")
    died_ms = int(part.stat().st_mtime * 1000)

    assert originals.sweep(died_ms + 3_590_000) == 0
    assert originals.sweep(died_ms + 3_610_000) == 1
    assert not part.exists()
