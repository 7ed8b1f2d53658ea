"""The gallery in a real browser: its keys, its marks, what Python hears of it, and when."""

import os
import re
import signal
from ast import literal_eval
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.browsing import DESKTOP, PHONE, Screen, see_no_problem, settled
from tests.journeys.small_app import asked_hosts, serving
from tests.plantain_server import PlantainServer

APP = Path(__file__).parent / "gallery_app/app.py"
FOCUSED = """() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active?.dataset.id ?? null;
}"""
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlantainServer]:
    with serving(APP, tmp_path_factory.mktemp("gallery")) as server:
        yield server


@pytest.fixture
def gallery(page: Page, app: PlantainServer) -> "Gallery":
    return Gallery(page, app)


class Gallery:
    """The gallery on a page of `n` runs, and what Python tells of it below."""

    def __init__(self, page: Page, app: PlantainServer, **query: object) -> None:
        self.page = page
        self.foreign = asked_hosts(page, app, {"n": 8, **query})
        expect(self.tile(0)).to_be_visible(timeout=30_000)

    def tile(self, number: int) -> Locator:
        return self.page.locator(f"[data-id=run-{number}]")

    def focus(self, number: int) -> "Gallery":
        self.tile(number).focus()
        return self

    def press(self, *keys: str) -> "Gallery":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def has_focus(self, number: int) -> None:
        expect(self.tile(number)).to_be_focused()
        expect(self.page.locator(".tile[tabindex='0']")).to_have_count(1)

    def is_rated(self, number: int, rating: int) -> None:
        expect(self.tile(number).locator(".stars .lit")).to_have_count(rating)

    def selected(self) -> set[str]:
        found = self.page.locator(".tile[aria-selected=true]").all()
        return {str(tile.get_attribute("data-id")) for tile in found}

    def python_selected(self, *numbers: int) -> None:
        """Wait until Python knows of this selection."""
        told = " ".join(sorted(f"run-{number}" for number in numbers))
        expect(self.page.get_by_text(f"selected {told}.", exact=True)).to_be_visible()

    def heard(self, count: int) -> list[dict[str, Any]]:
        """What Python was told, once it was told this often."""
        log = self.page.locator("[data-testid=stCode] code")
        expect(log).to_have_text(re.compile(rf"^(?:#[^#]*){{{count}}}$"))
        return self.said()

    def said(self) -> list[dict[str, Any]]:
        """What Python was told so far: of what is done quickly, several things at a time."""
        log = self.page.locator("[data-testid=stCode] code").inner_text()
        return [literal_eval(line[1:]) for line in log.splitlines()]


# -- keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "keys", "end"),
    [
        (0, ["ArrowRight"], 1),
        (2, ["ArrowRight"], 3),
        (3, ["ArrowLeft"], 2),
        (0, ["ArrowLeft"], 0),
        (7, ["ArrowRight"], 7),
        (1, ["ArrowDown"], 4),
        (4, ["ArrowUp"], 1),
        (1, ["ArrowUp"], 1),
        (5, ["ArrowDown"], 7),
        (7, ["ArrowDown"], 7),
        (4, ["Home"], 0),
        (4, ["End"], 7),
        (4, ["Control+End"], 7),
        (0, ["End", "ArrowUp", "ArrowLeft", "ArrowDown"], 6),
    ],
    ids=str,
)
def test_arrows_know_the_grid(gallery: Gallery, start: int, keys: list[str], end: int) -> None:
    expect(gallery.page.get_by_role("grid")).to_have_attribute("aria-colcount", "3")

    gallery.focus(start).press(*keys)

    gallery.has_focus(end)


def test_tab_enters_the_grid_once_and_leaves_it(gallery: Gallery) -> None:
    gallery.page.locator(".help").focus()

    gallery.press("Tab")
    gallery.has_focus(0)
    gallery.press("ArrowRight", "Tab")

    assert gallery.page.evaluate(FOCUSED) is None
    gallery.press("Shift+Tab")
    gallery.has_focus(1)


def test_keys_say_what_is_to_be_done_and_each_is_heard_once(gallery: Gallery) -> None:
    gallery.focus(1).press("f")
    assert gallery.heard(1)[-1] == {"favourites": {"run-1": True}}
    gallery.press("4")
    assert gallery.heard(2)[-1] == {"ratings": {"run-1": 4}}
    gallery.press("0")
    assert gallery.heard(3)[-1] == {"ratings": {"run-1": 0}}
    gallery.press("x")
    assert gallery.heard(4)[-1] == {"selected": ("run-1",)}
    gallery.press("F")
    assert gallery.heard(5)[-1] == {"favourites": {"run-1": False}}

    gallery.page.get_by_role("button", name="Again").click()
    expect(gallery.page.get_by_text("drawn 7")).to_be_visible()
    gallery.heard(5)


def test_a_key_is_about_the_selection_that_the_focus_is_in(gallery: Gallery) -> None:
    gallery.focus(0).press("Shift+ArrowRight")
    gallery.python_selected(0, 1)

    gallery.press("3")
    assert gallery.heard(2)[-1] == {"ratings": {"run-0": 3, "run-1": 3}}
    gallery.press("ArrowRight", "5")

    assert gallery.heard(3)[-1] == {"ratings": {"run-2": 5}}
    gallery.is_rated(1, 3)


def test_question_mark_shows_the_keys(gallery: Gallery) -> None:
    gallery.focus(2).press("?")
    keys = gallery.page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Clear the rating")

    gallery.press("5", "Escape")

    expect(keys).to_have_count(0)
    gallery.has_focus(2)
    gallery.is_rated(2, 0)


def test_what_cannot_be_done_has_no_key_and_no_button(page: Page, app: PlantainServer) -> None:
    gallery = Gallery(page, app, actions="open")

    gallery.focus(0).press("f", "3", "x", "Delete", "Control+a", "?")

    assert page.locator(".keys dt").count() == 4
    gallery.press("Escape", "Enter")
    assert gallery.heard(1) == [{"opened": {"id": "run-0", "number": 0}}]
    for mark in (".favourite", ".select", ".stars"):
        expect(page.locator(mark).first).to_be_hidden()


# -- opening -------------------------------------------------------------------------------------


def test_enter_opens_and_the_focus_comes_back(page: Page, app: PlantainServer) -> None:
    gallery = Gallery(page, app, n=30)
    gallery.focus(0).press("End", "ArrowUp")
    scrolled = page.evaluate(SCROLLED)
    assert scrolled > 0

    for _ in range(2):
        gallery.press("Enter")
        expect(page.get_by_text("opened run-26")).to_be_visible()
        gallery.press("Escape")
        expect(page.get_by_text("opened run-26")).to_have_count(0)
        gallery.has_focus(26)

    assert page.evaluate(SCROLLED) == scrolled


def test_a_click_opens_the_picture_that_it_hits(gallery: Gallery) -> None:
    gallery.tile(4).locator("img").nth(2).click()

    assert gallery.heard(1) == [{"opened": {"id": "run-4", "number": 2}}]


def test_a_tile_is_a_link_for_a_new_tab(gallery: Gallery) -> None:
    with gallery.page.context.expect_page() as opened:
        gallery.tile(2).locator("a").click(button="middle")

    assert opened.value.url.endswith("/?run=run-2")
    gallery.heard(0)


# -- marks show at once --------------------------------------------------------------------------


def test_a_rating_shows_before_python_has_heard_of_it(page: Page, app: PlantainServer) -> None:
    gallery = Gallery(page, app, slow=1.5)

    gallery.focus(0).press("5")

    assert gallery.tile(0).locator(".stars .lit").count() == 5
    assert page.locator("[data-testid=stCode] code").inner_text() == ""
    gallery.heard(1)
    gallery.is_rated(0, 5)


def test_nothing_is_lost_by_quick_keys(page: Page, app: PlantainServer) -> None:
    gallery = Gallery(page, app, slow=0.2)

    for number in range(8):
        gallery.focus(number).press(str(number % 5 + 1), "f")

    for number in range(8):
        gallery.is_rated(number, number % 5 + 1)
        expect(gallery.tile(number)).to_have_class("tile favoured")
    page.wait_for_function(
        "() => (document.querySelector('[data-testid=stCode] code').innerText"
        ".match(/run-7/g) ?? []).length === 2"
    )
    said = gallery.said()
    ratings = [pair for one in said for pair in one.get("ratings", {}).items()]
    favourites = [pair for one in said for pair in one.get("favourites", {}).items()]
    assert ratings == [(f"run-{number}", number % 5 + 1) for number in range(8)]
    assert favourites == [(f"run-{number}", True) for number in range(8)]


def test_stars_and_hearts_are_buttons_and_the_same_star_clears(gallery: Gallery) -> None:
    tile = gallery.tile(0)
    tile.hover()
    tile.get_by_role("button", name="3 stars").click()
    gallery.is_rated(0, 3)
    gallery.heard(1)
    tile.get_by_role("button", name="Favourite").click()
    expect(tile.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    assert len(gallery.heard(2)) == 2

    tile.get_by_role("button", name="3 stars").click()

    gallery.is_rated(0, 0)
    gallery.has_focus(0)


def test_what_was_never_heard_is_not_shown_as_kept(page: Page, app: PlantainServer) -> None:
    page.clock.install()
    gallery = Gallery(page, app)

    with frozen(app):
        gallery.focus(0).press("5")
        gallery.is_rated(0, 5)
        for _ in range(4):
            page.clock.fast_forward(8_000)
        gallery.is_rated(0, 0)
        expect(page.locator(".heard")).to_contain_text("could not be saved")

    gallery.is_rated(0, 5)
    assert gallery.heard(1) == [{"ratings": {"run-0": 5}}], "it was heard after all, and once"


@contextmanager
def frozen(app: PlantainServer) -> Iterator[None]:
    """The server's process stands still."""
    os.kill(app.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(app.pid, signal.SIGCONT)


# -- selection -----------------------------------------------------------------------------------


def test_a_range_grows_and_shrinks_with_shift(gallery: Gallery) -> None:
    gallery.focus(1).press("Shift+ArrowRight", "Shift+ArrowDown", "Shift+ArrowLeft")
    gallery.python_selected(1, 2, 3, 4)

    gallery.press("Shift+ArrowUp")
    gallery.python_selected(1)

    gallery.press("Escape")
    gallery.python_selected()


def test_clicks_select_with_shift_and_control(gallery: Gallery) -> None:
    gallery.tile(1).click(modifiers=["Control"])
    gallery.tile(3).click(modifiers=["Shift"])
    gallery.tile(5).click(modifiers=["Control"])
    gallery.tile(2).click(modifiers=["Control"])

    gallery.python_selected(1, 3, 5)
    assert not any("opened" in said for said in gallery.said())


def test_a_selection_outlives_paging_by_id(gallery: Gallery) -> None:
    page = gallery.page
    gallery.focus(1).press("x")
    gallery.python_selected(1)

    page.get_by_role("radio", name="1").click()
    expect(gallery.tile(8)).to_be_visible()
    assert gallery.selected() == set()
    expect(page.locator(".count")).to_have_text("1 selected, 1 on other pages")
    gallery.focus(9).press("x")
    gallery.python_selected(1, 9)

    page.get_by_role("radio", name="0").click()
    expect(gallery.tile(0)).to_be_visible()
    assert gallery.selected() == {"run-1"}
    page.get_by_role("button", name="Clear").click()
    gallery.python_selected()
    expect(page.locator(".chosen")).to_be_hidden()


def test_control_a_selects_the_page(gallery: Gallery) -> None:
    gallery.focus(0).press("Control+a")

    gallery.python_selected(*range(8))


def test_what_is_deleted_goes_and_the_next_has_the_focus(gallery: Gallery) -> None:
    gallery.focus(2).press("Delete")
    expect(gallery.tile(2)).to_have_count(0)
    gallery.has_focus(3)

    gallery.press("x", "ArrowRight", "x")
    gallery.python_selected(3, 4)
    gallery.page.get_by_role("button", name="Delete").click()

    expect(gallery.tile(4)).to_have_count(0)
    gallery.python_selected()
    assert gallery.said()[-1]["deleted"] == ("run-3", "run-4")


# -- drawing anew --------------------------------------------------------------------------------


def test_focus_and_scrolling_outlive_what_is_drawn_above(page: Page, app: PlantainServer) -> None:
    gallery = Gallery(page, app, n=30)
    gallery.focus(0).press("End")
    images = page.locator(".tile img").count()

    gallery.press("4")
    gallery.heard(1)

    gallery.has_focus(29)
    assert page.locator(".tile img").count() == images
    assert page.evaluate(SCROLLED) > 0


def test_another_page_begins_at_its_top(page: Page, app: PlantainServer) -> None:
    gallery = Gallery(page, app, n=30)
    gallery.focus(0).press("End")

    page.get_by_role("radio", name="1").click()

    expect(gallery.tile(30)).to_be_in_viewport()


# -- sight and hearing ---------------------------------------------------------------------------


def test_a_screen_reader_hears_a_grid(gallery: Gallery) -> None:
    gallery.focus(3).press("f", "2", "x")
    gallery.python_selected(3)

    grid = gallery.page.get_by_role("grid", name="Runs")
    assert grid.get_by_role("row").count() == 3
    cell = grid.get_by_role("gridcell", selected=True)
    name = "A red kite, number 3, Done, $0.080, 4 min ago, favourite, rated 2 of 5, flagged"
    expect(cell).to_have_accessible_name(name)
    expect(gallery.tile(4)).to_have_accessible_name(
        "A red kite, number 4, Done, 4 pictures, $0.080, 5 min ago"
    )
    assert cell.get_attribute("aria-colindex") == "1"
    expect(gallery.page.locator("[role=status].heard")).to_have_text("1 selected")


def test_pictures_load_when_they_are_near_and_nothing_moves(
    page: Page, app: PlantainServer
) -> None:
    page.add_init_script(
        "window.shifted = 0; new PerformanceObserver(list => list.getEntries().forEach(one => "
        "one.sources.some(source => source.node?.getRootNode() !== document)"
        " && (window.shifted += one.value))).observe({type: 'layout-shift', buffered: true})"
    )
    Gallery(page, app, n=150)
    images = page.locator(".tile img")
    expect(images.first).to_have_js_property("complete", True)

    loaded = images.evaluate_all("all => all.filter(image => image.naturalWidth > 0).length")

    assert 0 < loaded < images.count() / 2
    # A font that comes late may move everything, once.
    page.evaluate("document.fonts.ready.then(() => { window.shifted = 0; })")
    images.last.scroll_into_view_if_needed()
    expect(images.last).not_to_have_js_property("naturalWidth", 0)
    assert page.evaluate("window.shifted") == 0


def test_hostile_words_stay_words(gallery: Gallery) -> None:
    page = gallery.page
    expect(gallery.tile(1).locator(".label")).to_contain_text("<b>bold</b>")
    expect(gallery.tile(6).locator(".problem")).to_contain_text("<b>bold</b>")
    expect(gallery.tile(6)).to_have_accessible_name(
        "A red kite, number 6, Failed, $0.000, 7 min ago, The provider refused it. "
        "\u202e<b>bold</b> ![x](https://evil.example/x.png) <img src=https://evil.example/y.png>"
    )

    assert page.locator(".tile b").count() == 0
    for number in (1, 2, 6):
        box = gallery.tile(number).bounding_box()
        assert box is not None
        assert box["height"] < 400
    settled(page)
    assert gallery.foreign == []


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_what_is_under_way_shimmers_unless_that_is_unwanted(gallery: Gallery, motion: Any) -> None:
    gallery.page.emulate_media(reduced_motion=motion)

    animation = (
        gallery.tile(5).locator(".open").evaluate("it => getComputedStyle(it).animationName")
    )

    assert animation == ("none" if motion == "reduce" else "shimmer")
    expect(gallery.tile(5)).to_contain_text("Running")


# -- sizes and touch -----------------------------------------------------------------------------


def test_the_size_is_chosen_and_remembered(gallery: Gallery) -> None:
    page = gallery.page
    grid = page.get_by_role("grid")
    slider = page.get_by_role("slider", name="Size of the pictures")
    slider.focus()

    gallery.press("End")
    expect(grid).to_have_attribute("aria-colcount", "2")
    gallery.press("Home")
    expect(grid).to_have_attribute("aria-colcount", "5")

    page.reload()
    settled(page)
    expect(grid).to_have_attribute("aria-colcount", "5")
    gallery.heard(0)


@pytest.mark.parametrize("screen", [PHONE], ids=str)
def test_a_phone_has_two_columns(gallery: Gallery) -> None:
    expect(gallery.page.get_by_role("grid")).to_have_attribute("aria-colcount", "2")
    assert gallery.page.evaluate("document.documentElement.scrollWidth") <= PHONE.width


def test_the_columns_follow_the_window_and_the_focus_stays(gallery: Gallery) -> None:
    gallery.focus(6)

    gallery.page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})

    expect(gallery.page.get_by_role("grid")).to_have_attribute("aria-colcount", "2")
    gallery.has_focus(6)
    gallery.press("ArrowUp")
    gallery.has_focus(4)


@pytest.fixture
def touched(browser: Browser, app: PlantainServer) -> Iterator[Gallery]:
    """The gallery under a finger."""
    context = browser.new_context(
        viewport={"width": PHONE.width, "height": PHONE.height},
        has_touch=True,
        is_mobile=True,
        reduced_motion="reduce",
    )
    page = context.new_page()
    yield Gallery(page, app)
    see_no_problem(page)
    context.close()


def test_a_tap_opens_and_a_long_press_selects(touched: Gallery) -> None:
    page = touched.page
    touched.tile(0).tap()
    expect(page.get_by_text("opened run-0")).to_be_visible()
    page.get_by_role("button", name="Close").tap()
    expect(page.get_by_text("opened run-0")).to_have_count(0)

    press_long(page, touched.tile(1).locator("a"))
    touched.python_selected(1)
    touched.tile(2).locator("a").tap()
    touched.python_selected(1, 2)
    touched.tile(1).locator("a").tap()
    touched.python_selected(2)


def press_long(page: Page, target: Locator) -> None:
    """Hold a finger on it until it is selected."""
    box = target.bounding_box()
    assert box is not None
    finger = {"x": box["x"] + 20, "y": box["y"] + 20}
    devtools = page.context.new_cdp_session(page)
    devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
    expect(page.locator(".tile[aria-selected=true]")).to_have_count(1)
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize("screen", [DESKTOP], ids=str)
def test_a_mouse_press_however_long_opens(gallery: Gallery, screen: Screen) -> None:
    gallery.tile(0).locator("a").click(delay=700)

    assert gallery.heard(1) == [{"opened": {"id": "run-0", "number": 0}}]
