"""What Plantain's server takes while hundreds of runs are open, against one with nothing to do.

The runs are made on its folder before it starts, and made older there: the API goes on with them.
"""

import sqlite3
import time
from contextlib import closing

import httpx

from lib.bootstrap import Services
from tests.bench import raw_client
from tests.bench.figures import Aim, Findings, Row, Series
from tests.bench.process_use import Use, can_be_seen, use_of
from tests.bench.servers import plantain_of
from tests.bench.site import Site, submit
from tests.bench.waiting import until
from tests.plantain_server import PlantainServer

IN_FLIGHT = 100
"""The most that Plantain can be told to have in flight; the others wait in its queue."""
CPU = Aim(10)
LOOKS = Aim(5)
AGES_S = {"10 seconds": 10, "10 minutes": 600, "2 hours": 7200}
OLDER = """
    UPDATE run SET created_at = created_at - :ms, accepted_at = accepted_at - :ms
    WHERE state = 'accepted'
"""


def measure(site: Site) -> Findings:
    """Runs of several ages, and beside them a server without any. No page is open."""
    if not can_be_seen():
        return Findings((Row("CPU of one core with 500 open runs", missing="needs /proc (Linux)"),))
    count, in_flight = site.pick((500, IN_FLIGHT), (6, 3))
    rows: tuple[Row, ...] = ()
    with site.sandbox(seconds=2.0) as base_url, raw_client.opened(base_url) as http:
        server = plantain_of(site, base_url, plantain_max_open_runs=in_flight)
        _open_runs(site, base_url, server, count, in_flight)
        with plantain_of(site, base_url) as idle:
            for age, seconds in site.pick(AGES_S, {"10 seconds": 10}).items():
                _make_older(server, seconds)
                rows += _rows(f"{count} open runs, {age} old", *_taken(site, http, server, idle))
    note = f"Open runs: {in_flight} at the API, {count - in_flight} in the queue; no page is open."
    return Findings(rows, (note,))


def _open_runs(
    site: Site, base_url: str, server: PlantainServer, count: int, in_flight: int
) -> None:
    with site.plantain(
        base_url, plantain_data_dir=server.data_dir, plantain_max_open_runs=in_flight
    ) as services:
        for number in range(count):
            submit(services, f"{number} [stuck]")
        until(lambda: _accepted(services, count) >= in_flight, "the API did not take the runs")


def _accepted(services: Services, count: int) -> int:
    return sum(run.accepted_at is not None for run in services.runs.recent(count))


def _make_older(server: PlantainServer, seconds: float) -> None:
    with closing(sqlite3.connect(server.data_dir / "plantain.db")) as db, db:
        db.execute(OLDER, {"ms": seconds * 1000})


def _taken(
    site: Site, http: httpx.Client, server: PlantainServer, idle: PlantainServer
) -> tuple[Use, Use, float]:
    """What both servers take, and how often ours looks at a run, each second."""
    seconds = site.pick(20.0, 2.0)
    with server:
        started_ms = raw_client.now_ms()
        until(lambda: raw_client.looks(http, started_ms), "no run was looked at", step_s=0.2)
        time.sleep(seconds / 4)
        begun_ms = raw_client.now_ms()
        ours, theirs = use_of([server.pid, idle.pid], seconds)
        took_s = (raw_client.now_ms() - begun_ms) / 1000
        return ours, theirs, len(raw_client.looks(http, begun_ms)) / took_s


def _rows(what: str, ours: Use, theirs: Use, looks: float) -> tuple[Row, Row]:
    cpu = Series([theirs.cpu_percent], "%", "Plantain with nothing to do")
    return (
        Row(f"CPU of one core, {what}", Series([ours.cpu_percent], "%"), cpu, CPU),
        Row(f"looks at the API, {what}", Series([looks], "/s"), aim=LOOKS),
    )
