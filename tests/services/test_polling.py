"""All open runs are looked after by one schedule: until they end, whatever a look meets."""

import threading
from collections.abc import Callable, Iterator

import pytest

from lib.domain.clock import SystemClock
from lib.domain.errors import AnswerLost, TooManyRequests
from lib.services import polling
from lib.services.polling import LOOKS_AT_A_TIME, Polling, pause_after_errors, pause_at_age

PATIENCE_S = 20


class Looks:
    """Answers each look with what it was given for it, the last answer again and again."""

    def __init__(self, *answers: object) -> None:
        self.answers = answers
        self.made: list[str] = []
        self.ended: list[str] = []
        self.changed = threading.Condition()

    def look(self, run_id: str) -> bool:
        with self.changed:
            number = self.made.count(run_id)
            self.made.append(run_id)
            self.changed.notify_all()
        answer = self.answers[min(number, len(self.answers) - 1)]
        if isinstance(answer, BaseException):
            raise answer
        return bool(answer)

    def on_end(self, run_id: str) -> None:
        with self.changed:
            self.ended.append(run_id)
            self.changed.notify_all()

    def wait_for(self, holds: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(holds, PATIENCE_S)


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Looks], Polling]]:
    monkeypatch.setattr(polling, "PACE", ())
    monkeypatch.setattr(polling, "SLOWEST_S", 0.01)
    monkeypatch.setattr(polling, "SHORTEST_PAUSE_AFTER_ERROR_S", 0.01)
    started: list[Polling] = []

    def start_polling(looks: Looks) -> Polling:
        loop = Polling(look=looks.look, on_end=looks.on_end, clock=SystemClock())
        loop.start()
        started.append(loop)
        return loop

    yield start_polling
    for loop in started:
        loop.stop()


def test_a_run_is_looked_at_until_there_is_nothing_more_to_look_for(start):
    looks = Looks(False, False, True)
    start(looks).watch("r1")

    looks.wait_for(lambda: looks.ended == ["r1"])
    assert looks.made == ["r1"] * 3


def test_watching_twice_is_watching_once(start):
    looks = Looks(False, True)
    loop = start(looks)

    loop.watch("r1")
    loop.watch("r1")

    looks.wait_for(lambda: looks.ended == ["r1"])
    assert looks.made == ["r1"] * 2


@pytest.mark.parametrize(
    "trouble", [AnswerLost("cut off"), OSError("disk full"), ValueError("a bug")]
)
def test_a_look_that_fails_is_taken_again(start, trouble: Exception):
    looks = Looks(trouble, trouble, True)
    start(looks).watch("r1")

    looks.wait_for(lambda: looks.ended == ["r1"])


def test_one_run_in_trouble_does_not_hold_up_the_others(start):
    looks = Looks(True)
    stuck = threading.Event()
    look = looks.look
    looks.look = lambda run_id: stuck.wait(PATIENCE_S) if run_id == "bad" else look(run_id)
    loop = start(looks)

    loop.watch("bad")
    loop.watch("good")

    looks.wait_for(lambda: "good" in looks.ended)
    stuck.set()


def test_too_many_requests_pauses_all_looks_as_long_as_the_api_asks(start):
    asked = TooManyRequests("slow down", http_status=429, retry_after_s=3600.0)
    looks = Looks(asked)
    loop = start(looks)
    loop.watch("r1")
    looks.wait_for(lambda: looks.made == ["r1"])

    loop.watch("r2")

    threading.Event().wait(0.3)
    assert looks.made == ["r1"]


def test_what_was_watched_can_be_watched_again(start):
    looks = Looks(True)
    loop = start(looks)
    loop.watch("r1")
    looks.wait_for(lambda: looks.ended == ["r1"])

    loop.watch("r1")

    looks.wait_for(lambda: looks.ended == ["r1", "r1"])


def test_the_older_a_run_the_seldomer_it_is_looked_at():
    pauses = [pause_at_age(age) for age in (1, 30, 120, 1800, 90_000)]

    assert pauses == sorted(pauses)
    assert pauses[0] < 1
    assert pauses[-1] > 20


def test_a_run_that_the_api_has_had_for_long_is_looked_at_soon_and_then_seldom(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(polling, "PACE", ((60.0, 0.01),))
    looks = Looks(False, False, True)
    ages = {"old": polling.OLD_S, "young": 0.0}
    loop = Polling(
        look=looks.look, on_end=looks.on_end, clock=SystemClock(), age_s=ages.__getitem__
    )
    loop.start()

    loop.watch("old")
    looks.wait_for(lambda: looks.made == ["old"])
    loop.watch("young")

    looks.wait_for(lambda: looks.ended == ["young"])
    loop.stop()
    assert looks.made.count("old") == 1


def test_many_old_runs_share_a_few_looks_and_young_ones_do_not_wait_for_them():
    old = [pause_at_age(120.0, old_runs=500) for _ in range(100)]

    assert min(old) >= 0.8 * 500 / polling.OLD_LOOKS_PER_S
    assert pause_at_age(1.0, old_runs=500) < 1
    assert pause_at_age(120.0, old_runs=8) < 4


def test_pauses_after_errors_grow_and_stay_within_their_bound():
    for errors in range(1, 40):
        assert 0 < pause_after_errors(errors) <= polling.SLOWEST_S


class Killed(BaseException):
    """What no look is prepared for."""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_dies_of_a_look_leaves_its_run_to_the_others(start):
    looks = Looks(Killed(), True)
    loop = start(looks)

    loop.watch("r1")

    looks.wait_for(lambda: looks.ended == ["r1"])
    assert looks.made == ["r1", "r1"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_threads_that_have_died_are_replaced(start):
    looks = Looks(*[Killed()] * LOOKS_AT_A_TIME, True)
    loop = start(looks)
    threads = list(loop._threads)
    assert loop.mend() == 0
    loop.watch("r1")
    for thread in threads:
        thread.join(PATIENCE_S)
    assert looks.ended == []
    assert loop.is_watching("r1")

    assert loop.mend() == LOOKS_AT_A_TIME

    looks.wait_for(lambda: looks.ended == ["r1"])
    assert not loop.is_watching("r1")
    assert loop.mend() == 0


def test_after_the_end_no_thread_is_missing(start):
    loop = start(Looks(True))
    loop.stop()
    for thread in loop._threads:
        thread.join(PATIENCE_S)

    assert loop.mend() == 0
