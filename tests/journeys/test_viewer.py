"""The viewer in a real browser: it zooms, moves, turns, closes, and keeps its keys to itself."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.browsing import PHONE, forget_problems, see_no_problem, settled
from tests.journeys.small_app import asked_hosts, serving
from tests.plantain_server import PlantainServer

APP = Path(__file__).parent / "viewer_app/app.py"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlantainServer]:
    with serving(APP, tmp_path_factory.mktemp("viewer")) as server:
        yield server


@pytest.fixture
def viewer(page: Page, app: PlantainServer) -> "Viewer":
    return Viewer(page, app)


class Viewer:
    """The viewer, opened by a button, at the first of four pictures."""

    def __init__(self, page: Page, app: PlantainServer, **query: object) -> None:
        self.page = page
        self.foreign = asked_hosts(page, app, query)
        self.open(1)

    def open(self, number: int) -> None:
        self.page.get_by_role("button", name=f"Open {number}").click()
        expect(self.dialog).to_be_visible(timeout=30_000)

    @property
    def dialog(self) -> Locator:
        return self.page.locator("dialog.viewer")

    @property
    def picture(self) -> Locator:
        """The picture itself, once it is there."""
        image = self.dialog.locator(".mover img:last-child")
        expect(image).to_have_js_property("complete", True)
        expect(self.dialog.locator(".mover img")).to_have_count(1)
        return image

    def press(self, *keys: str) -> "Viewer":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def shows(self, number: int) -> None:
        expect(self.dialog.locator(".place")).to_have_text(f"{number} of 4")
        expect(self.picture).to_have_attribute("alt", re.compile(rf"^Picture {number}: "))

    def percent(self) -> int:
        return int(self.dialog.locator(".percent").inner_text().rstrip(" %"))

    def box(self) -> tuple[float, float, float, float]:
        """Where the picture is, as it is seen: left, top, width, height."""
        found = self.picture.bounding_box()
        assert found is not None
        return found["x"], found["y"], found["width"], found["height"]


def test_it_opens_whole_and_above_everything(viewer: Viewer) -> None:
    viewer.shows(1)
    _left, _top, width, height = viewer.box()

    assert width == pytest.approx(height)
    assert height <= 900
    assert viewer.percent() == round(width / 2048 * 100)
    expect(viewer.dialog.locator(".caption")).to_have_text("One")
    expect(viewer.dialog).to_be_focused()


def test_keys_turn_and_stop_at_the_ends(viewer: Viewer) -> None:
    viewer.press("ArrowLeft").shows(1)
    viewer.press("ArrowRight").shows(2)
    viewer.press("End").shows(4)
    viewer.press("ArrowRight").shows(4)
    expect(viewer.dialog.get_by_role("button", name="Next picture")).to_be_hidden()
    viewer.press("Home").shows(1)
    viewer.dialog.get_by_role("button", name="Next picture").click()
    viewer.shows(2)


def test_keys_zoom_and_the_next_picture_is_whole_again(viewer: Viewer) -> None:
    viewer.shows(1)
    whole = viewer.percent()

    viewer.press("+")
    assert viewer.percent() == pytest.approx(whole * 1.25, abs=1)
    viewer.press("-", "-", "-")
    assert viewer.percent() == whole, "it is never smaller than the window allows"
    viewer.press("z")
    assert viewer.percent() == 100
    assert viewer.box()[2] == pytest.approx(2048, abs=1)
    viewer.press("z")
    assert viewer.percent() == whole
    viewer.press("z", "0")
    assert viewer.percent() == whole

    viewer.press("+", "ArrowRight").shows(2)
    assert viewer.percent() < 100


def test_the_wheel_zooms_at_the_pointer(viewer: Viewer) -> None:
    left, top, width, height = viewer.box()
    point = (left + width * 0.25, top + height * 0.25)
    viewer.page.mouse.move(*point)

    viewer.page.mouse.wheel(0, -600)

    expect(viewer.dialog.locator(".closer")).to_have_count(1)
    now_left, now_top, now_width, now_height = viewer.box()
    assert now_width > width * 2
    assert (point[0] - now_left) / now_width == pytest.approx(0.25, abs=0.01)
    assert (point[1] - now_top) / now_height == pytest.approx(0.25, abs=0.01)


def test_it_is_moved_by_the_mouse_and_by_keys_and_never_out_of_sight(viewer: Viewer) -> None:
    page = viewer.page
    viewer.press("z")
    left, top, _width, _height = viewer.box()

    page.mouse.move(600, 400)
    page.mouse.down()
    page.mouse.move(500, 350, steps=3)
    page.mouse.up()
    assert viewer.box()[:2] == pytest.approx((left - 100, top - 50), abs=1)
    viewer.press("Shift+ArrowRight")
    assert viewer.box()[0] == pytest.approx(left - 100 - 128, abs=1)

    viewer.press(*["Shift+ArrowLeft"] * 20)
    assert viewer.box()[0] == pytest.approx(0, abs=1)


def test_a_double_click_shows_the_pixels_there(viewer: Viewer) -> None:
    left, top, width, height = viewer.box()

    viewer.page.mouse.dblclick(left + width * 0.5, top + height * 0.5)

    assert viewer.percent() == 100


def test_a_picture_whose_size_nobody_told_is_measured(viewer: Viewer) -> None:
    viewer.press("End", "ArrowLeft").shows(3)

    _left, _top, width, height = viewer.box()

    assert width / height == pytest.approx(1376 / 768, rel=0.01)


@pytest.mark.parametrize("how", ["Escape", "Close"])
def test_it_closes_once_and_tells_where(viewer: Viewer, how: str) -> None:
    page = viewer.page
    viewer.press("ArrowRight").shows(2)

    if how == "Close":
        viewer.dialog.get_by_role("button", name="Close").click()
    else:
        viewer.press("Escape")

    expect(viewer.dialog).to_have_count(0)
    expect(page.get_by_text("closed at p1.", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Open 1")).to_be_focused()
    viewer.open(3)
    viewer.shows(3)
    viewer.press("Escape")
    expect(page.get_by_text("closed at p1 p2.", exact=True)).to_be_visible()


def test_it_stays_open_where_it_is_while_the_page_is_drawn_anew(viewer: Viewer) -> None:
    viewer.press("ArrowRight", "z").shows(2)

    viewer.page.get_by_role("button", name="Again", include_hidden=True).evaluate(
        "button => button.click()"
    )
    settled(viewer.page)

    viewer.shows(2)
    assert viewer.percent() == 100


def test_in_a_drawer_escape_closes_the_viewer_alone(page: Page, app: PlantainServer) -> None:
    viewer = Viewer(page, app, drawer=1)
    viewer.press("ArrowRight").shows(2)

    viewer.press("Escape")

    expect(viewer.dialog).to_be_hidden()
    expect(page.get_by_text("closed at p1.", exact=True)).to_be_attached()


def test_the_download_is_a_link_where_there_is_one(viewer: Viewer) -> None:
    link = viewer.dialog.get_by_role("link", name="Download")
    expect(link).to_have_attribute("href", "/app/static/img/0-2048x2048")
    assert link.get_attribute("download") is not None

    viewer.press("ArrowRight").shows(2)

    expect(link).to_be_hidden()


def test_hostile_words_stay_words(viewer: Viewer) -> None:
    viewer.press("ArrowRight").shows(2)

    expect(viewer.dialog.locator(".caption")).to_contain_text("<b>bold</b>")
    assert viewer.dialog.locator("b").count() == 0
    assert viewer.foreign == []


def test_a_picture_that_is_gone_is_told_as_such(page: Page, app: PlantainServer) -> None:
    viewer = Viewer(page, app, broken=1)

    expect(viewer.dialog.locator(".cannot")).to_have_text("This picture cannot be shown.")
    viewer.press("ArrowRight", "+", "z", "Escape")
    expect(page.get_by_text("closed at p1.", exact=True)).to_be_visible()
    forget_problems(page)


@pytest.fixture
def touched(browser: Browser, app: PlantainServer) -> Iterator[Viewer]:
    """The viewer under fingers."""
    context = browser.new_context(
        viewport={"width": PHONE.width, "height": PHONE.height}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    yield Viewer(page, app)
    see_no_problem(page)
    context.close()


def test_a_pinch_zooms_and_a_swipe_turns(touched: Viewer) -> None:
    touched.shows(1)
    before = touched.percent()

    touch(touched.page, [(250, 400)], [(150, 402)], [(60, 405)])
    touched.shows(2)
    touch(touched.page, [(60, 400)], [(250, 405)])
    touched.shows(1)

    touch(touched.page, [(170, 400), (220, 400)], [(120, 400), (270, 400)])
    assert touched.percent() == pytest.approx(before * 3, rel=0.05)
    touch(touched.page, [(250, 400)], [(60, 405)])
    touched.shows(1)


def test_a_phone_shows_all_buttons(touched: Viewer) -> None:
    for name in ("Zoom in", "Zoom out", "Close", "Next picture"):
        expect(touched.dialog.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    expect(touched.dialog.get_by_role("link", name="Download")).to_be_in_viewport(ratio=1)


def touch(page: Page, *steps: list[tuple[int, int]]) -> None:
    """Put fingers down, move them, and lift them."""
    devtools = page.context.new_cdp_session(page)
    for at, fingers in enumerate(steps):
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(fingers)]
        kind = "touchMove" if at else "touchStart"
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    devtools.detach()
