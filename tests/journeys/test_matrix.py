"""The grid of an experiment in a real browser: its window, its heads, its keys, and what is heard."""

import re
from ast import literal_eval
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.browsing import PHONE, new_context, see_no_problem
from tests.journeys.small_app import asked_hosts, serving
from tests.plantain_server import PlantainServer

APP = Path(__file__).parent / "matrix_app/app.py"
FINGER = 44
LIMIT_MS = 30_000


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlantainServer]:
    with serving(APP, tmp_path_factory.mktemp("matrix")) as server:
        yield server


class Grid:
    """The grid on a page, and what Python tells of it below."""

    def __init__(self, page: Page, app: PlantainServer, rows: int = 10, columns: int = 10) -> None:
        self.page = page
        self.foreign = asked_hosts(page, app, {"rows": rows, "columns": columns})
        self.scroller = page.locator(".scroller")
        expect(self.cell(0, 0)).to_be_visible(timeout=LIMIT_MS)

    def cell(self, row: int, column: int) -> Locator:
        return self.page.locator(f"[data-id=cell-{row}-{column}]")

    def press(self, *keys: str) -> "Grid":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def heard(self, count: int) -> list[dict[str, Any]]:
        """What Python was told, once it was told this often."""
        log = self.page.locator("[data-testid=stCode] code")
        expect(log).to_have_text(re.compile(rf"^(?:#[^#]*){{{count}}}$"), timeout=LIMIT_MS)
        return [literal_eval(line) for line in (log.text_content() or "").split("#")[1:]]

    def scroll(self, left: int, top: int) -> "Grid":
        self.scroller.evaluate("(box, [left, top]) => box.scrollTo(left, top)", [left, top])
        return self

    def left_top(self) -> list[int]:
        found: list[int] = self.scroller.evaluate("(box) => [box.scrollLeft, box.scrollTop]")
        return found


def box(locator: Locator) -> dict[str, float]:
    found = locator.bounding_box()
    assert found is not None
    return dict(found)


def test_of_five_thousand_cells_those_in_sight_are_there_and_heads_stay(
    page: Page, app: PlantainServer
) -> None:
    grid = Grid(page, app, rows=100, columns=50)
    table = page.get_by_role("grid")
    expect(table).to_have_attribute("aria-rowcount", "101")
    expect(table).to_have_attribute("aria-colcount", "51")

    grid.scroll(10**6, 10**6)

    expect(grid.cell(99, 49)).to_be_visible()
    expect(grid.cell(50, 25)).to_have_count(0)
    assert page.locator(".tile").count() < 250
    around = box(grid.scroller)
    row_head = page.get_by_role("rowheader", name="animal 99")
    assert abs(box(row_head)["x"] - around["x"]) <= 1
    column_head = page.get_by_role("columnheader", name="seed 49")
    assert abs(box(column_head)["y"] - around["y"]) <= 1

    grid.cell(99, 49).focus()
    grid.press("Home")
    expect(grid.cell(0, 0)).to_be_focused()
    assert grid.left_top() == [0, 0]
    see_no_problem(page)


def test_keys_move_rate_select_and_compare(page: Page, app: PlantainServer) -> None:
    grid = Grid(page, app)
    grid.cell(0, 0).focus()
    grid.press("ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft")
    expect(grid.cell(0, 1)).to_be_focused()

    grid.press("f")
    assert grid.heard(1)[-1] == {"favourites": {"cell-0-1": True}}
    grid.press("4")
    assert grid.heard(2)[-1] == {"ratings": {"cell-0-1": 4}}
    expect(grid.cell(0, 1).locator(".stars .lit")).to_have_count(4)
    grid.press("x", "ArrowRight", "x", "c")
    expect(page.get_by_text("2 selected", exact=True).first).to_be_visible()
    expect(page.locator("[data-testid=stCode] code")).to_contain_text(
        "'compared': ('cell-0-1', 'cell-0-2')", timeout=LIMIT_MS
    )
    expect(grid.cell(0, 2)).to_have_accessible_name(re.compile("Failed.*Refused"))
    grid.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Larger and smaller")
    assert grid.foreign == []


def test_it_fills_without_moving_what_is_looked_at(page: Page, app: PlantainServer) -> None:
    grid = Grid(page, app, rows=40)
    grid.cell(0, 0).focus()
    grid.press("ArrowDown", "ArrowDown")
    grid.scroll(0, 3_000)
    before = grid.left_top()
    mark = "(tile) => { tile.dataset.seen = 'before'; }"
    beside = grid.cell(14, 0)
    beside.evaluate(mark)
    expect(grid.cell(14, 1).locator("img")).to_have_count(0)

    page.get_by_role("button", name="Fill").dispatch_event("click")

    expect(grid.cell(14, 1).locator("img")).to_have_count(1, timeout=LIMIT_MS)
    assert grid.left_top() == before
    expect(beside).to_have_attribute("data-seen", "before")
    expect(grid.cell(2, 0)).to_be_focused()


def test_zoom_is_remembered_and_keeps_the_middle(page: Page, app: PlantainServer) -> None:
    grid = Grid(page, app, rows=40)
    usual = box(grid.cell(0, 0))["width"]
    grid.cell(0, 0).focus()
    grid.press("+", "+")
    larger = box(grid.cell(0, 0))["width"]
    assert larger > usual * 1.5

    page.locator(".size input").focus()
    grid.press("Home")
    expect(page.locator(".matrix")).to_have_class(re.compile("bare"))
    grid.cell(0, 0).focus()
    grid.press("+")
    small = box(grid.cell(0, 0))["width"]
    again = Grid(page, app, rows=40)
    assert box(again.cell(0, 0))["width"] == small


def test_a_phone_scrolls_sideways_below_heads_and_fingers_find_the_buttons(
    browser: Browser, app: PlantainServer
) -> None:
    with new_context(browser, PHONE) as context:
        page = context.new_page()
        grid = Grid(page, app)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE.width
        grid.scroll(300, 0)
        row_head = page.get_by_role("rowheader").first
        assert abs(box(row_head)["x"] - box(grid.scroller)["x"]) <= 1
        help_button = box(page.locator(".help"))
        assert min(help_button["width"], help_button["height"]) >= FINGER
        see_no_problem(page)
