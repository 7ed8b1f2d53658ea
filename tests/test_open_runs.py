"""However often Plantain starts again, no more runs are at the API than may be, and all of them end."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from lib.bootstrap import Services, open_services
from lib.domain.run import RunState
from lib.sandbox import child
from lib.settings import Settings
from tests.faults.storm import wait_until

MODEL = "google/nano-banana-2"
MOST = 2
RUNS = 7
LIVES = 3
LONGEST_S = 120.0
UNDER_WAY = {RunState.SENDING, RunState.UNKNOWN, RunState.ACCEPTED}


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    api = child.start(data_dir=tmp_path / "sandbox", seconds=2)
    yield Settings(
        runflow_api_key="rf_live_open_runs",
        runflow_base_url=api.base_url,
        plantain_data_dir=tmp_path / "data",
        plantain_quiet_seconds=1.0,
        plantain_max_open_runs=MOST,
    )
    api.stop()


def click(services: Services) -> None:
    for number in range(RUNS):
        services.runs.submit(
            MODEL,
            {"prompt": f"kite {number}", "resolution": "0.5K"},
            click_token=f"click {number}",
            created_by="local",
        )


def under_way(services: Services) -> int:
    runs = services.runs.recent(limit=RUNS)
    return sum(run.state in UNDER_WAY for run in runs)


def live_until(services: Services, has_ended: Callable[[], bool]) -> int:
    """Returns how many runs were under way at the same time, at most."""
    most = 0

    def look() -> bool:
        nonlocal most
        most = max(most, under_way(services))
        return has_ended()

    wait_until(look, LONGEST_S)
    return most


def sent(settings: Settings) -> int:
    asked = httpx.get(
        f"{settings.runflow_base_url}/sandbox/requests?method=POST", trust_env=False
    ).json()
    return sum(request["path"].endswith("/runs") for request in asked["requests"])


@pytest.mark.timeout(600)
def test_no_restart_brings_more_runs_to_the_api_than_may_be_there(settings: Settings):
    most = []

    for _ in range(LIVES):
        with open_services(settings) as services:
            click(services)  # the same clicks each time
            before = sent(settings)
            most.append(live_until(services, lambda before=before: sent(settings) > before))
    with open_services(settings) as services:
        most.append(live_until(services, lambda: not services.runs.has_open()))
        runs = services.runs.recent(limit=RUNS)

    assert max(most) == MOST, most
    assert sent(settings) == len(runs) == RUNS
    assert {run.state for run in runs} == {RunState.STORED}
