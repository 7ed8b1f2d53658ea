"""A Streamlit app of a test's own, with Plantain's library and headers, and what is asked of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Page

from tests.journeys.browsing import settled
from tests.plantain_server import ROOT, PlantainServer

FLAGS = ("--browser.gatherUsageStats=false", "--server.fileWatcherType=none")


@contextmanager
def serving(app: Path, folder: Path) -> Iterator[PlantainServer]:
    """The app on a free port."""
    path = {"PYTHONPATH": str(ROOT)}
    with PlantainServer(folder / "data", app=app, arguments=FLAGS, environment=path) as server:
        yield server


def asked_hosts(page: Page, server: PlantainServer, query: Mapping[str, object]) -> list[str]:
    """Open the app; the list that is returned grows with every request to another host."""
    foreign: list[str] = []

    def look(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.port != server.port:
            foreign.append(url)

    page.on("request", lambda request: look(request.url))
    page.on("websocket", lambda socket: look(socket.url))
    page.goto(f"{server.url}/?{urlencode(query)}")
    settled(page)
    return foreign
