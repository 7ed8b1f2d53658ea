"""How long after a run's end at the API its picture is seen in a tab, with callbacks and without.

Two servers share a sandbox, each with a tab of its own; one is told of each end, one only polls.
"""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

from playwright.sync_api import Page

from scripts.find_chromium import NoChromium
from tests.bench import raw_client
from tests.bench.figures import Findings, Row, Series
from tests.bench.servers import FORM_IS_SEEN, GENERATE, chromium, plantain_of, shown
from tests.bench.site import Site
from tests.journeys.browsing import DESKTOP, new_context, settled
from tests.plantain_server import PlantainServer

NOTE_PICTURES = """() => {
    window.seenAt = {};
    document.addEventListener("load", ({target}) => {
        const sha256 = /\\/app\\/static\\/\\w+\\/([0-9a-f]{64})/.exec(target.src ?? "")?.[1];
        if (!sha256 || sha256 in window.seenAt) return;
        // The frame after next has been painted with it.
        requestAnimationFrame(() => requestAnimationFrame(() => {
            window.seenAt[sha256] ??= performance.timeOrigin + performance.now();
        }));
    }, {capture: true});
}"""
SEEN_AT = "() => window.seenAt"
ARE_SEEN = "count => Object.keys(window.seenAt).length >= count"
ENDS = """
    SELECT picture.sha256, run.settled_at, run.remote_body
    FROM run JOIN picture ON picture.run_id = run.id
"""
PATIENCE_MS = 60_000
WHAT = "API's end to {}, a run of {:.3g} s, with callbacks"
NEEDS_A_BROWSER = "API's end to shown, with callbacks"


@dataclass(frozen=True, slots=True)
class Age:
    """How old runs are at their end, how many are made at a time, and how often."""

    seconds: float
    runs: int
    rounds: int = 1


AGES = (Age(2, 1, 20), Age(30, 10), Age(90, 10))
QUICK = (Age(0.3, 1),)


@dataclass(frozen=True, slots=True)
class Delays:
    """Milliseconds from the API's end, one for each run: to stored, and to seen in the tab."""

    stored: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)


def measure(site: Site) -> Findings:
    """Young runs, and older ones, which are polled less often."""
    rows: tuple[Row, ...] = ()
    try:
        for age in site.pick(AGES, QUICK):
            rows += _rows(age, *_side_by_side(site, age))
    except NoChromium as reason:
        return Findings((Row(NEEDS_A_BROWSER, missing=str(reason)),))
    return Findings(rows, (_of_the_ages(site.pick(AGES, QUICK)),))


def _of_the_ages(ages: Sequence[Age]) -> str:
    counts = ", ".join(f"{age.runs * age.rounds} of {age.seconds:.3g} s" for age in ages)
    return (
        f"API's end: {counts}. Polled every 0.4 s while younger than 8 s, 0.8 s up to a minute, "
        "3 s up to five; a tab looks every second."
    )


def _rows(age: Age, told: Delays, polled: Delays) -> tuple[Row, Row]:
    whose = "polling only"
    return (
        Row(
            WHAT.format("stored", age.seconds),
            Series(told.stored),
            Series(polled.stored, whose=whose),
        ),
        Row(WHAT.format("shown", age.seconds), Series(told.seen), Series(polled.seen, whose=whose)),
    )


def _side_by_side(site: Site, age: Age) -> tuple[Delays, Delays]:
    """Both at the same time, so that they meet the same noise."""
    with ExitStack() as stack:
        enter = stack.enter_context
        browser = enter(chromium())
        base_url = enter(site.sandbox(seconds=age.seconds))
        servers = [
            enter(plantain_of(site, base_url, with_callbacks=told, plantain_max_open_runs=50))
            for told in (True, False)
        ]
        # Each in a window of its own: a tab behind another one is slowed down.
        contexts = [enter(new_context(browser, DESKTOP)) for _ in servers]
        pages = [
            shown(context.new_page(), server, FORM_IS_SEEN)
            for context, server in zip(contexts, servers, strict=True)
        ]
        for page in pages:
            page.evaluate(NOTE_PICTURES)
        for turn in range(age.rounds):
            _make_and_see(pages, age.runs, turn)
        told, polled = map(_delays, servers, pages)
    return told, polled


def _make_and_see(pages: Sequence[Page], runs: int, turn: int) -> None:
    for number in range(runs):
        for page in pages:
            _click(page, f"a red kite, {turn}.{number}")
    for page in pages:
        limit_ms = PATIENCE_MS + runs * PATIENCE_MS
        page.wait_for_function(ARE_SEEN, arg=(turn + 1) * runs, timeout=limit_ms)


def _click(page: Page, prompt: str) -> None:
    page.fill(FORM_IS_SEEN, prompt)
    page.click(GENERATE)
    settled(page)


def _delays(server: PlantainServer, page: Page) -> Delays:
    seen_at: dict[str, float] = page.evaluate(SEEN_AT)
    delays = Delays()
    with closing(sqlite3.connect(server.data_dir / "plantain.db")) as db:
        for sha256, settled_at, body in db.execute(ENDS):
            ended_at = raw_client.ended_ms(json.loads(body))
            delays.stored.append(settled_at - ended_at)
            delays.seen.append(seen_at[sha256] - ended_at)
    return delays
