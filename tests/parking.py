"""Runs brought to where only a person can decide, in a Plantain that is open."""

import threading
from collections.abc import Callable

from lib.bootstrap import Services
from lib.domain.clock import SystemClock
from lib.domain.run import CostBasis, Run, RunState
from lib.store.database import open_database
from lib.store.ledger import Ledger

MODEL = "google/nano-banana-2"
NOTE = "The API accepted this run and does not know it any more."
STEP_S = 0.02
STEPS = 3_000


def park(services: Services, prompt: str = "a kite [slow]", token: str = "parked") -> Run:
    """A run that the API has taken and is working on, and that is parked here all the same."""
    values = {"prompt": prompt, "resolution": "0.5K"}
    run_id = services.runs.submit(MODEL, values, click_token=token, created_by="local")
    wait_until(lambda: run_of(services, run_id).state is RunState.ACCEPTED)
    database = open_database(services.settings.plantain_data_dir / "plantain.db")
    try:
        ledger = Ledger(database, SystemClock())
        in_doubt = CostBasis.IN_DOUBT
        assert ledger.finish(run_id, RunState.PARKED, cost_basis=in_doubt, note=NOTE)
    finally:
        database.dispose()
    return run_of(services, run_id)


def run_of(services: Services, run_id: str) -> Run:
    run = services.runs.find(run_id)
    assert run is not None
    return run


def ended(services: Services, run_id: str) -> Run:
    """The run once it has ended."""
    wait_until(lambda: not run_of(services, run_id).is_open)
    return run_of(services, run_id)


def wait_until(holds: Callable[[], bool]) -> None:
    """Look again and again until it holds."""
    pause = threading.Event()
    for _ in range(STEPS):
        if holds():
            return
        pause.wait(STEP_S)
    raise AssertionError("it never came to that")
