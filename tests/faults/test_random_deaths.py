"""Plantain dies again and again, at random, with a hundred runs in flight: all of them end well."""

import os
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from lib.bootstrap import open_services
from lib.domain.clock import SystemClock
from lib.domain.run import CostBasis, RunState
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.sandbox import child
from lib.settings import Settings
from lib.store.database import open_database
from lib.store.records import Records
from tests.faults.proxy import FaultProxy
from tests.faults.storm import LANDS_WITHIN_S, Storm, wait_until

DEATHS = int(os.environ.get("FAULT_DEATHS", "60"))
SEED = int(os.environ.get("FAULT_SEED", "20261123"))
RUNS = max(100, 3 * DEATHS // 2)
APPS = 10
RICH = ("--balance", "100000")
FREEZES = 2
LONGEST_END_S = 600.0 + DEATHS
SLOWEST_S = {"a fast API": 0.02, "a slow API": 1.0}
"""How long a request is on its way at most; a storm for each."""
WORDS = ["", "", "", "", " [lost answer]", " [error after accept]", " [rate limited once]"]


def settings_for(folder: Path, base_url: str) -> Settings:
    return Settings(
        runflow_api_key="rf_live_deaths", runflow_base_url=base_url, plantain_data_dir=folder
    )


def queue_runs(folder: Path, base_url: str) -> None:
    """From a second process's place: the lock is another's, so this one only queues."""
    with open_services(settings_for(folder, base_url)) as services:
        assert not services.executes
        for number in range(RUNS):
            services.runs.submit(
                "google/nano-banana-2",
                {"prompt": f"kite {number}{WORDS[number % len(WORDS)]}", "resolution": "0.5K"},
                click_token=f"click {number}",
                created_by="local",
            )


def open_runs(folder: Path, origin: str) -> int:
    database = open_database(folder / "plantain.db")
    try:
        return len(Records(database).open_ids(origin=origin))
    finally:
        database.dispose()


def charges(sandbox_url: str) -> dict[str, Any]:
    return httpx.get(f"{sandbox_url}/sandbox/ledger", trust_env=False).json()


def what_is_wrong(folder: Path, origin: str, sandbox_url: str) -> list[str]:
    """Compare Plantain's ledger and disk with what the API has charged."""
    ledger = charges(sandbox_url)
    paid = [charge["client_ref"] for charge in ledger["charges"]]
    database = open_database(folder / "plantain.db")
    runs = Records(database).recent(origin=origin, limit=10 * RUNS)
    database.dispose()
    wrong = [
        f"{run.id}: {run.state}, {run.note}" for run in runs if run.state is not RunState.STORED
    ]
    wrong += [
        f"{run.id}: paid {paid.count(run.id)} times" for run in runs if paid.count(run.id) != 1
    ]
    wrong += [
        f"{run.id}: {run.cost_basis}" for run in runs if run.cost_basis != CostBasis.CONFIRMED
    ]
    if len(runs) != RUNS or len(paid) != RUNS:
        wrong.append(f"{RUNS} clicks, {len(runs)} runs, {len(paid)} charges")
    spent = sum(run.cost_micros or 0 for run in runs)
    if spent != ledger["total_micros"]:
        wrong.append(f"costs of {spent}, charges of {ledger['total_micros']} micro-dollars")
    for run in runs:
        for picture in run.pictures:
            FolderOriginals(folder / "pictures").verify(picture.sha256)
    return wrong


def left_over_after_an_hour(folder: Path) -> list[Path]:
    """Halves of pictures that their writers left: the next start of an hour later sweeps them."""
    in_two_hours = SystemClock().now_ms() + 2 * 3_600_000
    originals = FolderOriginals(folder / "pictures")
    for kept in (originals, FolderThumbnails(folder / "thumbnails", originals)):
        kept.sweep(in_two_hours)
    return list(folder.rglob("*.part"))


@dataclass
class Outcome:
    """What a storm did, and what was left of Plantain's promises."""

    storm: Storm
    paid_among_deaths: int
    wrong: list[str]


def ride_out(folder: Path, slowest_s: float) -> Outcome:
    """A storm over a hundred runs, at an API of its own."""
    data, chance = folder / "data", random.Random(f"{SEED} {slowest_s}")
    data.mkdir(parents=True)
    with ExitStack() as stack:
        api = child.start(data_dir=folder / "sandbox", seconds=1.5, flags=RICH)
        stack.callback(api.stop)
        proxy = FaultProxy(api.base_url, forgets_keys=True, lands_within_s=LANDS_WITHIN_S)
        proxy.latency = lambda: chance.uniform(0, slowest_s)
        origin = urlsplit(stack.enter_context(proxy).base_url).netloc
        storm = stack.enter_context(
            Storm(data, proxy, f"{SEED} {slowest_s}", lambda: open_runs(data, origin))
        )
        first = storm.first()
        queue_runs(data, proxy.base_url)
        storm.hurt(first, "SIGKILL")
        storm.rage(DEATHS // 2 - 1, apps=min(APPS // 2, DEATHS // 4), freezes=FREEZES)
        paid_among_deaths = len(charges(api.base_url)["charges"])

        last = storm.first()
        wait_until(lambda: not open_runs(data, origin), LONGEST_END_S)
        storm.hurt(last, "SIGTERM")

        wrong = what_is_wrong(data, origin, api.base_url)
        wrong += [f"{path} is left over" for path in left_over_after_an_hour(data)]
        return Outcome(storm, paid_among_deaths, wrong)


@pytest.mark.timeout(1_800 + 10 * DEATHS)
def test_however_often_plantain_dies_every_run_is_stored_and_paid_once(tmp_path: Path):
    with ThreadPoolExecutor(len(SLOWEST_S)) as pool:
        begun = {
            api: pool.submit(ride_out, tmp_path / api.replace(" ", "-"), slowest_s)
            for api, slowest_s in SLOWEST_S.items()
        }

    for api, outcome in {api: storm.result() for api, storm in begun.items()}.items():
        storm = outcome.storm
        said = f"FAULT_SEED={SEED}, {api}: {len(storm.deaths)} deaths: {storm.deaths}, "
        said += f"{outcome.paid_among_deaths} runs paid among them, "
        said += f"runs in flight at each: {storm.in_flight}"
        sys.stdout.write(f"\n{said}\nstarts of up to {max(storm.starts_s):.2f} s\n")
        assert outcome.wrong == [], said
        assert len(storm.deaths) >= DEATHS // 2
        assert outcome.paid_among_deaths > RUNS // 10, "it never lived long enough to pay"
        assert all(storm.in_flight[: len(storm.deaths) // 2]), "it died with nothing to lose"
