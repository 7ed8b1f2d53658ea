"""Judging in a real browser: a key is a vote, the next pair is there at once, nothing is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.small_app import asked_hosts, serving
from tests.plantain_server import PlantainServer

APP = Path(__file__).parent / "voting_app/app.py"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlantainServer]:
    with serving(APP, tmp_path_factory.mktemp("voting")) as server:
        yield server


class Voting:
    """Some pairs to judge."""

    def __init__(self, page: Page, app: PlantainServer, n: int = 6) -> None:
        self.page = page
        self.foreign = asked_hosts(page, app, {"n": n})
        expect(self.pictures.first).to_be_visible(timeout=30_000)

    @property
    def pictures(self) -> Locator:
        return self.page.locator(".voting .frame img:last-child")

    def press(self, *keys: str) -> "Voting":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def has_said(self, words: str) -> None:
        expect(self.page.get_by_text(words, exact=True)).to_be_visible()

    def shows(self, hue: int) -> None:
        expect(self.pictures.first).to_have_attribute("src", f"/app/static/img/{hue}-512x512")


def test_keys_vote_and_what_is_pressed_fast_is_all_counted_in_order(page: Page, app):
    voting = Voting(page, app)

    voting.press("ArrowLeft", "2", "ArrowDown")

    voting.has_said("t0:left t1:right t2:tie")
    voting.shows(90)
    voting.press("s", "t", "1")
    voting.has_said("t0:left t1:right t2:tie t3:skip t4:tie t5:left")
    expect(page.get_by_text("6 votes", exact=True)).to_be_visible()
    assert voting.foreign == []


def test_the_last_vote_is_taken_back_and_its_pair_is_there_again(page: Page, app):
    voting = Voting(page, app)
    voting.press("1", "2")
    voting.has_said("t0:left t1:right")

    voting.press("u")

    voting.has_said("t0:left")
    voting.shows(30)
    voting.press("ArrowDown")
    voting.has_said("t0:left t1-again:tie")


def test_keys_that_are_typed_elsewhere_are_no_votes(page: Page, app):
    voting = Voting(page, app)

    page.get_by_label("A field").fill("")
    page.get_by_label("A field").press_sequentially("1st u")
    page.get_by_label("A field").press("Tab")
    voting.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    voting.press("1", "Escape", "ArrowRight")

    voting.has_said("t0:right")


def test_on_a_phone_both_pictures_are_seen_and_chosen(phone: Page, app):
    voting = Voting(phone, app)

    upper, lower = (phone.locator(".voting .side").nth(nth).bounding_box() for nth in (0, 1))
    assert upper
    assert lower
    assert upper["x"] == lower["x"]
    assert upper["y"] + upper["height"] <= lower["y"]
    phone.get_by_role("button", name="The second picture is better").click()
    voting.has_said("t0:right")
    phone.get_by_role("button", name="Undo").click()
    voting.has_said("nothing")
