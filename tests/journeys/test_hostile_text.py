"""What people and APIs write is text: no view runs it, draws it, or calls the hosts that it names."""

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow.parquet
import pytest
from playwright.sync_api import Browser, Page, expect

from lib.services.taking_away.csv_table import unguarded
from tests.journeys import hostile_history as hostile
from tests.journeys.browsing import DESKTOP, new_context
from tests.journeys.hostile_history import Watch, at, drawn
from tests.parking import wait_until
from tests.plantain_server import PlantainServer
from tests.services.test_tables_taken_away import read_excel

NEWEST_PROMPT = "SELECT prompt FROM run ORDER BY created_at DESC LIMIT 1"
TEXTS = "[...document.querySelectorAll('[role=dialog] [data-testid=stText]')]"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlantainServer]:
    folder = tmp_path_factory.mktemp("hostile")
    hostile.fill(folder / "data")
    with PlantainServer(folder / "data") as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with new_context(browser, DESKTOP) as context:
        yield context.new_page()


@pytest.fixture
def watch(page: Page, server: PlantainServer) -> Iterator[Watch]:
    watching = Watch(page, server)
    yield watching
    watching.see_nothing_strange("at the end")


def test_no_list_of_runs_does_what_they_say(
    server: PlantainServer, page: Page, watch: Watch
) -> None:
    tiles = page.get_by_role("gridcell")
    for address in ("/history", "/history?view=gallery", "/history?deleted=true", "/costs"):
        at(page, server, address)
        watch.see_nothing_strange(address)
    at(page, server, "/history?view=gallery&collection=1&q=![x](http://evil.example)")
    page.locator(".st-key-history_filters button").click()
    chips = page.get_by_text(hostile.NAME)
    expect(chips.first).to_be_visible(timeout=hostile.LIMIT_MS)
    watch.see_nothing_strange("the filters")
    at(page, server, "/history?view=gallery")
    expect(tiles.first).to_be_visible()
    page.get_by_label("Search", exact=True).fill(hostile.MARKUP)
    page.keyboard.press("Enter")
    watch.see_nothing_strange("the search")


@pytest.mark.parametrize("run_id", [hostile.PICTURED, hostile.FAILED, hostile.PARKED])
def test_an_opened_run_shows_its_texts_as_they_are(
    server: PlantainServer, page: Page, watch: Watch, run_id: str
) -> None:
    at(page, server, f"/history?run={run_id}")
    drawer = page.get_by_role("dialog")
    prompt = hostile.LONG if run_id == hostile.FAILED else hostile.MARKUP
    expect(drawer.get_by_text("Input", exact=True)).to_be_visible(timeout=hostile.LIMIT_MS)
    drawn(page)
    page.wait_for_function(f"prompt => {TEXTS}.some(one => one.textContent === prompt)", arg=prompt)
    drawer.get_by_text("JSON", exact=True).click()
    drawn(page)
    if run_id != hostile.PICTURED:
        return
    note = drawer.get_by_label("Note")
    assert note.input_value() == hostile.MARKUP + hostile.UNSEEN
    drawer.get_by_text("Compare").click()
    expect(page.locator("figure .mover img")).to_have_count(2)
    watch.see_nothing_strange("the comparison")
    drawer.get_by_role("button", name="Look closely").click()
    expect(page.locator("dialog.viewer .place")).to_have_text("1 of 2")


def test_no_other_page_does_what_they_say(server: PlantainServer, page: Page, watch: Watch) -> None:
    at(page, server, "/decisions")
    watch.see_nothing_strange("the decisions")
    at(page, server, "/")
    for run_id in (hostile.PICTURED, hostile.FAILED):
        card = page.locator(f".st-key-card_{run_id}")
        for view in ("Facts", "Code", "JSON", "Story"):
            if view == "Facts":
                card.get_by_text("Details").click()
            else:
                card.get_by_role("radio", name=view).click()
            expect(card.get_by_role("radio", name=view)).to_be_checked()
            drawn(page)
            watch.see_nothing_strange(f"{view} of a card")
    at(page, server, "/settings")


def test_what_is_written_in_the_browser_is_kept_as_it_is(
    server: PlantainServer, page: Page, watch: Watch
) -> None:
    link = "/?prompt=%ED%A0%80%00![x](http://evil.example)&seed=![x](http://evil.example)"
    at(page, server, link)
    page.get_by_role("textbox", name="Prompt").fill(hostile.LONG)
    page.locator(".st-key-generate button").click()
    with closing(sqlite3.connect(server.data_dir / "plantain.db")) as database:
        wait_until(lambda: [*database.execute(NEWEST_PROMPT)] == [(hostile.LONG,)])
    drawn(page)
    watch.see_nothing_strange("a new card")


def test_every_file_gives_the_texts_back_as_they_are(
    server: PlantainServer, page: Page, watch: Watch, tmp_path: Path
) -> None:
    at(page, server, "/history")
    page.get_by_role("button", name="Take away").click()
    files = {}
    for name in ("Pictures", "CSV", "Excel", "Parquet"):
        link = page.get_by_role("link", name=name).get_attribute("href")
        answer = page.request.get(str(link))
        assert answer.ok
        files[name] = answer.body()
    told = {f"{number:04}": prompt for number, prompt in enumerate(hostile.PROMPTS)}
    with zipfile.ZipFile(io.BytesIO(files["Pictures"])) as zipped:
        zipped.extractall(tmp_path)
        runs = json.loads(zipped.read("manifest.json"))["runs"]
    assert told.items() <= {run["run"]["id"]: run["run"]["prompt"] for run in runs}.items()
    rows = csv.DictReader(io.StringIO(files["CSV"].decode("utf-8-sig"), newline=""))
    assert told.items() <= {row["id"]: unguarded(row["prompt"]) for row in rows}.items()
    table = pyarrow.parquet.read_table(io.BytesIO(files["Parquet"])).to_pylist()
    assert told.items() <= {row["id"]: row["prompt"] for row in table}.items()
    head, *cells = read_excel(files["Excel"])
    prompts = {row[0]: row[head.index("prompt")] for row in cells}
    for run_id, column, rest, *_ in read_excel(files["Excel"], sheet=2)[1:]:
        prompts[run_id] += rest if column == "prompt" else ""
    assert told.items() <= prompts.items()

    page.goto((tmp_path / "contact-sheet.html").as_uri())
    assert hostile.MARKUP in page.locator(".prompt").all_text_contents()
