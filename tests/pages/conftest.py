"""What tests of the pages share: the real services on a real sandbox, and the pages driven by them."""

import threading
import uuid
from collections.abc import Callable, Iterator

import pytest

from lib.bootstrap import Services, open_services
from lib.domain.run import Run
from lib.settings import Settings
from lib.ui import wiring

STEP_S = 0.02
STEPS = 1_500
MOST_RUNS = 200

Make = Callable[..., Run]
"""What `make` is: a prompt and further input fields, and the run that came of them."""


@pytest.fixture(scope="module")
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    """All services on an empty data folder and a quick sandbox, known to the pages.

    A module's `SETTINGS` are set on top.
    """
    chosen = {"plantain_sandbox_seconds": 0.2, "plantain_quiet_seconds": 1.0}
    chosen |= getattr(request.module, "SETTINGS", {})
    settings = Settings(plantain_data_dir=tmp_path_factory.mktemp("data"), **chosen)
    with open_services(settings) as services:
        wiring.offer(services)
        yield services
        wiring.offer(None)


@pytest.fixture
def services(opened: Services) -> Iterator[Services]:
    """The services of this module, with no run in sight at the test's begin."""
    yield opened
    wait_until(lambda: not opened.runs.has_open())
    for run in opened.runs.recent(MOST_RUNS):
        opened.runs.delete(run.id)


@pytest.fixture
def ended(services: Services) -> Callable[[str], Run]:
    """Waits until a run has ended, and gives it."""

    def wait_for(run_id: str) -> Run:
        wait_until(lambda: not _found(services, run_id).is_open)
        return _found(services, run_id)

    return wait_for


@pytest.fixture
def make(services: Services, ended: Callable[[str], Run]) -> Make:
    """Makes a run in the sandbox and waits for its end."""

    def make(prompt: str = "A red kite", **fields: object) -> Run:
        run_id = services.runs.submit(
            "google/nano-banana-2",
            {"prompt": prompt, **fields},
            click_token=str(uuid.uuid4()),
            created_by="local",
        )
        return ended(run_id)

    return make


def wait_until(holds: Callable[[], bool]) -> None:
    """Look again and again until it holds."""
    pause = threading.Event()
    for _ in range(STEPS):
        if holds():
            return
        pause.wait(STEP_S)
    raise AssertionError("it never came to that")


def _found(services: Services, run_id: str) -> Run:
    run = services.runs.find(run_id)
    assert run is not None
    return run
