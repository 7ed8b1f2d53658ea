"""A hint moves a look up: one run is in one schedule, and many hints are few looks."""

import threading
from collections.abc import Callable, Iterator

import pytest

from lib.domain.clock import SystemClock
from lib.domain.errors import TooManyRequests
from lib.services import polling
from lib.services.polling import Polling
from tests.services.test_polling import Looks

SOON_S = 0.3
"""Long enough for a look that should not be made to show itself."""


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Looks], Polling]]:
    """Polls so seldom that only hints lead to looks."""
    monkeypatch.setattr(polling, "PACE", ())
    monkeypatch.setattr(polling, "SLOWEST_S", 3600.0)
    started: list[Polling] = []

    def start_polling(looks: Looks) -> Polling:
        loop = Polling(look=looks.look, on_end=looks.on_end, clock=SystemClock())
        loop.start()
        started.append(loop)
        return loop

    yield start_polling
    for loop in started:
        loop.stop()


def wait_a_little() -> None:
    threading.Event().wait(SOON_S)


def test_a_hint_leads_to_a_look_at_once(start):
    looks = Looks(True)
    loop = start(looks)
    loop.watch("r1")

    loop.look_now("r1")

    looks.wait_for(lambda: looks.ended == ["r1"])
    assert looks.made == ["r1"]


def test_a_hint_about_a_run_that_nobody_watches_begins_to_watch_it(start):
    looks = Looks(True)

    start(looks).look_now("r1")

    looks.wait_for(lambda: looks.ended == ["r1"])


def test_a_thousand_hints_are_one_look_and_one_more_later(start, monkeypatch):
    monkeypatch.setattr(polling, "BETWEEN_HINTS_S", 2 * SOON_S)
    looks = Looks(False)
    loop = start(looks)
    for _ in range(1_000):
        loop.look_now("r1")
    looks.wait_for(lambda: looks.made == ["r1"])
    for _ in range(1_000):
        loop.look_now("r1")

    wait_a_little()
    assert looks.made == ["r1"]
    looks.wait_for(lambda: looks.made == ["r1"] * 2)
    wait_a_little()
    assert looks.made == ["r1"] * 2


def test_a_hint_during_a_look_is_not_lost(start, monkeypatch):
    monkeypatch.setattr(polling, "BETWEEN_HINTS_S", 0.05)
    begun, go_on = threading.Event(), threading.Event()
    looks = Looks(False, True)
    look = looks.look

    def slow_look(run_id: str) -> bool:
        answer = look(run_id)
        begun.set()
        go_on.wait(10)
        return answer

    looks.look = slow_look
    loop = start(looks)
    loop.look_now("r1")
    assert begun.wait(10)

    loop.look_now("r1")
    go_on.set()

    looks.wait_for(lambda: looks.ended == ["r1"])
    assert looks.made == ["r1"] * 2


def test_a_run_that_is_hinted_at_stays_in_one_schedule(start, monkeypatch):
    """Its place of before must not lead to a second row of looks."""
    monkeypatch.setattr(polling, "SLOWEST_S", SOON_S / 2)
    monkeypatch.setattr(polling, "BETWEEN_HINTS_S", 3600.0)
    at_once, most_at_once, lock = [0], [0], threading.Lock()

    def look(run_id: str) -> bool:
        with lock:
            at_once[0] += 1
            most_at_once[0] = max(most_at_once[0], at_once[0])
        wait_a_little()
        with lock:
            at_once[0] -= 1
        return looks_made_with(run_id)

    looks = Looks(False, False, False, True)
    looks_made_with, looks.look = looks.look, look
    loop = start(looks)
    loop.watch("r1")

    loop.look_now("r1")

    looks.wait_for(lambda: looks.ended == ["r1"])
    assert most_at_once == [1]
    assert looks.made == ["r1"] * 4


def test_watching_says_whether_it_is_new(start):
    loop = start(Looks(False))

    assert loop.watch("r1")
    assert not loop.watch("r1")


def test_a_hint_does_not_break_the_pause_that_the_api_asked_for(start):
    looks = Looks(TooManyRequests("slow down", http_status=429, retry_after_s=3600.0))
    loop = start(looks)
    loop.look_now("r1")
    looks.wait_for(lambda: looks.made == ["r1"])
    wait_a_little()

    loop.look_now("r2")

    wait_a_little()
    assert looks.made == ["r1"]


def test_after_too_many_requests_all_looks_pause_with_full_jitter(start, monkeypatch):
    asked: list[tuple[float, float]] = []

    def uniform(low: float, high: float) -> float:
        asked.append((low, high))
        return high

    monkeypatch.setattr(polling.random, "uniform", uniform)
    monkeypatch.setattr(polling, "PAUSE_AFTER_429_S", 1800.0)
    looks = Looks(TooManyRequests("slow down", http_status=429))
    loop = start(looks)
    loop.look_now("r1")
    looks.wait_for(lambda: looks.made == ["r1"])
    wait_a_little()

    loop.look_now("r2")

    wait_a_little()
    assert looks.made == ["r1"]
    assert (0, 1800.0) in asked
