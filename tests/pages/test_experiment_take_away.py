"""Taking an experiment away on its page: what is offered is what can be fetched."""

from collections.abc import Callable

import pytest

from lib.bootstrap import Services
from lib.ui import experiment_take_away
from tests.pages.conftest import wait_until
from tests.pages.test_experiments import ExperimentsPage, page  # noqa: F401


@pytest.fixture
def shown(page: Callable[..., ExperimentsPage]) -> ExperimentsPage:  # noqa: F811
    """An experiment of two cells, at its end."""
    opened = page().fill(prompt="a kite to take away", experiment_name="Kites")
    opened.vary("resolution", "0.5K", "1K").press("experiment_start")
    wait_until(lambda: opened.started().progress.is_over)
    opened.run()
    return opened


def test_each_file_that_is_offered_can_be_fetched(
    shown: ExperimentsPage, services: Services
) -> None:
    links = [
        link.proto.url.rsplit("/", 1)[1]
        for link in shown.app.get("link_button")
        if "/take-away/" in link.proto.url
    ]
    files = [services.taking_away.fetch(token) for token in links]

    assert [file.name.rsplit(".", 1)[1] for file in files if file] == [
        str(form) for form in experiment_take_away.FORMS
    ]
    for file in files:
        assert file is not None
        assert file.name.startswith("plantain-kites-")
        assert b"".join(file.data)
