"""How long `streamlit run app.py` takes to its first page, against an empty Streamlit app."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Browser

from scripts.find_chromium import NoChromium
from tests.bench.figures import Aim, Findings, Row, Series
from tests.bench.servers import (
    EMPTY_IS_SEEN,
    FORM_IS_SEEN,
    chromium,
    empty_server,
    plantain_server,
    shown,
)
from tests.bench.site import Site
from tests.journeys.browsing import DESKTOP, opened
from tests.plantain_server import PlantainServer

AIM = Aim(1.5, of_ratio=True)
FIRST = "first page, first start ever"
AGAIN = "first page, started again"


@dataclass(frozen=True, slots=True)
class Starts:
    """Seconds from the command to the health check's answer, and to the rendered page."""

    healthy_s: list[float] = field(default_factory=list)
    page_s: list[float] = field(default_factory=list)


def measure(site: Site) -> Findings:
    """Empty, ours on a new folder, ours on the same folder again; and so on."""
    empty, first, again = Starts(), Starts(), Starts()
    try:
        with chromium() as browser:
            # The first page of all fills the machine's caches, and is nobody's.
            _start(browser, empty_server(site), EMPTY_IS_SEEN, Starts())
            for _ in range(site.pick(5, 1)):
                _start(browser, empty_server(site), EMPTY_IS_SEEN, empty)
                server = plantain_server(site)
                _start(browser, server, FORM_IS_SEEN, first)
                _start(browser, server, FORM_IS_SEEN, again)
    except NoChromium as reason:
        return Findings(tuple(Row(what, aim=AIM, missing=f"{reason}") for what in (FIRST, AGAIN)))
    return Findings(_rows(empty, first, again))


def _start(browser: Browser, server: PlantainServer, seen: str, starts: Starts) -> None:
    """Start a server, open its page in a tab without a past, and stop it."""
    since = _stopwatch()
    with server:
        starts.healthy_s.append(since())
        with opened(browser, DESKTOP) as page:
            shown(page, server, seen)
            starts.page_s.append(since())


def _stopwatch() -> Callable[[], float]:
    begun = time.perf_counter()
    return lambda: time.perf_counter() - begun


def _rows(empty: Starts, first: Starts, again: Starts) -> tuple[Row, ...]:
    whose = "an empty Streamlit app"
    page = Series(empty.page_s, "s", whose)
    healthy = Series(empty.healthy_s, "s", whose)
    return (
        Row(FIRST, Series(first.page_s, "s"), page, AIM),
        Row(AGAIN, Series(again.page_s, "s"), page, AIM),
        Row("of that, to /_stcore/health, first start", Series(first.healthy_s, "s"), healthy),
        Row("of that, to /_stcore/health, again", Series(again.healthy_s, "s"), healthy),
    )
