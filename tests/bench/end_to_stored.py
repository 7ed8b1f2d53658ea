"""How long after a run's end at the API its picture is kept, against raw clients that poll."""

import random
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx

from lib.bootstrap import Services
from lib.domain.run import Run
from tests.bench import raw_client
from tests.bench.figures import Findings, Row, Series
from tests.bench.site import Site, stored, submit

SDK_PAUSE_S = 2.0
"""The official SDK's pace."""
EAGER_PAUSE_S = 0.5
RUNS_OF_EACH = 8


@dataclass(frozen=True, slots=True)
class Delays:
    """Milliseconds from the API's end to the picture on disk, one for each run."""

    ours: list[float] = field(default_factory=list)
    sdk: list[float] = field(default_factory=list)
    eager: list[float] = field(default_factory=list)


def measure(site: Site) -> Findings:
    """Runs of a few seconds, and older ones, which Plantain looks at less often."""
    young, rounds = site.pick((5.0, 2), (0.3, 1))
    rows = _rows(f"a run of {young:.3g} s", _side_by_side(site, young, rounds))
    if not site.quick:
        rows += _rows("a run of 12 s", _side_by_side(site, 12.0, 1))
    return Findings(rows)


def _rows(of: str, delays: Delays) -> tuple[Row, Row]:
    what, ours = f"API's end to stored, {of}, 1K", Series(delays.ours)
    sdk = Series(delays.sdk, whose=f"raw loop, every {SDK_PAUSE_S:.0f} s as the SDK")
    eager = Series(delays.eager, whose=f"raw loop, every {EAGER_PAUSE_S} s")
    return Row(what, ours, sdk), Row(what, ours, eager)


def _side_by_side(site: Site, seconds: float, rounds: int) -> Delays:
    """All three at the same time, so that they meet the same noise; each waits almost always."""
    delays = Delays()
    with (
        site.sandbox(seconds=seconds) as base_url,
        site.plantain(base_url, plantain_max_open_runs=50) as services,
        raw_client.opened(base_url) as http,
        ThreadPoolExecutor(3 * RUNS_OF_EACH) as pool,
    ):
        stored(services, submit(services, "the first run of all"))
        for turn in range(rounds):
            _one_round(site, services, http, pool, turn, delays)
    return delays


def _one_round(
    site: Site,
    services: Services,
    http: httpx.Client,
    pool: ThreadPoolExecutor,
    turn: int,
    delays: Delays,
) -> None:
    folder = site.new_folder("raw")
    folder.mkdir()
    waits: list[tuple[list[float], Future[float]]] = []
    ours: list[str] = []
    for number in range(site.pick(RUNS_OF_EACH, 2)):
        time.sleep(random.uniform(0.1, 0.3))
        name = f"{turn}.{number}"
        ours.append(submit(services, f"ours {name}", resolution="1K"))
        for found, pause_s in ((delays.sdk, SDK_PAUSE_S), (delays.eager, EAGER_PAUSE_S)):
            run_id = raw_client.create(http, f"raw {pause_s} {name}", resolution="1K")
            file = folder / f"{run_id}.png"
            wait = pool.submit(raw_client.end_to_file_ms, http, run_id, pause_s, file)
            waits.append((found, wait))
    for found, wait in waits:
        found.append(wait.result())
    delays.ours.extend(_delay_ms(stored(services, run_id)) for run_id in ours)


def _delay_ms(run: Run) -> float:
    assert run.settled_at is not None
    assert run.remote_body is not None
    return run.settled_at - raw_client.ended_ms(run.remote_body)
