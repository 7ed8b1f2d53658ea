"""What Plantain's server takes while nothing happens, against an empty Streamlit app."""

from contextlib import ExitStack

from playwright.sync_api import Page

from scripts.find_chromium import NoChromium
from tests.bench.figures import Aim, Findings, Row, Series
from tests.bench.process_use import Use, can_be_seen, use_of
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

PICTURE = 'img[src*="/app/static/"]'
WHOSE = "an empty Streamlit app"
MEMORY = Aim(250)
CPU = Aim(5)
RUN_LIMIT_MS = 60_000


def measure(site: Site) -> Findings:
    """Both servers at the same time: with a page open, and after it was closed."""
    if not can_be_seen():
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
        # Each in a window of its own: a tab behind another one is slowed down.
        with new_context(browser, DESKTOP) as one, new_context(browser, DESKTOP) as another:
            _make_a_run(shown(one.new_page(), ours, FORM_IS_SEEN))
            shown(another.new_page(), theirs, EMPTY_IS_SEEN)
            with_page = use_of(pids, seconds)
        return with_page, use_of(pids, seconds)


def _make_a_run(page: Page) -> None:
    """Idle means: it has worked before."""
    page.fill(FORM_IS_SEEN, "a red kite over dunes")
    page.click(GENERATE)
    page.wait_for_selector(PICTURE, timeout=RUN_LIMIT_MS)
    settled(page)


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
