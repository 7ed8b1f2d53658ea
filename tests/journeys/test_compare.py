"""The comparison in a real browser: three ways to look at pictures that move together."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.browsing import PHONE
from tests.journeys.small_app import asked_hosts, serving
from tests.plantain_server import PlantainServer

APP = Path(__file__).parent / "viewer_app/app.py"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlantainServer]:
    with serving(APP, tmp_path_factory.mktemp("compare")) as server:
        yield server


class Comparison:
    """A comparison of `n` pictures."""

    def __init__(self, page: Page, app: PlantainServer, n: int, mode: str = "side") -> None:
        self.page = page
        self.foreign = asked_hosts(page, app, {"n": n, "mode": mode})
        expect(self.panes).to_be_visible(timeout=30_000)
        expect(page.locator("figure .mover img")).to_have_count(n)

    @property
    def panes(self) -> Locator:
        return self.page.get_by_role("group", name="Pictures to compare")

    def press(self, *keys: str) -> "Comparison":
        self.panes.focus()
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def seen(self) -> str:
        """The letters of the pictures that are seen."""
        letters = self.page.locator("figure:not(.unseen) .letter").all_inner_texts()
        return "".join(letters)

    def boxes(self) -> list[tuple[float, float, float]]:
        """Of each picture that is seen: where it is in its pane, and how wide."""
        found = []
        for figure in self.page.locator("figure:not(.unseen)").all():
            pane, image = figure.locator(".pane"), figure.locator(".mover img").last
            around, box = pane.bounding_box(), image.bounding_box()
            assert around is not None
            assert box is not None
            found.append((box["x"] - around["x"], box["y"] - around["y"], box["width"]))
        return found

    def divider(self) -> Locator:
        return self.page.get_by_role("slider", name="Slider")


@pytest.mark.parametrize("n", [2, 3, 4])
def test_pictures_beside_one_another_are_zoomed_and_moved_together(
    page: Page, app: PlantainServer, n: int
) -> None:
    comparison = Comparison(page, app, n)
    assert comparison.seen() == "ABCD"[:n]
    first = page.locator("figure .pane").first
    before = comparison.boxes()

    first.hover()
    page.mouse.wheel(0, -500)
    page.mouse.down()
    page.mouse.move(420, 420, steps=3)
    page.mouse.up()

    expect(page.locator("figure .closer")).to_have_count(n)
    boxes = comparison.boxes()
    assert boxes[0] != before[0]
    assert boxes[0][2] > before[0][2] * 2
    for other in boxes[1:]:
        assert other == pytest.approx(boxes[0], abs=1), "also of another size, the same part"


def test_two_pictures_are_divided_by_a_slider(page: Page, app: PlantainServer) -> None:
    comparison = Comparison(page, app, 2, mode="slider")
    divider = comparison.divider()
    expect(divider).to_have_attribute("aria-valuenow", "50")
    expect(page.locator(".picks")).to_be_hidden()

    comparison.press("ArrowLeft", "ArrowLeft")
    expect(divider).to_have_attribute("aria-valuenow", "46")
    comparison.press("Home")
    expect(divider).to_have_attribute("aria-valuenow", "0")
    comparison.press("End")
    expect(divider).to_have_attribute("aria-valuenow", "100")

    box = comparison.panes.bounding_box()
    assert box is not None
    divider.hover()
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 100, steps=3)
    page.mouse.up()
    expect(divider).to_have_attribute("aria-valuenow", "30")
    clips = page.locator("figure .pane").evaluate_all(
        "panes => panes.map(pane => getComputedStyle(pane).clipPath)"
    )
    assert clips == ["inset(0px 70% 0px 0px)", "inset(0px 0px 0px 30%)"]


def test_of_more_than_two_one_picks_the_sides(page: Page, app: PlantainServer) -> None:
    comparison = Comparison(page, app, 4, mode="slider")
    assert comparison.seen() == "AB"

    page.get_by_label("Right of the slider").select_option("D")
    assert comparison.seen() == "AD"
    page.get_by_label("Left of the slider").select_option("D")

    assert comparison.seen() == "AD"
    expect(page.locator(".leftmost .letter")).to_have_text("D")
    expect(page.get_by_label("Right of the slider")).to_have_value("0")


def test_flicker_shows_one_at_a_time_by_keys(page: Page, app: PlantainServer) -> None:
    comparison = Comparison(page, app, 3)

    comparison.press("f")
    assert comparison.seen() == "A"
    comparison.press(" ")
    assert comparison.seen() == "B"
    comparison.press("ArrowLeft", "ArrowLeft")
    assert comparison.seen() == "C"
    comparison.press("1")
    assert comparison.seen() == "A"
    page.locator(".turns").get_by_role("button", name="B").click()
    assert comparison.seen() == "B"
    comparison.press("s")
    assert comparison.seen() == "ABC"


def test_flicker_plays_and_stops_when_one_looks_otherwise(page: Page, app: PlantainServer) -> None:
    page.clock.install()
    comparison = Comparison(page, app, 2, mode="flicker")
    assert comparison.seen() == "A", "nothing flickers that nobody has started"

    page.get_by_role("button", name="Play").click()
    page.clock.fast_forward(750)
    assert comparison.seen() == "B"
    page.clock.fast_forward(750)
    assert comparison.seen() == "A"
    page.get_by_role("button", name="Pause").click()
    page.clock.fast_forward(5_000)
    assert comparison.seen() == "A"

    comparison.press("p", "d", "f")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_the_look_stays_from_one_way_to_the_next(page: Page, app: PlantainServer) -> None:
    comparison = Comparison(page, app, 2)
    comparison.press("d", "+", "+", "Shift+ArrowRight")
    on_the_slider = comparison.boxes()

    comparison.press("f")
    assert comparison.boxes() == [pytest.approx(on_the_slider[0], abs=1)]
    comparison.press("0", "d")

    assert comparison.boxes()[0][2] < on_the_slider[0][2]


def test_nothing_of_it_draws_the_page_anew(page: Page, app: PlantainServer) -> None:
    comparison = Comparison(page, app, 2)
    page.evaluate(
        "new MutationObserver(() => window.redrawn = true).observe("
        "document.querySelector('[data-testid=stApp]'), {attributeFilter: ['data-test-script-state']})"
    )

    comparison.press("d", "ArrowLeft", "f", " ", "s", "+", "0", "z")

    assert page.evaluate("window.redrawn") is None


def test_hostile_words_stay_words(page: Page, app: PlantainServer) -> None:
    comparison = Comparison(page, app, 2)

    expect(page.locator("figcaption").nth(1)).to_contain_text("<b>bold</b>")

    assert page.locator("figcaption b").count() == 2, "those are the letters"
    assert comparison.foreign == []


@pytest.mark.parametrize("screen", [PHONE], ids=str)
def test_a_phone_stacks_what_is_too_wide(page: Page, app: PlantainServer) -> None:
    Comparison(page, app, 2)

    tops = [box["y"] for one in page.locator("figure").all() if (box := one.bounding_box())]

    assert tops[1] > tops[0] + 100
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE.width
