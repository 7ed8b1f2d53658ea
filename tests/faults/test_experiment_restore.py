"""The data folder is lost amid an experiment, and an older backup is put back: no cell is bought twice.

The API is not set back. What it says is all there is to know of what was sent since the backup.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lib.bootstrap import Services
from lib.domain.cost_query import CostQuery
from lib.domain.experiment import Design
from lib.domain.experiment_axes import Range
from lib.domain.experiment_progress import Progress
from lib.domain.periods import Period
from tests.domain.designs import grid
from tests.faults.restore_site import (
    LONGEST_S,
    Site,
    a_sandbox,
    all_runs,
    assert_paid_once_and_whole,
    audit_now,
    wait_for_all,
)
from tests.faults.storm import wait_until

CELLS = 36
SENT_AT_LEAST = 10
"""Before the backup."""
MORE = 12
"""Sent after it."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with a_sandbox(tmp_path / "sandbox") as url:
        yield Site(tmp_path / "data", tmp_path / "backup", url)


def design(values: int = CELLS // 3) -> Design:
    found = grid(resolution=["0.5K"], animal=["cat", "dog", "cow"])
    return replace(found, axes=(*found.axes, Range("seed", 1, values)))


def start(services: Services, of: Design) -> str:
    plan = services.experiments.plan(of)
    return services.experiments.start(plan, click_token="start", created_by="ada")


def progress(services: Services, experiment_id: str) -> Progress:
    found = services.experiments.find(experiment_id)
    assert found is not None
    return found.progress


def paused_with(services: Services, experiment_id: str, waiting: int) -> None:
    """Let it go until so few cells wait, and all that it has sent has ended."""
    wait_until(lambda: progress(services, experiment_id).waiting <= waiting, LONGEST_S)
    services.experiments.pause(experiment_id)
    wait_for_all(services)


def lost_amid_an_experiment(site: Site) -> str:
    """Backed up while it goes on; sent on for a while; then the folder is lost, and put back."""
    with site.plantain() as services:
        experiment_id = start(services, design())
        paused_with(services, experiment_id, CELLS - SENT_AT_LEAST)
        site.command("backup", "--to", str(site.backup))
        services.experiments.go_on(experiment_id)
        left = progress(services, experiment_id).waiting
        paused_with(services, experiment_id, left - MORE)
    shutil.rmtree(site.data)
    site.command("restore", str(site.backup))
    return experiment_id


def assert_each_cell_was_bought_once(site: Site, services: Services, experiment_id: str) -> None:
    runs, cells = all_runs(services), services.experiments.cells(experiment_id)
    assert len(runs) == len(site.charges()) == site.posts() == CELLS
    assert_paid_once_and_whole(site, runs)
    assert {cell.run_id for cell in cells} == set(runs)
    assert all(cell.sha256 for cell in cells)
    charged = sum(site.charges().values())
    spent = progress(services, experiment_id).spent_micros
    assert spent == services.costs.report(CostQuery(Period.ALL_TIME)).totals.spend_micros == charged


@pytest.mark.timeout(600)
@pytest.mark.parametrize("is_audited", [True, False])
def test_an_experiment_that_came_back_buys_only_what_was_never_bought(site: Site, is_audited: bool):
    experiment_id = lost_amid_an_experiment(site)
    bought = site.posts()

    with site.plantain() as services:
        if is_audited:
            audit_now(services)
            assert progress(services, experiment_id).waiting == CELLS - bought
        assert site.posts() == bought < CELLS
        services.experiments.go_on(experiment_id)
        wait_until(lambda: progress(services, experiment_id).is_over, LONGEST_S)
        audit_now(services)

        assert_each_cell_was_bought_once(site, services, experiment_id)


@pytest.mark.timeout(600)
def test_an_experiment_that_was_started_after_the_backup_comes_back_as_plain_runs(site: Site):
    few = design(1)
    with site.plantain() as services:
        site.command("backup", "--to", str(site.backup))
        experiment_id = start(services, few)
        wait_until(lambda: progress(services, experiment_id).is_over, LONGEST_S)
        runs = set(all_runs(services))
    shutil.rmtree(site.data)
    site.command("restore", str(site.backup))

    with site.plantain() as services:
        audit_now(services)
        assert services.experiments.find(experiment_id) is None
        found = all_runs(services)

    assert set(found) == runs
    assert_paid_once_and_whole(site, found)
