"""The page of an experiment with a thousand cells: until it is seen, drawn again, and scrolled.

Beside it an empty app of Streamlit, which costs what Streamlit itself does. Drawn again is a whole
rerun, asked for by Streamlit's own key.
"""

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from math import prod
from typing import Any

from playwright.sync_api import Page

from lib.domain.experiment_layout import laid_out, usual
from lib.store.database import open_database
from lib.store.experiment_records import ExperimentRecords
from lib.ui.experiment_sheet import sheet_of
from lib.ui.matrix.sheet import as_json
from scripts.find_chromium import NoChromium
from tests.bench.experiment_fill import Shape, fill_experiment
from tests.bench.figures import Aim, Findings, Row, Series
from tests.bench.history_in_browser import SEEN
from tests.bench.servers import EMPTY_IS_SEEN, chromium, empty_server
from tests.bench.site import Site
from tests.bench.synthetic_history import ORIGIN
from tests.journeys.browsing import DESKTOP, SETTLED, new_context
from tests.plantain_server import PlantainServer

SHAPE: Shape = (10, 10, 10)
QUICK: Shape = (2, 2, 2)
TIMES = 10
TO_SEE, TO_DRAW, TO_SCROLL = Aim(2000, of_95th=True), Aim(200, of_95th=True), Aim(100)
LIMIT_MS = 120_000
LONGEST_RERUN_MS = 20_000
WHOSE = "an empty Streamlit app"
WATCH = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  let hasBegun = false;
  window.isDrawnAgain = false;
  const watch = new MutationObserver(() => {
    if (app.getAttribute("data-test-script-state") !== "notRunning") hasBegun = true;
    else if (hasBegun) {
      watch.disconnect();
      requestAnimationFrame(() => (window.isDrawnAgain = true));
    }
  });
  watch.observe(app, {attributes: true});
}"""
RERUN_KEY = "r"
SCROLL = """() => new Promise((done) => {
  const within = (root) => {
    for (const one of root.querySelectorAll("*")) {
      const found = one.shadowRoot?.querySelector(".scroller");
      if (found) return found;
    }
  };
  const box = within(document);
  const frames = [], tasks = [];
  const watch = new PerformanceObserver((list) => tasks.push(...list.getEntries()));
  watch.observe({type: "longtask"});
  let last = performance.now();
  const step = (now) => {
    frames.push(now - last);
    last = now;
    const before = box.scrollTop;
    box.scrollTop += 120;
    if (box.scrollTop !== before) return requestAnimationFrame(step);
    watch.disconnect();
    done({frames: frames.slice(1), long: tasks.map((task) => task.duration)});
  };
  box.scrollTop = 0;
  requestAnimationFrame(step);
})"""


def measure(site: Site) -> Findings:
    """In a browser, then what of it is the server's."""
    shape = site.pick(SHAPE, QUICK)
    folder = site.new_folder("data")
    experiment_id = fill_experiment(folder, shape)
    what = f"experiment of {prod(shape):,} cells"
    try:
        rows = _in_a_browser(site, what, folder, experiment_id)
    except NoChromium as reason:
        return Findings((Row(what, missing=str(reason)),))
    return Findings((_in_the_server(site, what, folder, experiment_id), *rows))


def _in_the_server(site: Site, what: str, folder: Any, experiment_id: str) -> Row:
    """All that the grid takes in Python: reading, laying out, and writing it for the browser."""
    database = open_database(folder / "plantain.db")
    records = ExperimentRecords(database, origin=ORIGIN)

    def draw() -> None:
        found = records.find(experiment_id)
        assert found is not None
        cells, layout = records.cells(experiment_id), usual(found.design)
        pages = laid_out(layout, found.design, cells)
        json.dumps(as_json(sheet_of(layout, pages[0], records.sights(experiment_id))))

    taken = [_taken_ms(draw) for _turn in range(site.pick(TIMES, 1) + 1)][1:]
    database.dispose()
    return Row(f"{what}: its grid in Python", Series(taken))


def _taken_ms(do: Callable[[], None]) -> float:
    begun = time.perf_counter()
    do()
    return (time.perf_counter() - begun) * 1000


def _in_a_browser(site: Site, what: str, folder: Any, experiment_id: str) -> list[Row]:
    times = site.pick(TIMES, 1)
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        server = stack.enter_context(PlantainServer(folder))
        empty = stack.enter_context(empty_server(site))
        context = stack.enter_context(new_context(browser, DESKTOP))
        context.set_default_timeout(LIMIT_MS)
        page = context.new_page()
        ours_url = f"{server.url}/experiments?experiment={experiment_id}"
        seen: tuple[list[float], list[float]] = ([], [])
        for _turn in range(times + 1):
            seen[0].append(_until_seen_ms(page, ours_url, ".tile", is_pictured=True))
            seen[1].append(_until_seen_ms(page, empty.url, EMPTY_IS_SEEN, is_pictured=False))
        drawn_empty = _drawn_again_ms(page, empty.url, times)
        drawn = _drawn_again_ms(page, ours_url, times)
        page.wait_for_function(SEEN, arg=[".tile", "", True], polling="raf")
        scrolls = [page.evaluate(SCROLL) for _turn in range(site.pick(3, 1))]
    frames = sorted(frame for one in scrolls for frame in one["frames"])
    longest = [max(one["frames"], default=0.0) for one in scrolls]
    tasks = [float(len(one["long"])) for one in scrolls]
    return [
        Row(f"{what}: until seen", Series(seen[0][1:]), Series(seen[1][1:], whose=WHOSE), TO_SEE),
        Row(f"{what}: drawn again", Series(drawn), Series(drawn_empty, whose=WHOSE), TO_DRAW),
        Row(f"{what}: a frame while scrolling", Series(frames or [0.0])),
        Row(f"{what}: the longest frame while scrolling", Series(longest), aim=TO_SCROLL),
        Row(f"{what}: tasks above 50 ms while scrolling", Series(tasks, unit="")),
    ]


def _until_seen_ms(page: Page, url: str, selector: str, *, is_pictured: bool) -> float:
    page.goto("about:blank")
    begun = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_function(SEEN, arg=[selector, "", is_pictured], polling="raf")
    return (time.perf_counter() - begun) * 1000


def _drawn_again_ms(page: Page, url: str, times: int) -> list[float]:
    page.goto(url)
    page.wait_for_selector(SETTLED, state="attached")
    return [_drawn_ms(page) for _turn in range(times + 1)][1:]


def _drawn_ms(page: Page) -> float:
    page.evaluate(WATCH)
    begun = time.perf_counter()
    page.keyboard.press(RERUN_KEY)
    page.wait_for_function("window.isDrawnAgain", polling="raf", timeout=LONGEST_RERUN_MS)
    return (time.perf_counter() - begun) * 1000
