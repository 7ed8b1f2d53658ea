"""A zip of the history in a real browser: taken from the page, looked at without a server."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lib.domain.clock import SystemClock
from lib.domain.history_query import HistoryQuery
from lib.services.taking_away.prepared import Form
from tests.images.pictures import noise, saved
from tests.journeys.browsing import settled
from tests.plantain_server import PlantainServer
from tests.services.taking import HOSTILE, open_takings


@pytest.fixture
def plantain(tmp_path: Path) -> Iterator[PlantainServer]:
    with PlantainServer(tmp_path / "data") as server:
        yield server


def test_the_contact_sheet_shows_its_pictures_and_asks_nobody(
    plantain: PlantainServer, page: Page, tmp_path: Path
) -> None:
    takings = open_takings(plantain.data_dir)
    for run_id in takings.put(*HOSTILE):
        takings.paint(run_id, saved(noise(), "PNG"))
    takings.database.dispose()
    page.goto(plantain.url)
    settled(page).get_by_role("link", name="History").click()
    settled(page).get_by_role("button", name="Take away").click()
    link = page.get_by_role("link", name="Pictures").get_attribute("href")
    assert link is not None
    answer = page.request.get(link)
    assert answer.ok
    folder = tmp_path / "elsewhere"
    with zipfile.ZipFile(io.BytesIO(answer.body())) as zipped:
        zipped.extractall(folder)

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((folder / "contact-sheet.html").as_uri())

    pictures = page.locator("img")
    expect(pictures).to_have_count(len(HOSTILE))
    widths = pictures.evaluate_all("found => found.map(each => each.naturalWidth)")
    assert all(width > 0 for width in widths)
    assert not [url for url in asked if not url.startswith(("file:", "data:image/webp"))]
    expect(page.get_by_text("<script>alert(1)</script>", exact=True)).to_be_visible()
    page.locator("figure a").first.click()
    expect(page.locator("img")).to_have_count(1)


def test_a_zip_of_elsewhere_comes_in(plantain: PlantainServer, page: Page, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    takings = open_takings(tmp_path / "there")
    for run_id in takings.put("A red fox", "A paper boat"):
        takings.paint(run_id, saved(noise(), "PNG"))
    away = takings.away(SystemClock())
    found = away.fetch(away.order(Form.ZIP, HistoryQuery(), viewer="local"))
    assert found is not None
    data = b"".join(found.data)
    takings.database.dispose()
    page.goto(plantain.url)
    settled(page).get_by_role("link", name="History").click()
    settled(page).get_by_role("button", name="Take away").click()
    sent = {"name": "runs.zip", "mimeType": "application/zip", "buffer": data}
    page.locator("input[type=file]").set_input_files(sent)
    page.get_by_role("button", name="Bring in", exact=True).click()
    expect(page.get_by_text("2 runs brought in, 0 were here already.")).to_be_visible()
