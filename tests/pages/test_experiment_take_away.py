"""Taking an experiment away on its page: what is offered is what can be fetched."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from PIL import Image

from lib.bootstrap import Services
from lib.domain.experiment_votes import Outcome
from lib.services.taking_away.of_experiments.asked import PictureSize
from lib.services.taking_away.prepared import Form
from lib.services.taking_away.taking_away import Outgoing
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


def files_of(shown: ExperimentsPage, services: Services) -> list[Outgoing]:
    """What the links lead to."""
    tokens = [
        link.proto.url.rsplit("/", 1)[1]
        for link in shown.app.get("link_button")
        if "/take-away/" in link.proto.url
    ]
    files = [services.taking_away.fetch(token) for token in tokens]
    assert all(files)
    return [file for file in files if file]


def test_each_file_that_is_offered_can_be_fetched(
    shown: ExperimentsPage, services: Services
) -> None:
    files = files_of(shown, services)

    endings = ["zip", "csv", "xlsx", "parquet", "csv", "png", "html", "pdf"]
    assert [file.name.rsplit(".", 1)[1] for file in files] == endings
    for file in files:
        assert file.name.startswith("plantain-kites-")
        assert b"".join(file.data)


def test_votes_are_in_the_table_and_in_the_report(
    shown: ExperimentsPage, services: Services
) -> None:
    (pair,) = services.judging.show(shown.opened(), by="local")
    assert services.judging.vote(pair, Outcome.LEFT, by="local")

    found = [file for file in files_of(shown, services) if "charge-lines" not in file.name]
    files = {file.name.rsplit(".", 1)[1]: file for file in found}
    first, second = csv.DictReader(
        io.StringIO(b"".join(files["csv"].data).decode("utf-8-sig"), newline="")
    )
    assert (first["votes"], second["votes"]) == ("1", "1")
    assert Decimal(first["score"]) == -Decimal(second["score"]) != 0
    assert "1 vote by 1 person" in b"".join(files["html"].data).decode()


def test_the_picture_has_the_chosen_size_and_format(
    shown: ExperimentsPage, services: Services
) -> None:
    widths = []
    for size in (PictureSize.SMALL, PictureSize.LARGE):
        shown.app.segmented_control(key=experiment_take_away.SIZE).set_value(size)
        shown.app.segmented_control(key=experiment_take_away.PICTURE).set_value(Form.WEBP)
        shown.run()
        (file,) = [file for file in files_of(shown, services) if file.mime == "image/webp"]
        widths.append(Image.open(io.BytesIO(b"".join(file.data))).width)

    assert widths[1] > widths[0] + 2 * (512 - 128)
