"""Plantain's real server, an empty Streamlit app in the same clothes, and a browser for both."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.find_chromium import find
from tests.bench.site import KEY, Site
from tests.journeys.browsing import settled
from tests.journeys.conftest import CHROMIUM_FLAGS
from tests.plantain_server import HOST, PlantainServer, free_port

EMPTY_APP = 'import streamlit as st\n\nst.title("Empty")\n'
AS_PLANTAIN = ("--browser.gatherUsageStats=false", "--server.fileWatcherType=none")
EMPTY_IS_SEEN = "h1"
FORM_IS_SEEN = ".st-key-prompt textarea"
GENERATE = ".st-key-generate button"
FIRST_PAGE_LIMIT_MS = 60_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium. Raises NoChromium."""
    path = find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


def plantain_server(site: Site) -> PlantainServer:
    """Plantain with a new data folder and its own sandbox."""
    return PlantainServer(_folder(site, "plantain"))


def plantain_of(
    site: Site, base_url: str, *, with_callbacks: bool = False, **settings: object
) -> PlantainServer:
    """Plantain with a new data folder, at an API that others use as well."""
    port = free_port()
    given = {"runflow_api_key": KEY, "runflow_base_url": base_url, **settings}
    if with_callbacks:
        given["plantain_public_url"] = f"http://{HOST}:{port}"
    environment = {name.upper(): str(value) for name, value in given.items()}
    return PlantainServer(_folder(site, "plantain"), environment=environment, port=port)


def empty_server(site: Site) -> PlantainServer:
    """An app of two lines, with what of Plantain's configuration changes how a server starts."""
    data = _folder(site, "empty")
    app = data.with_name("empty_app.py")
    app.write_text(EMPTY_APP)
    return PlantainServer(data, app=app, arguments=AS_PLANTAIN)


def shown(page: Page, server: PlantainServer, seen: str) -> Page:
    """Open the server's first page; returns when `seen` is visible and the script has ended."""
    page.goto(server.url)
    page.wait_for_selector(seen, timeout=FIRST_PAGE_LIMIT_MS)
    return settled(page)


def _folder(site: Site, name: str) -> Path:
    """A data folder in a folder of its own, where its log will be too."""
    home = site.new_folder(name)
    home.mkdir()
    return home / "data"
