"""Under load: people's experiments take turns, and a click on Generate waits behind two cells at most."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lib.bootstrap import Services, open_services
from lib.domain.experiment_axes import Range
from lib.domain.experiment_turns import AHEAD
from lib.domain.run import Run, RunState
from lib.sandbox import child
from lib.settings import Settings
from tests.domain.designs import MODEL, grid
from tests.faults.storm import wait_until

MOST = 2
CELLS = 8
"""Of each person."""
LONGEST_S = 120.0


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    api = child.start(data_dir=tmp_path / "sandbox", seconds=0.3)
    yield Settings(
        runflow_api_key="rf_live_turns",
        runflow_base_url=api.base_url,
        plantain_data_dir=tmp_path / "data",
        plantain_max_open_runs=MOST,
    )
    api.stop()


def start(services: Services, person: str) -> None:
    found = grid(resolution=["0.5K"])
    plan = services.experiments.plan(replace(found, axes=(*found.axes, Range("seed", 1, CELLS))))
    services.experiments.start(plan, click_token=person, created_by=person)


def in_order_of_sending(services: Services) -> list[Run]:
    sent = [run for run in services.runs.recent(limit=100) if run.sent_at is not None]
    return sorted(sent, key=lambda run: run.sent_at or 0)


def wait_until_sent(services: Services, number: int) -> None:
    wait_until(lambda: len(in_order_of_sending(services)) >= number, LONGEST_S)


@pytest.mark.timeout(300)
def test_people_take_turns_and_a_click_waits_behind_as_many_cells_as_are_queued(
    settings: Settings,
):
    with open_services(settings) as services:
        start(services, "ada")
        start(services, "bo")
        wait_until_sent(services, 4)
        clicked = services.runs.submit(
            MODEL,
            {"prompt": "a click", "resolution": "0.5K"},
            click_token="click",
            created_by="cleo",
        )
        wait_until_sent(services, 2 * CELLS + 1)
        wait_until(lambda: not services.runs.has_open(), LONGEST_S)
        runs = in_order_of_sending(services)

    assert all(run.state is RunState.STORED for run in runs)
    click = next(run for run in runs if run.id == clicked)
    before = [run for run in runs if click.created_at < (run.sent_at or 0) < (click.sent_at or 0)]
    assert len(before) <= AHEAD
    firsts = Counter(run.created_by for run in runs[: CELLS + 1])
    assert min(firsts["ada"], firsts["bo"]) >= (CELLS - MOST - AHEAD) / 2
