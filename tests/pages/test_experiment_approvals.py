"""On the page: a sum above the price for owners is asked for by a link, and started by a yes."""

import pytest

from tests.pages.conftest import wait_until
from tests.pages.reading import ReadingPage
from tests.pages.test_experiments import page

__all__ = ["page"]


@pytest.fixture
def threshold(services):
    services.approvals.set_threshold(100_000, by="local")
    yield
    services.approvals.set_threshold(None, by="local")


def test_start_asks_an_owner_and_a_yes_starts_it(page, services, threshold):
    shown = page().fill(prompt="a dear kite", experiment_name="Dear *kites*")
    shown.vary("resolution", "0.5K", "1K")
    assert shown.says("needs an owner: Start asks one by a link")

    shown.press("experiment_start")
    assert shown.says("An owner is asked. Nothing was sent yet.")
    assert shown.says("Waits for an owner. Send the link to one:")
    (asked,) = services.approving.waiting()

    card = ReadingPage("approvals", request=asked.id)
    assert "Experiment Dear *kites*" in [text.value for text in card.app.text]
    card.press(f"approval_accept_{asked.id}")
    started = services.approving.find(asked.id).experiment_id
    wait_until(lambda: services.experiments.find(started).progress.is_over)
    assert "Open the experiment" in [link.proto.label for link in card.app.get("page_link")]


def test_an_owner_may_accept_by_a_tick_at_once(page, services, threshold):
    shown = page().fill(prompt="a dear kite of mine").vary("resolution", "0.5K", "1K")

    shown.fill(experiment_accepted=True).press("experiment_start")

    assert shown.started().progress.cells == 2
