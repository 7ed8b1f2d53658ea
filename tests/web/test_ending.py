"""Whoever tells Plantain to end sees it end: in good order if it can, without it if it must."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lib.web.ending import LEFT_BEHIND, end_soon_when_asked

ROOT = Path(__file__).parents[2]
NEVER_S = 3_600.0
LONGEST_S = 60
TIMES = 20
PROGRAM = """
import os, signal, sys, threading
from lib.web.ending import end_soon_when_asked

def say(word):  # not by print: a signal may come while it is at work, and it cannot be entered again
    os.write(1, word)

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: say(b"heard\\n"))
end_soon_when_asked(float(sys.argv[1]))
say(b"ready\\n")
hangs = threading.Event()
while not hangs.wait(0.05):
    pass
"""
Start = Callable[[float], subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a program that hears of signals and never ends by itself."""
    started: list[subprocess.Popen[str]] = []

    def starting(within_s: float) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", PROGRAM, str(within_s)]
        pipe = subprocess.PIPE
        program = subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)
        started.append(program)
        assert next_line(program) == "ready"
        return program

    yield starting
    for program in started:
        program.kill()
        program.communicate()


def next_line(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return program.stdout.readline().strip()


def ask(program: subprocess.Popen[str], number: signal.Signals) -> None:
    """Send a signal and wait until it was heard: two that nobody has heard yet would be one."""
    program.send_signal(number)
    assert next_line(program) == "heard"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_hangs_is_ended_when_its_time_is_over(start: Start, number: signal.Signals):
    program = start(0.1)

    program.send_signal(number)
    said, complained = program.communicate(timeout=LONGEST_S)

    assert program.returncode == 128 + number
    assert said == "heard\n"
    assert complained == LEFT_BEHIND.decode()


def test_a_second_ctrl_c_does_not_wait_for_that_time(start: Start):
    program = start(NEVER_S)

    ask(program, signal.SIGINT)
    program.send_signal(signal.SIGINT)

    assert program.wait(LONGEST_S) == 128 + signal.SIGINT


def test_being_told_by_others_again_and_again_is_being_told_once(start: Start):
    program = start(NEVER_S)

    for _ in range(TIMES):
        ask(program, signal.SIGTERM)
    program.send_signal(signal.SIGINT)

    assert program.wait(LONGEST_S) == 128 + signal.SIGTERM


def test_a_thread_that_hears_no_signals_changes_nothing():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    thread = threading.Thread(target=end_soon_when_asked)
    thread.start()
    thread.join()

    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
    assert "ending" not in {thread.name for thread in threading.enumerate()}
