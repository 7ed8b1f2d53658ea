"""Whose turn it is: one executes, the others serve pages, and one of them follows when it ends."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lib.engine.executor_lock import ExecutorLock
from lib.services.shift import Shift

PATIENCE_S = 20


class NotNow(Exception):
    """What opening raises when something is not to be had for now."""


@dataclass
class Opened:
    """Services as far as a shift knows them."""

    executes: bool


@dataclass
class House:
    """One process: what it opens and closes and offers, in order."""

    folder: Path
    story: list[str] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    offered: Opened | None = None
    changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def open(self, lock: ExecutorLock) -> Iterator[Opened]:
        if self.troubles and lock.is_held:
            raise self.troubles.pop(0)
        opened = Opened(lock.is_held or lock.acquire())
        kind = "executor" if opened.executes else "pages"
        self.tell(f"open {kind}")
        yield opened
        self.tell(f"close {kind}")

    def offer(self, opened: Opened | None) -> None:
        self.offered = opened
        self.tell("offer nothing" if opened is None else "offer")

    def tell(self, what: str) -> None:
        with self.changed:
            self.story.append(what)
            self.changed.notify_all()

    def wait_for(self, what: str) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: what in self.story, PATIENCE_S), self.story

    def shift(self) -> Shift[Opened]:
        return Shift(
            ExecutorLock(self.folder / "lock"),
            self.open,
            self.offer,
            expected=NotNow,
            between_looks_s=0.02,
            grace_s=0.02,
        )


def test_the_first_executes_and_the_second_follows_when_it_ends(tmp_path: Path):
    one, two = House(tmp_path), House(tmp_path)
    first, second = one.shift(), two.shift()
    first.start()
    second.start()
    assert (one.offered, two.offered) == (Opened(True), Opened(False))

    first.stop()

    assert one.story == ["open executor", "offer", "offer nothing", "close executor"]
    two.wait_for("close pages")
    assert two.story == ["open pages", "offer", "open executor", "offer", "close pages"]
    assert two.offered == Opened(True)
    second.stop()
    assert two.story[-2:] == ["offer nothing", "close executor"]
    assert ExecutorLock(tmp_path / "lock").acquire()


def test_nothing_is_taken_over_while_the_other_lives(tmp_path: Path):
    one, two = House(tmp_path), House(tmp_path)
    first, second = one.shift(), two.shift()
    first.start()
    second.start()

    for _ in range(3):
        first.look()
        second.look()

    assert two.story == ["open pages", "offer"]
    assert one.story == ["open executor", "offer"]
    second.stop()
    first.stop()


def test_a_take_over_that_fails_leaves_the_pages_and_is_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    two = House(tmp_path, troubles=[NotNow("the sandbox's folder is taken"), OSError("broken")])
    held = ExecutorLock(tmp_path / "lock")
    assert held.acquire()
    second = two.shift()
    second.start()

    held.release()

    two.wait_for("close pages")
    assert two.offered == Opened(True)
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert "cannot take over yet: the sandbox's folder is taken" in told[0].message
    assert told[0].exc_info is None
    assert "could not take over" in told[1].message
    second.stop()


def test_a_start_that_fails_leaves_the_lock_to_others(tmp_path: Path):
    house = House(tmp_path)
    shift = house.shift()

    def failing(lock: ExecutorLock):
        assert lock.acquire()
        raise NotNow("no database")

    shift._open_services = failing
    with pytest.raises(NotNow):
        shift.start()

    assert ExecutorLock(tmp_path / "lock").acquire()


def test_services_that_still_give_the_lock_up_are_left_to_do_so(tmp_path: Path):
    house = House(tmp_path)
    shift = house.shift()
    shift.start()
    house.offered.executes = False

    shift.look()
    assert house.story == ["open executor", "offer"]

    shift._lock.release()
    house.wait_for("close executor")
    assert house.story[2:] == ["open executor", "offer", "close executor"]
    shift.stop()
