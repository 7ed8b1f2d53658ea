"""What Plantain's server takes while nothing happens, against an empty Streamlit app."""

import os
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from scripts.find_chromium import NoChromium
from tests.bench.figures import Aim, Findings, Row, Series
from tests.bench.servers import (
    EMPTY_IS_SEEN,
    FORM_IS_SEEN,
    GENERATE,
    chromium,
    empty_server,
    plantain_server,
    shown,
)
from tests.bench.site import Site
from tests.journeys.browsing import DESKTOP, new_context, settled

PROC = Path("/proc/self/stat")
PICTURE = 'img[src*="/app/static/"]'
MB = 1_000_000
WHOSE = "an empty Streamlit app"
MEMORY = Aim(250)
CPU = Aim(5)
RUN_LIMIT_MS = 60_000


@dataclass(frozen=True, slots=True)
class Use:
    """A process alone, without its children: memory in MB, CPU in percent of one core."""

    memory_mb: float
    cpu_percent: float


def measure(site: Site) -> Findings:
    """Both servers at the same time: with a page open, and after it was closed."""
    if not PROC.exists():
        return _not_measured("needs /proc (Linux)")
    try:
        with_page, without = _watched(site)
    except NoChromium as reason:
        return _not_measured(str(reason))
    return Findings((*_rows("a page open", with_page), *_rows("no page open", without)))


def _watched(site: Site) -> tuple[list[Use], list[Use]]:
    """The use of ours and theirs, with a page and without one."""
    seconds = site.pick(20.0, 2.0)
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        ours = stack.enter_context(plantain_server(site))
        theirs = stack.enter_context(empty_server(site))
        pids = [ours.pid, theirs.pid]
        with new_context(browser, DESKTOP) as context:
            _make_a_run(shown(context.new_page(), ours, FORM_IS_SEEN))
            shown(context.new_page(), theirs, EMPTY_IS_SEEN)
            with_page = _use_of(pids, seconds)
        return with_page, _use_of(pids, seconds)


def _make_a_run(page: Page) -> None:
    """Idle means: it has worked before."""
    page.fill(FORM_IS_SEEN, "a red kite over dunes")
    page.click(GENERATE)
    page.wait_for_selector(PICTURE, timeout=RUN_LIMIT_MS)
    settled(page)


def _use_of(pids: list[int], seconds: float) -> list[Use]:
    """Look at the processes over `seconds`, once what was going on has come to rest."""
    time.sleep(seconds / 10)
    before = [_cpu_s(pid) for pid in pids]
    time.sleep(seconds)
    return [
        Use(_memory_mb(pid), (_cpu_s(pid) - then) / seconds * 100)
        for pid, then in zip(pids, before, strict=True)
    ]


def _memory_mb(pid: int) -> float:
    """Resident memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MB


def _cpu_s(pid: int) -> float:
    """User and system time so far; the name in front may hold spaces, so count from its end."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _rows(when: str, uses: list[Use]) -> tuple[Row, Row]:
    memory = [Series([use.memory_mb], "MB", WHOSE) for use in uses]
    cpu = [Series([use.cpu_percent], "%", WHOSE) for use in uses]
    return (
        Row(f"idle memory, {when}", *memory, MEMORY),
        Row(f"idle CPU of one core, {when}", *cpu, CPU),
    )


def _not_measured(reason: str) -> Findings:
    return Findings(
        (
            Row("idle memory", aim=MEMORY, missing=reason),
            Row("idle CPU of one core", aim=CPU, missing=reason),
        )
    )
