"""Two experiments go on while Plantain is killed again and again: each cell is bought once.

A team's budget is just the sum of both, so that whatever was held or paid twice would not fit.
"""

import os
import sys
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from lib.bootstrap import Services, open_services
from lib.domain.budget import OverBudget, Scope, Strength, Terms, Window
from lib.domain.experiment import Design
from lib.domain.experiment_axes import Range
from lib.domain.experiment_progress import Experiment
from lib.domain.run import CostBasis, RunState
from lib.sandbox import child
from lib.store.database import open_database
from lib.store.experiment_records import ExperimentRecords
from lib.store.records import Records
from tests.domain.designs import grid
from tests.faults.proxy import FaultProxy
from tests.faults.storm import LANDS_WITHIN_S, Storm, wait_until
from tests.faults.test_random_deaths import RICH, SEED, charges, settings_for

CELLS = int(os.environ.get("FAULT_CELLS", "54"))
KILLS = int(os.environ.get("FAULT_KILLS", "3"))
PRICE = 60_000
LONGEST_S = 600.0 + 2 * CELLS
WORDS = ["cat", "dog [lost answer]", "cow"]
"""A third of the answers is lost."""


def design() -> Design:
    """Half of the cells."""
    found = grid(resolution=["0.5K"], animal=WORDS)
    return replace(found, axes=(*found.axes, Range("seed", 1, CELLS // 2 // len(WORDS))))


def start_both(services: Services) -> list[str]:
    """From a second process's place: another one carries them out, or will."""
    assert not services.executes
    plan = services.experiments.plan(design())
    limit = 2 * plan.total_micros
    services.budgets.make(
        Terms(Scope.TEAM, "", Window.MONTH, limit, Strength.HARD, "UTC"), by="local"
    )
    started = [
        services.experiments.start(plan, click_token=f"click {name}", created_by="local")
        for name in ("a", "b", "b")
    ]
    with pytest.raises(OverBudget):
        services.experiments.start(plan, click_token="click c", created_by="local")
    return list(dict.fromkeys(started))


def now(folder: Path, origin: str) -> list[Experiment]:
    database = open_database(folder / "plantain.db")
    try:
        return ExperimentRecords(database, origin=origin).recent(5)
    finally:
        database.dispose()


def what_is_wrong(folder: Path, origin: str, sandbox_url: str) -> list[str]:
    """Compare the cells with their runs, and these with what the API has charged."""
    ledger = charges(sandbox_url)
    paid = Counter(charge["client_ref"] for charge in ledger["charges"])
    database = open_database(folder / "plantain.db")
    runs = {run.id: run for run in Records(database).recent(origin=origin, limit=10 * CELLS)}
    records = ExperimentRecords(database, origin=origin)
    found = records.recent(5)
    cells = [cell for experiment in found for cell in records.cells(experiment.id)]
    database.dispose()
    wrong = [f"cell {cell.key}: {cell.state}" for cell in cells if cell.run_id not in runs]
    wrong += [f"{run.id}: {run.state}" for run in runs.values() if run.state is not RunState.STORED]
    wrong += [f"{run_id}: paid {paid[run_id]} times" for run_id in runs if paid[run_id] != 1]
    wrong += [
        f"{run.id}: {run.cost_basis}"
        for run in runs.values()
        if run.cost_basis is not CostBasis.CONFIRMED
    ]
    whole = 2 * (CELLS // 2 // len(WORDS)) * len(WORDS)
    if not len(cells) == len(runs) == len(paid) == len({one.run_id for one in cells}) == whole:
        wrong.append(f"{whole} cells, {len(cells)} there, {len(runs)} runs, {len(paid)} charges")
    spent = sum(one.progress.spent_micros for one in found)
    if not spent == ledger["total_micros"] == whole * PRICE:
        wrong.append(f"costs of {spent}, charges of {ledger['total_micros']} micro-dollars")
    return wrong


@pytest.mark.timeout(1_200 + 10 * CELLS)
def test_however_often_plantain_is_killed_each_cell_is_bought_once(tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir()
    with ExitStack() as stack:
        api = child.start(data_dir=tmp_path / "sandbox", seconds=0.5, flags=RICH)
        stack.callback(api.stop)
        proxy = FaultProxy(api.base_url, forgets_keys=True, lands_within_s=LANDS_WITHIN_S)
        origin = urlsplit(stack.enter_context(proxy).base_url).netloc
        left: list[tuple[int, int]] = []

        def unfinished() -> int:
            """How many cells are not over; notes how many of them wait, and are under way."""
            progress = [one.progress for one in now(data, origin)]
            left.append((sum(one.waiting for one in progress), sum(one.open for one in progress)))
            return sum(left[-1])

        storm = stack.enter_context(Storm(data, proxy, f"{SEED} experiments", unfinished))
        first = storm.first()
        with open_services(settings_for(data, proxy.base_url)) as services:
            start_both(services)
        storm.hurt(first, "SIGKILL")
        for number in range(1, KILLS):
            life = storm.first()
            wait_until(lambda: unfinished() <= CELLS - number * CELLS // (KILLS + 1), LONGEST_S)  # noqa: B023
            storm.hurt(life, "SIGKILL")
        (waited, was_open), last = left[-1], storm.first()
        wait_until(lambda: not unfinished(), LONGEST_S)
        storm.hurt(last, "SIGTERM")

        said = f"FAULT_SEED={SEED}: {storm.deaths}, unfinished at each: {storm.in_flight}"
        sys.stdout.write(f"\n{said}\n")
        assert what_is_wrong(data, origin, api.base_url) == [], said
        assert waited > 0 < was_open, "the last death came where there was nothing to lose"
