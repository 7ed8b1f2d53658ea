"""Sandboxes for tests: one shared by the tests of a module, and as many more as a test needs."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.receiving import Receiver, receiving
from tests.sandbox.running import RunningSandbox, run_sandbox


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """A sandbox whose runs take no time; shared, so count only what is your own."""
    running = run_sandbox(tmp_path_factory.mktemp("sandbox"), balance="10000")
    yield running
    running.stop()


@pytest.fixture
def start_sandbox(tmp_path: Path) -> Iterator[Callable[..., RunningSandbox]]:
    """Starts sandboxes with options of one's own, one after the other on the same data folder."""
    started: list[RunningSandbox] = []

    def start(**options: Any) -> RunningSandbox:
        for running in started:
            running.stop()
        started[:] = [run_sandbox(tmp_path / "sandbox", **options)]
        return started[0]

    yield start
    for running in started:
        running.stop()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as listening:
        yield listening
