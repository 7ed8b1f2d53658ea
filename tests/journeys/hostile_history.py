"""A history whose every text is as hostile as texts can be, and the watch over what comes of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from playwright.sync_api import Dialog, Page

from lib.domain.clock import SystemClock
from lib.domain.history_query import HistoryQuery
from lib.domain.organising import Sharing
from lib.store import schema_history
from lib.store.names import Names
from tests.images.pictures import noise, saved
from tests.journeys.browsing import SETTLED, problems
from tests.plantain_server import PlantainServer
from tests.services.taking import Takings, open_takings
from tests.store.ended_runs import NOON_MS, put, run_row

ELSEWHERE = "http://evil.example/seen.png"
MARKUP = (
    f"<script>window.ran = 1</script><img src={ELSEWHERE} onerror='window.ran = 1'>"
    f" ![x]({ELSEWHERE}) ![y](/app/static/thumb/evil) [click](javascript:window.ran=1)"
    " </script></textarea><iframe src=javascript:window.ran=1> $x^2$ :red[r] # head `code`"
)
UNSEEN = "a\0b \x1b[31m\x07 \u202eright to left\u2066 \ufeff zero\u200bwidth \u2028 \ufffe"
LONG = (f"{MARKUP} {UNSEEN} " * 200)[:50_000]
FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", f'=HYPERLINK("{ELSEWHERE}")')
PROMPTS = (*FORMULAS, LONG, UNSEEN, MARKUP)
NAME = f"<b onclick=window.ran=1> ![x]({ELSEWHERE}) =1+1"[:80]
STREAMLITS_OWN = "/_stcore/"
"""A tab that opens at a page looks for its server below that page first, and is told 404."""
LIMIT_MS = 90_000
PARKED, FAILED, BINNED = "1001", "1002", "1003"
PICTURED = f"{len(PROMPTS) - 1:04}"
"""The newest of the ended runs: its prompt is MARKUP, and it has pictures."""


def fill(data_dir: Path) -> None:
    """Write the history into a data folder."""
    data_dir.mkdir()
    takings = open_takings(data_dir)
    values = _everywhere()
    rows = [run_row(f"{at:04}", prompt=one, **values) for at, one in enumerate(PROMPTS)]
    put(takings.database, *rows, *_others(values))
    takings.paint(PICTURED, saved(noise(64, 48), "PNG"), saved(noise(48, 64), "PNG"))
    _mark(takings, [str(row["id"]) for row in rows])
    takings.database.dispose()


def _everywhere() -> dict[str, Any]:
    """What is hostile in each run beside its prompt."""
    told = {"text": MARKUP, MARKUP: [UNSEEN]}
    return {
        "input": {"seed": UNSEEN, "aspect_ratio": MARKUP, MARKUP: UNSEEN},
        "created_by": NAME,
        "note": MARKUP,
        "remote_body": told,
        "model_data": told,
        "timing": told,
        "seed_used": UNSEEN,
        "price_version": NAME,
        "request_body": json.dumps({"input": told, "client_ref": MARKUP}).encode(),
    }


def _others(values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    failure = {"failure_message": MARKUP + UNSEEN, "failure_code": NAME, "failure_stage": NAME}
    doubt = {"state": "parked", "cost_micros": None, "cost_basis": "in doubt", "settled_at": 1}
    yield run_row(PARKED, prompt=MARKUP, **values, **doubt)
    yield run_row(FAILED, prompt=LONG, **values, **failure, state="failed")
    yield run_row(BINNED, prompt=MARKUP, **values, deleted_at=NOON_MS)


def _mark(takings: Takings, run_ids: list[str]) -> None:
    names, index = Names(takings.database, SystemClock()), schema_history.run_index
    tag = names.tag_id(NAME, by="local")
    collection = names.make_collection(NAME, sharing=Sharing.TEAM, by="local")
    names.save_search(NAME, HistoryQuery(text=NAME), sharing=Sharing.TEAM, by="local")
    with takings.database.begin() as db:
        for run_id in run_ids:
            no = db.scalar(sa.select(index.c.no).where(index.c.run_id == run_id))
            put_on = schema_history.run_tag.insert().values(tag_id=tag, no=no)
            put_in = schema_history.run_collection.insert()
            remark = {"run_id": run_id, "remark": MARKUP + UNSEEN, "favourite": 1, "rating": 0}
            db.execute(put_on)
            db.execute(put_in.values(collection_id=collection, no=no))
            db.execute(schema_history.mark.insert().values(**remark, **CHANGED))


CHANGED = {"changed_at": NOON_MS, "changed_by": NAME}


class Watch:
    """What a tab asked for and did, beyond what Plantain means it to."""

    def __init__(self, page: Page, server: PlantainServer | None = None) -> None:
        self.strange: list[str] = []
        self._page, self._port = page, server and server.port
        page.on("dialog", self._dismiss)
        page.on("request", lambda request: self._look(request.url))
        page.on("websocket", lambda socket: self._look(socket.url))
        page.on("popup", lambda other: self.strange.append(f"a window: {other.url}"))

    def see_nothing_strange(self, where: str) -> None:
        """Fail when the page ran, asked for, or drew what a text says."""
        found = [one for one in problems(self._page) if STREAMLITS_OWN not in one]
        drawn = self._page.locator(
            "[href*='evil.example'], [href^='javascript:'], [src*='evil'], [src^='javascript:'],"
            " [onclick], [onerror], [data-testid=stException]"
        )
        found += [*self.strange, *drawn.evaluate_all("found => found.map(one => one.outerHTML)")]
        assert self._page.evaluate("window.ran") is None, where
        assert not found, f"{where}: {found[:5]}"

    def _dismiss(self, dialog: Dialog) -> None:
        self.strange.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _look(self, url: str) -> None:
        parts = urlsplit(url)
        is_ours = parts.scheme in ("data", "blob", "file") or parts.port == self._port
        if not is_ours or "evil" in parts.path:
            self.strange.append(url)


def at(page: Page, server: PlantainServer, address: str) -> Page:
    """Open an address and wait until it is drawn."""
    page.goto(f"{server.url}{address}")
    return drawn(page)


def drawn(page: Page) -> Page:
    """Wait until the page's script has run to its end."""
    page.wait_for_selector(SETTLED, state="attached", timeout=LIMIT_MS)
    return page
