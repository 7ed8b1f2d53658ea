"""How long an experiment of 200 cells takes, 8 in flight, against the ideal and against scripts.

The ideal is cells x run time / 8: a place at the API is never empty. What is in flight is counted
as `PLANTAIN_MAX_OPEN_RUNS` does: runs that the API may have and whose end is not noted here; those
that have ended but whose pictures still come are among them, as they are in the scripts.
"""

import asyncio
import time
from collections.abc import Callable

from lib.bootstrap import Services, open_services
from lib.domain.experiment import Design
from lib.domain.experiment_axes import Range
from lib.settings import Settings
from tests.bench import raw_client
from tests.bench.figures import Aim, Findings, Row, Series
from tests.bench.servers import plantain_of
from tests.bench.site import KEY, MODEL, Site, stored, submit
from tests.bench.waiting import until

IN_FLIGHT = 8
AT_MOST = 1.10
SDK_PAUSE_S = 2.0
"""The official SDK's pace."""
EAGER_PAUSE_S = 0.5
LONGEST_S = 1_800.0


def measure(site: Site) -> Findings:
    """Ours with callbacks and without, and the scripts, one after the other at one sandbox."""
    rows: tuple[Row, ...] = ()
    for seconds in site.pick((2.0, 5.0), (0.2,)):
        rows += _rows(site, seconds)
    return Findings(rows, (__doc__.split("\n\n")[1].replace("\n", " ").strip(),))


def _rows(site: Site, seconds: float) -> tuple[Row, ...]:
    cells = site.pick(200, 8)
    ideal = Series([cells * seconds / IN_FLIGHT], "s", f"cells x run time / {IN_FLIGHT}")
    with site.sandbox(seconds=seconds) as base_url:
        told = _ours(site, base_url, cells, with_callbacks=True)
        polling = _ours(site, base_url, cells, with_callbacks=False)
        eager = _script(site, base_url, cells, EAGER_PAUSE_S)
        sdk = _script(site, base_url, cells, SDK_PAUSE_S)
    what = f"{cells} cells of {seconds:.3g} s, {IN_FLIGHT} in flight"
    rows = (
        Row(f"{what}, callbacks", told, ideal, Aim(AT_MOST, of_ratio=True)),
        Row(f"{what}, no callbacks", polling, ideal, Aim(AT_MOST, of_ratio=True)),
        Row(f"{what}, callbacks", told, eager),
        Row(f"{what}, callbacks", told, sdk),
    )
    site.show(rows)
    return rows


def _ours(site: Site, base_url: str, cells: int, *, with_callbacks: bool) -> Series:
    """From Start to the last picture on disk, by Plantain's own server; started from beside it."""
    server = plantain_of(
        site, base_url, with_callbacks=with_callbacks, plantain_max_open_runs=IN_FLIGHT
    )
    with server:
        settings = Settings(
            runflow_api_key=KEY, runflow_base_url=base_url, plantain_data_dir=server.data_dir
        )
        with open_services(settings) as services:
            stored(services, submit(services, "the first run of all", resolution="0.5K"))
            return Series([_seconds(lambda: _experiment(services, cells))], "s")


def _experiment(services: Services, cells: int) -> None:
    base = {"prompt": "a kite", "resolution": "0.5K"}
    plan = services.experiments.plan(Design(MODEL, base, (Range("seed", 1, cells),)))
    started = services.experiments.start(plan, click_token="start", created_by="bench")

    def is_over() -> bool:
        found = services.experiments.find(started)
        assert found is not None
        return found.progress.is_over

    until(is_over, "the experiment did not end", LONGEST_S, step_s=0.1)
    cells_now = services.experiments.cells(started)
    assert all(cell.sha256 for cell in cells_now), "a picture is missing"


def _script(site: Site, base_url: str, cells: int, pause_s: float) -> Series:
    folder = site.new_folder("raw")
    folder.mkdir()
    prompts = [f"script {pause_s} {number}" for number in range(cells)]
    save_all = raw_client.save_all(
        base_url, prompts, at_once=IN_FLIGHT, folder=folder, pause_s=pause_s
    )
    took = _seconds(lambda: asyncio.run(save_all))
    assert len(list(folder.iterdir())) == cells, "a picture is missing"
    how = "as the SDK" if pause_s == SDK_PAUSE_S else f"Semaphore({IN_FLIGHT})"
    return Series([took], "s", f"httpx script, {how}, asking every {pause_s:.3g} s")


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
