"""A zip of the history in a real browser: taken from the page, looked at without a server."""

import io
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect

from lib.domain.clock import SystemClock
from lib.domain.history_query import HistoryQuery
from lib.services.taking_away.prepared import Form
from tests.images.pictures import noise, saved
from tests.journeys.browsing import settled
from tests.plantain_server import PlantainServer
from tests.services.taking import HOSTILE, Takings, open_takings


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


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Takings]:
    """Another Plantain, with two runs."""
    (tmp_path / "there").mkdir()
    takings = open_takings(tmp_path / "there")
    for run_id, size in zip(takings.put("A red fox", "A paper boat"), (48, 64), strict=True):
        takings.paint(run_id, saved(noise(64, size), "PNG"))
    yield takings
    takings.database.dispose()


def zip_of(takings: Takings) -> bytes:
    away = takings.away(SystemClock())
    found = away.fetch(away.order(Form.ZIP, HistoryQuery(), viewer="local"))
    assert found is not None
    return b"".join(found.data)


def drop(page: Page, **files: bytes) -> None:
    """Give these files to History, as if they were dropped there."""
    sent = [
        {"name": name.replace("_", "."), "mimeType": "", "buffer": data}
        for name, data in files.items()
    ]
    page.locator("input[type=file]").set_input_files(sent)  # type: ignore[arg-type]


def open_the_place(page: Page, plantain: PlantainServer) -> None:
    page.goto(plantain.url)
    settled(page).get_by_role("link", name="History").click()
    settled(page).get_by_role("button", name="Bring in", exact=True).click()
    expect(page.get_by_role("dialog", name="Bring in")).to_contain_text("per file")
    settled(page)


def test_a_zip_of_elsewhere_comes_in_once(
    plantain: PlantainServer, page: Page, elsewhere: Takings
) -> None:
    data = zip_of(elsewhere)
    open_the_place(page, plantain)
    drop(page, runs_zip=data, cut_zip=data[:-40])

    for file, says in (
        (0, "2 runs brought in, 0 were here already."),
        (0, "0 runs brought in, 2 were here already."),
        (1, "This is no whole zip"),
    ):
        page.get_by_role("button", name="Bring in its runs").nth(file).click()
        expect(page.get_by_text(says)).to_be_visible(timeout=60_000)
        settled(page).get_by_role("button", name="Bring in").click()


def test_a_dropped_picture_opens_its_run_and_the_others_say_what_they_are(
    plantain: PlantainServer, page: Page, elsewhere: Takings
) -> None:
    here = open_takings(plantain.data_dir)
    (run_id,) = here.put("=HYPERLINK() ![a kite](http://evil.example)")
    (sha256,) = here.paint(run_id, saved(noise(80, 80), "PNG"))
    here.database.dispose()
    (strange,) = elsewhere.reader.runs.of(["0001"])
    other = elsewhere.pictures.download(strange.pictures[0]["sha256"], "0001")
    assert other is not None
    open_the_place(page, plantain)
    mine = page.request.get(f"{plantain.url}/app/static/download/{sha256}").body()

    drop(page, mine_png=mine)
    drawer = page.get_by_role("dialog").filter(has_text="Input")
    expect(drawer).to_contain_text("![a kite](http://evil.example)")
    settled(page)  # only then does it hear of keys
    drawer.press("Escape")
    expect(drawer).to_have_count(0)

    open_the_place(page, plantain)
    drop(page, other_png=other.data, none_png=saved(noise(8, 8), "PNG"), cut_png=mine[:90])
    expect(page.get_by_text("This is no picture that Plantain knows.")).to_be_visible()
    page.get_by_role("button", name="Find similar pictures").click()
    expect(
        page.get_by_text("No picture here looks like it.").or_(
            page.get_by_role("button", name="Open its run")
        )
    ).to_be_visible()
    page.get_by_role("button", name="Use its settings").click()
    expect(page.get_by_role("textbox", name="Prompt")).to_have_value("A paper boat")


MANY = 80
"""So many pictures of 17 MB are not sent before somebody can cancel it."""


def test_all_that_match_are_downloaded_or_canceled_on_the_way(
    plantain: PlantainServer, page: Page, tmp_path: Path
) -> None:
    takings, large = open_takings(plantain.data_dir), saved(noise(2400, 2400), "PNG")
    for run_id in takings.put(*(f"kite {number}" for number in range(MANY))):
        takings.paint(run_id, large)
    takings.database.dispose()
    page.goto(plantain.url)
    settled(page).get_by_role("link", name="History").click()
    settled(page).get_by_role("button", name=f"Select all {MANY}").click()
    expect(page.get_by_text(f"All {MANY} selected")).to_be_visible()
    page.locator(".st-key-history_download button").click()

    begun: list[Download] = []
    page.on("download", lambda one: begun.append(one))

    page.get_by_role("link", name="CSV").press("Enter")
    wait_in(page, lambda: len(begun) == 1)
    begun[0].save_as(tmp_path / "runs.csv")
    assert len((tmp_path / "runs.csv").read_text().splitlines()) == MANY + 1

    settled(page).get_by_role("link", name="Pictures").press("Enter")
    expect(page.get_by_text(f"of {MANY} runs sent")).to_be_visible(timeout=60_000)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Cancel").click()
    wait_in(page, lambda: len(begun) == 2)
    assert begun[1].failure()
    expect(page.get_by_text(f"of {MANY} runs sent")).to_have_count(0)
    settled(page)


def wait_in(page: Page, holds: Callable[[], bool]) -> None:
    """Let the browser go on until it holds."""
    for _ in range(600):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it never came to that")


DROP = """async ([name, data]) => {
  const files = new DataTransfer();
  files.items.add(new File([Uint8Array.from(atob(data), one => one.charCodeAt(0))], name));
  const told = {bubbles: true, cancelable: true, dataTransfer: files};
  document.body.dispatchEvent(new DragEvent("dragenter", told));
  return !document.body.dispatchEvent(new DragEvent("drop", told));
}"""


def test_a_picture_is_dropped_anywhere_on_the_page(plantain: PlantainServer, page: Page) -> None:
    here = open_takings(plantain.data_dir)
    (run_id,) = here.put("a kite over the sea")
    here.paint(run_id, saved(noise(), "PNG"))
    here.database.dispose()
    page.goto(plantain.url)
    settled(page).get_by_role("link", name="History").click()
    expect(page.get_by_role("button", name="Bring in")).to_be_visible()
    settled(page)

    # Until the page listens, the browser would leave it for the file.
    file = ["kite.png", b64encode(saved(noise(), "PNG")).decode()]
    wait_in(page, lambda: page.evaluate(DROP, file))

    expect(page.get_by_role("dialog").filter(has_text="Input")).to_contain_text(
        "a kite over the sea", timeout=60_000
    )
    settled(page)
