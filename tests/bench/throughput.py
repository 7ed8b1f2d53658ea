"""How many runs a second are made and kept with 50 of them open, against a raw asyncio client."""

import asyncio
import resource
import time
from dataclasses import dataclass
from statistics import median

from lib.bootstrap import Services
from lib.domain.run import RunState
from tests.bench import raw_client
from tests.bench.figures import Findings, Row, Series
from tests.bench.site import Site, stored, submit
from tests.bench.waiting import until

OPEN = 50


@dataclass(frozen=True, slots=True)
class Burst:
    """What a burst of runs took: runs a second, this process's CPU (ms a run), each click (ms)."""

    per_second: float
    cpu_ms: float
    clicks_ms: tuple[float, ...] = ()


def measure(site: Site) -> Findings:
    """Several bursts of each, in turn."""
    seconds = site.pick(2.0, 0.2)
    ours: list[Burst] = []
    raw: list[Burst] = []
    with (
        site.sandbox(seconds=seconds) as base_url,
        site.plantain(base_url, plantain_max_open_runs=OPEN) as services,
    ):
        stored(services, submit(services, "the first run of all", resolution="0.5K"))
        for turn in range(site.pick(2, 1)):
            prompts = [f"burst {turn}.{number}" for number in range(site.pick(100, 5))]
            ours.append(_ours(services, prompts))
            raw.append(_raw(site, base_url, prompts))
    return Findings(_rows(ours, raw), (_ceiling(seconds, len(prompts)), _cores(ours, raw)))


def _rows(ours: list[Burst], raw: list[Burst]) -> tuple[Row, ...]:
    whose = f"httpx.AsyncClient, {OPEN} at once"
    pace = [Series([burst.per_second for burst in bursts], "/s", whose) for bursts in (ours, raw)]
    cpu = [Series([burst.cpu_ms for burst in bursts], "ms", whose) for bursts in (ours, raw)]
    clicks = Series([click for burst in ours for click in burst.clicks_ms])
    return (
        Row(f"runs per second, {OPEN} open (more is better)", *pace),
        Row("CPU of the process for one of these runs", *cpu),
        Row(f"durable click while {OPEN} runs are open", clicks),
    )


def _ceiling(seconds: float, runs: int) -> str:
    return (
        f"Runs per second: {runs} runs of {seconds:.3g} s at 0.5K, {OPEN} open, can be no faster "
        f"than {OPEN / seconds:,.0f}/s; the sandbox's process shares this machine's cores."
    )


def _cores(ours: list[Burst], raw: list[Burst]) -> str:
    """How busy each process was, in words."""
    used = [
        median(burst.cpu_ms * burst.per_second / 1000 for burst in bursts) for bursts in (ours, raw)
    ]
    return "Meanwhile Plantain's process used {:.0%} of a core, the raw client {:.0%}.".format(
        *used
    )


def _ours(services: Services, prompts: list[str]) -> Burst:
    begun, cpu_before = time.perf_counter(), _cpu_s()
    clicks = [_click_ms(services, prompt) for prompt in prompts]
    until(lambda: not services.runs.has_open(), "the burst did not end", step_s=0.05)
    burst = _burst(begun, cpu_before, len(prompts), clicks)
    runs = services.runs.recent(len(prompts))
    assert all(run.state is RunState.STORED for run in runs), "a run did not end well"
    return burst


def _click_ms(services: Services, prompt: str) -> float:
    begun = time.perf_counter()
    submit(services, prompt, resolution="0.5K")
    return (time.perf_counter() - begun) * 1000


def _raw(site: Site, base_url: str, prompts: list[str]) -> Burst:
    folder = site.new_folder("raw")
    folder.mkdir()
    begun, cpu_before = time.perf_counter(), _cpu_s()
    asyncio.run(raw_client.save_all(base_url, prompts, at_once=OPEN, folder=folder))
    burst = _burst(begun, cpu_before, len(prompts))
    assert len(list(folder.iterdir())) == len(prompts), "a picture is missing"
    return burst


def _burst(begun: float, cpu_before: float, runs: int, clicks: list[float] | None = None) -> Burst:
    cpu_ms = (_cpu_s() - cpu_before) * 1000
    return Burst(runs / (time.perf_counter() - begun), cpu_ms / runs, tuple(clicks or ()))


def _cpu_s() -> float:
    """The CPU time of this process so far; children not counted."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
