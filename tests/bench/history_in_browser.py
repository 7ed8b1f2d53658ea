"""How long a link to a view of the history takes until it is seen, against a naive page of it.

Naive is what a first try looks like: the whole table through `pandas.read_sql` into `st.dataframe`.
All links are opened in turn by one browser, which has seen each app before.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page

from lib.domain.history_link import parameters_of
from lib.domain.history_query import Cursor, HistoryQuery, Sort
from scripts.find_chromium import NoChromium
from tests.bench import history_answers as asked
from tests.bench.figures import Aim, Findings, Row, Series
from tests.bench.history import MILLION, QUICK, SIZES, history_of
from tests.bench.servers import AS_PLANTAIN, EMPTY_IS_SEEN, chromium, empty_server
from tests.bench.site import Site
from tests.bench.synthetic_history import RARE_WORD
from tests.bench.synthetic_prompts import COMMON_WORD
from tests.journeys.browsing import DESKTOP, new_context
from tests.plantain_server import PlantainServer

AIM = Aim(1000, of_95th=True)
NAIVE = """import sqlite3

import pandas as pd
import streamlit as st

QUERY = '''
    SELECT id, created_at, created_by, state, prompt, input, cost_micros, duration_ms
    FROM run ORDER BY created_at DESC
'''
st.dataframe(pd.read_sql(QUERY, sqlite3.connect({ledger!r})))
"""
LARGEST_NAIVE = 100_000
"""More does not fit into one of Streamlit's messages."""
TABLE_IS_SEEN = "[data-testid=stDataFrame] canvas"
TILE = ".tile"
DRAWER = "[data-testid=stDialog]"
SEEN = """([selector, text, isPictured]) => {
  const within = (root) => {
    for (const one of root.querySelectorAll(selector)) {
      if (one.textContent.includes(text)) return one;
    }
    for (const one of root.querySelectorAll("*")) {
      const found = one.shadowRoot && within(one.shadowRoot);
      if (found) return found;
    }
  };
  const seen = within(document);
  if (!seen) return null;
  const image = seen.querySelector("img");
  const isDrawn = image ? image.complete && image.naturalWidth : !isPictured;
  return isDrawn ? {id: seen.dataset.id || ""} : null;
}"""
"""Asked in each frame of the browser: Playwright's own waiting looks every 100 to 500 ms."""
LIMIT_MS = 120_000
TIMES = 10
QUESTIONS = {
    asked.FIRST_PAGE: HistoryQuery(),
    asked.RARE: HistoryQuery(text=RARE_WORD),
    asked.COMMON: HistoryQuery(text=COMMON_WORD),
    asked.FILTERED: asked.three_filters(),
    asked.BY_COST: HistoryQuery(sort=Sort.COST),
}


@dataclass(slots=True)
class Link:
    """What is opened. `seen` waits until it is, and tells whether it shows what was asked for."""

    url: str
    seen: Callable[[Page], bool]
    taken_ms: list[float] = field(default_factory=list)
    is_wrong: bool = False

    def open(self, page: Page, *, counts: bool) -> None:
        """Open it once, from the call to what is seen."""
        begun = time.perf_counter()
        page.goto(self.url, wait_until="commit")
        if not self.seen(page):
            self.is_wrong = True
        elif counts:
            self.taken_ms.append((time.perf_counter() - begun) * 1000)


def measure(site: Site) -> Findings:
    """Each size, each question."""
    sizes = site.pick((*SIZES, *((MILLION,) if site.million else ())), QUICK)
    rows: list[Row] = []
    try:
        with chromium() as browser:
            for size in sizes:
                rows += _of_size(site, browser, size)
                site.show(rows)
    except NoChromium as reason:
        return Findings((Row("history in the browser", aim=AIM, missing=str(reason)),))
    return Findings(tuple(rows))


def _of_size(site: Site, browser: Browser, size: int) -> list[Row]:
    folder = history_of(site, size)
    with ExitStack() as stack:
        ours = _our_links(folder, stack.enter_context(PlantainServer(folder)))
        empty = Link(stack.enter_context(empty_server(site)).url, _sees(EMPTY_IS_SEEN))
        naive = _naive(site, folder, stack) if size <= LARGEST_NAIVE else None
        context = stack.enter_context(new_context(browser, DESKTOP))
        context.set_default_timeout(LIMIT_MS)
        page = context.new_page()
        for turn in range(site.pick(TIMES, 1) + 1):
            for link in (*ours.values(), empty, *((naive,) if naive else ())):
                link.open(page, counts=turn > 0)
    return _rows(f"{size:,} runs in a tab", ours, empty, naive)


def _our_links(folder: Path, server: PlantainServer) -> dict[str, Link]:
    """A link to each question, and the run that stands first in its answer."""
    asker = asked.opened(folder)
    links = {}
    for name, (query, cursor) in _pages(asker).items():
        first = asker.search.page(query, cursor, viewer=asked.VIEWER).runs.iloc[0]
        page = {"page": [str(cursor)]} if cursor else {}
        parameters = urlencode({**parameters_of(query), **page, "view": "gallery"}, doseq=True)
        links[name] = Link(f"{server.url}/history?{parameters}", _sees_first(first["id"]))
    # The last one is of the page in the middle: as good as any.
    opened = f"{server.url}/history?run={first['id']}"
    seen = _sees_opened(first["prompt"], is_pictured=first["pictures"] > 0)
    links[asked.OPEN_ONE] = Link(opened, seen)
    asker.database.dispose()
    return links


def _pages(asker: asked.Asker) -> dict[str, tuple[HistoryQuery, Cursor | None]]:
    """Each question, and where the page of its answer begins."""
    middle = asker.cursor(asker.some_run())
    first = {name: (query, None) for name, query in QUESTIONS.items()}
    return {**first, asked.DEEP_PAGE: (HistoryQuery(), middle)}


def _sees_first(run_id: str) -> Callable[[Page], bool]:
    return lambda page: _wait(page, TILE)["id"] == run_id


def _sees_opened(prompt: str, *, is_pictured: bool) -> Callable[[Page], bool]:
    return lambda page: bool(_wait(page, DRAWER, prompt, is_pictured=is_pictured))


def _sees(selector: str) -> Callable[[Page], bool]:
    return lambda page: bool(_wait(page, selector))


def _wait(
    page: Page, selector: str, text: str = "", *, is_pictured: bool = False
) -> dict[str, str]:
    """Wait until something of this selector and text is there, with its first picture."""
    found: dict[str, str] = page.wait_for_function(
        SEEN, arg=[selector, text, bool(is_pictured)], polling="raf"
    ).json_value()
    return found


def _naive(site: Site, folder: Path, stack: ExitStack) -> Link:
    home = site.new_folder("naive")
    home.mkdir()
    app = home / "naive_app.py"
    app.write_text(NAIVE.format(ledger=str((folder / "plantain.db").resolve())))
    server = PlantainServer(home / "data", app=app, arguments=AS_PLANTAIN)
    return Link(stack.enter_context(server).url, _sees(TABLE_IS_SEEN))


def _rows(what: str, ours: dict[str, Link], empty: Link, naive: Link | None) -> list[Row]:
    rows = [_row(f"{what}: {name}", link, empty) for name, link in ours.items()]
    if naive is not None:
        whose = "read_sql into st.dataframe"
        rows.append(_row(f"{what}: {asked.FIRST_PAGE}", ours[asked.FIRST_PAGE], naive, whose))
    return rows


def _row(what: str, ours: Link, theirs: Link, whose: str = "an empty Streamlit app") -> Row:
    if ours.is_wrong:
        return Row(what, aim=AIM, missing="shows something else")
    return Row(what, Series(ours.taken_ms), Series(theirs.taken_ms, whose=whose), AIM)
