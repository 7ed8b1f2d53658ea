"""What is told of the database, and when: by a clock that the test sets."""

import threading
from pathlib import Path

import pytest

from lib.services.database_watch import (
    BETWEEN_READS_OF_DAMAGED_S,
    BETWEEN_READS_S,
    BETWEEN_WRITES_S,
    FIRST_READ_S,
    LOCKED_FOR_S,
    LONGEST_READ_S,
    DatabaseWatch,
)
from lib.store.health import Ailment, Finding
from tests.set_clock import SetClock

LOCKED = Finding(Ailment.LOCKED, "database is locked")
READ_ONLY = Finding(Ailment.NOT_WRITABLE, "attempt to write a readonly database")
DAMAGED = Finding(Ailment.DAMAGED, "run: btreeInitPage() returns error code 11")


class SetHealth:
    """A database as well as the test says."""

    def __init__(self) -> None:
        self.is_file_gone = False
        self.at_a_look: Finding | None = None
        self.in_its_pages: Finding | None = None
        self.is_suspect = False
        self.readings = 0
        self.rescued: list[str] = []
        self.can_rescue = True
        self.logs_emptied = 0
        self.writes: list[bool] = []
        self.hangs: threading.Event | None = None

    def is_gone(self) -> bool:
        return self.is_file_gone

    def look(self, *, writes: bool = False) -> Finding | None:
        self.writes.append(writes)
        return self.at_a_look

    def rescue(self, target: Path) -> bool:
        self.rescued.append(target.name)
        return self.can_rescue

    def empty_log(self) -> None:
        self.logs_emptied += 1

    def take_suspicion(self) -> bool:
        was, self.is_suspect = self.is_suspect, False
        return was

    def read_through(self, may_go_on) -> Finding | None:
        self.readings += 1
        while self.hangs is not None and may_go_on():
            self.hangs.wait(0.01)
        return self.in_its_pages


@pytest.fixture
def health() -> SetHealth:
    return SetHealth()


@pytest.fixture
def watch(health: SetHealth, clock: SetClock, tmp_path: Path) -> DatabaseWatch:
    return DatabaseWatch(health, clock, tmp_path)


def look_after(watch: DatabaseWatch, clock: SetClock, seconds: float) -> Finding | None:
    """Let time pass, look, and wait for a reading that was begun."""
    clock.pass_s(seconds)
    watch.look()
    if watch._reading is not None:
        watch._reading.join(20)
    return watch.finding()


def test_what_a_look_finds_is_told_until_it_is_over(watch, health, clock):
    health.at_a_look = READ_ONLY
    assert look_after(watch, clock, 1) is READ_ONLY

    health.at_a_look = None
    assert look_after(watch, clock, 1) is None


def test_a_file_that_is_gone_is_told_without_a_look(watch, health):
    health.is_file_gone = True
    assert watch.finding().ailment is Ailment.GONE

    health.is_file_gone = False
    assert watch.finding() is None


def test_a_lock_is_told_only_when_it_lasts(watch, health, clock):
    health.at_a_look = LOCKED
    assert look_after(watch, clock, 1) is None
    assert look_after(watch, clock, LOCKED_FOR_S - 1) is None
    assert look_after(watch, clock, 1) is LOCKED

    health.at_a_look = None
    assert look_after(watch, clock, 1) is None
    health.at_a_look = LOCKED
    assert look_after(watch, clock, 1) is None


def test_the_pages_are_read_soon_after_the_start_and_then_daily(watch, health, clock):
    look_after(watch, clock, 0)
    assert health.readings == 0
    look_after(watch, clock, FIRST_READ_S)
    assert health.readings == 1
    look_after(watch, clock, BETWEEN_READS_S - 1)
    assert health.readings == 1
    look_after(watch, clock, 1)
    assert health.readings == 2


def test_damage_is_told_until_a_later_reading_finds_none(watch, health, clock):
    health.in_its_pages = DAMAGED
    assert look_after(watch, clock, FIRST_READ_S) is DAMAGED
    assert look_after(watch, clock, 1) is DAMAGED

    health.in_its_pages = None
    assert look_after(watch, clock, BETWEEN_READS_OF_DAMAGED_S) is None


def test_a_suspicion_has_the_pages_read_at_once(watch, health, clock):
    look_after(watch, clock, FIRST_READ_S)
    health.is_suspect, health.in_its_pages = True, DAMAGED

    assert look_after(watch, clock, 1) is DAMAGED


def test_a_reading_that_was_cut_short_takes_no_damage_back(watch, health, clock):
    health.in_its_pages = DAMAGED
    look_after(watch, clock, FIRST_READ_S)
    health.in_its_pages, health.hangs = None, threading.Event()
    clock.pass_s(BETWEEN_READS_OF_DAMAGED_S)
    watch.look()
    assert watch._is_reading()

    clock.pass_s(LONGEST_READ_S)
    watch._reading.join(20)

    assert watch.finding() is DAMAGED


def test_stopping_breaks_a_reading_off(watch, health, clock):
    health.hangs = threading.Event()
    clock.pass_s(FIRST_READ_S)
    watch.look()

    watch.stop()

    assert not watch._is_reading()


def test_a_page_is_really_written_once_a_minute(watch, health, clock):
    for _ in range(5):
        look_after(watch, clock, BETWEEN_WRITES_S / 2)

    assert health.writes == [False, True, False, True, False]


def test_what_is_in_a_file_that_is_gone_is_rescued_once(watch, health, clock):
    health.is_file_gone, health.can_rescue = True, False
    look_after(watch, clock, 1)
    assert watch.finding() == Finding(Ailment.GONE, "")

    health.can_rescue = True
    for _ in range(2):
        look_after(watch, clock, 1)

    assert health.rescued == ["plantain-rescued-20261118-110641.db", health.rescued[1]]
    assert health.rescued[1] in watch.finding().detail
    assert health.logs_emptied == 3


def test_the_log_of_a_file_that_is_gone_is_emptied_at_the_end_too(watch, health):
    watch.stop()
    assert health.logs_emptied == 0

    health.is_file_gone = True
    watch.stop()
    assert health.logs_emptied == 1
