"""How soon a Plantain that was killed goes on with its open runs, against a start without any."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import httpx

from lib.bootstrap import Services
from lib.domain.run import RunState
from tests.bench import raw_client
from tests.bench.figures import Aim, Findings, Row, Series
from tests.bench.servers import plantain_of
from tests.bench.site import Site, submit
from tests.bench.waiting import until
from tests.plantain_server import PlantainServer

AIM = Aim(5)


@dataclass(frozen=True, slots=True)
class Starts:
    """Seconds from the command: to the health check, to the first look at a run, and at the last."""

    healthy_s: list[float] = field(default_factory=list)
    first_s: list[float] = field(default_factory=list)
    all_s: list[float] = field(default_factory=list)


def measure(site: Site) -> Findings:
    """With open runs and without, in turn; each life ends by SIGKILL."""
    count = site.pick(20, 3)
    busy, idle = Starts(), Starts()
    with (
        site.sandbox(seconds=0.5) as base_url,
        raw_client.opened(base_url) as http,
    ):
        servers = [plantain_of(site, base_url, plantain_max_open_runs=count) for _ in range(2)]
        remote_ids = _open_runs(site, base_url, servers[0], count)
        for turn in range(site.pick(6, 1) + 1):
            # The first lives fill the machine's caches, and end no open run by a kill yet.
            _live(servers[0], http, remote_ids, busy if turn else Starts())
            _live(servers[1], http, (), idle if turn else Starts())
    return Findings(_rows(count, busy, idle))


def _open_runs(site: Site, base_url: str, server: PlantainServer, count: int) -> set[str]:
    """Runs on the server's folder that the API has taken and will not end; its ids of them."""
    with site.plantain(
        base_url, plantain_data_dir=server.data_dir, plantain_max_open_runs=count
    ) as services:
        ids = [submit(services, f"{number} [stuck]") for number in range(count)]
        until(lambda: _are_accepted(services, ids), "the API did not take the runs")
        return {str(run.remote_id) for run in services.runs.recent(count)}


def _are_accepted(services: Services, ids: Iterable[str]) -> bool:
    runs = map(services.runs.find, ids)
    return all(run is not None and run.state is RunState.ACCEPTED for run in runs)


def _live(
    server: PlantainServer, http: httpx.Client, remote_ids: Iterable[str], starts: Starts
) -> None:
    """One life, from its start until each of the runs was looked at."""
    begun_ms, begun_s = raw_client.now_ms(), time.perf_counter()
    with server:
        starts.healthy_s.append(time.perf_counter() - begun_s)
        awaited = {raw_client.RUN + remote_id for remote_id in remote_ids}
        if awaited:
            until(lambda: awaited <= _first_looks(http, begun_ms).keys(), "a run was forgotten")
            after_s = _first_looks(http, begun_ms).values()
            starts.first_s.append(min(after_s))
            starts.all_s.append(max(after_s))
        server.kill()


def _first_looks(http: httpx.Client, since_ms: float) -> Mapping[str, float]:
    """Seconds from a moment to the first look at each run, by its path."""
    first: dict[str, float] = {}
    for path, at in raw_client.looks(http, since_ms):
        first.setdefault(path, (at - since_ms) / 1000)
    return first


def _rows(count: int, busy: Starts, idle: Starts) -> tuple[Row, ...]:
    whose = "start with none open, to health"
    healthy = Series(idle.healthy_s, "s", whose)
    what = f"killed with {count} open runs: start to "
    return (
        Row(f"{what}the first look at one", Series(busy.first_s, "s"), healthy, AIM),
        Row(f"{what}a look at each", Series(busy.all_s, "s"), healthy, AIM),
        Row(f"{what}/_stcore/health", Series(busy.healthy_s, "s"), healthy),
    )
