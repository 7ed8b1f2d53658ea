"""The grid of an experiment: laid out by its address, rated, opened and compared."""

import json
from typing import Any

import pytest

from lib.bootstrap import Services
from lib.domain.experiment_progress import Experiment
from lib.ui.browser.inbox import Inbox
from tests.domain.designs import grid
from tests.pages.conftest import wait_until
from tests.pages.reading import ReadingPage

DESIGN = grid(animal=["cat", "dog <b>", "[fail]"], resolution=["0.5K", "1K"])
FAILS = "[fail]"


class Grid(ReadingPage):
    """A tab that shows an experiment."""

    def __init__(self, experiment: Experiment, **query: Any) -> None:
        self.experiment = experiment
        super().__init__("experiments", experiment=experiment.id, **query)

    def sheet(self) -> dict[str, Any]:
        (component,) = (
            found
            for found in self.app.get("bidi_component")
            if "plantain_matrix" in str(found.proto)
        )
        data: dict[str, Any] = json.loads(component.proto.json)
        return data

    def asked(self, name: str) -> str:
        """A parameter of the address."""
        value: Any = self.app.query_params[name]
        return value if isinstance(value, str) else str(value[0])

    def keys(self) -> list[str]:
        return [cell[0] for cell in self.sheet()["cells"]]

    def did(self, *events: dict[str, object]) -> "Grid":
        """As if these had come from the grid in the browser."""
        key = f"experiment_grid_{self.experiment.id}_inbox"
        self.app.session_state[key] = Inbox(events)
        self.run()
        return self

    def choose(self, key: str, value: object) -> "Grid":
        kinds = (*self.app.get("button_group"), *self.app.multiselect, *self.app.selectbox)
        next(one for one in kinds if one.key == key).set_value(value)
        self.run()
        return self


@pytest.fixture(scope="module")
def experiment(opened: Services) -> Experiment:
    """One that has come to its end; one of its animals fails. The tests below only mark it."""
    plan = opened.experiments.plan(DESIGN, reuse=False)
    made = opened.experiments.start(plan, click_token="grid", created_by="local")
    wait_until(lambda: found(opened, made).progress.is_over)
    return found(opened, made)


def found(services: Services, experiment_id: str) -> Experiment:
    experiment = services.experiments.find(experiment_id)
    assert experiment is not None
    return experiment


def test_a_failed_cell_says_why_and_that_it_was_free(experiment: Experiment) -> None:
    sheet = Grid(experiment).sheet()

    failed = [cell for cell in sheet["cells"] if cell[1] == sheet["rows"].index([FAILS])]
    assert [cell[3] for cell in failed] == ["Failed", "Failed"]
    assert [cell[5] for cell in failed] == ["$0.000", "$0.000"]
    assert all(cell[7] and not cell[4] for cell in failed)


def test_the_address_says_what_stands_where_and_what_is_hidden(experiment: Experiment) -> None:
    page = Grid(experiment, columns="animal", hide="resolution:1K")

    sheet = page.sheet()
    assert (sheet["rowNames"], sheet["columnNames"]) == (["resolution"], ["animal"])
    assert (sheet["rows"], sheet["columns"]) == ([["0.5K"]], [["cat"], ["dog <b>"], [FAILS]])

    page.press("experiment_show_all")
    assert page.sheet()["rows"] == [["0.5K"], ["1K"]]
    assert "hide" not in page.query


def test_an_older_link_still_says_what_goes_across(experiment: Experiment) -> None:
    assert Grid(experiment, across="animal").sheet()["columnNames"] == ["animal"]


def test_pages_are_turned_and_stand_in_the_address(experiment: Experiment) -> None:
    page = Grid(experiment).choose("experiment_place_animal", "Pages")
    assert page.asked("pages") == "animal"
    assert page.sheet()["rows"] == [[]]

    page.press("experiment_next_page")
    again = Grid(experiment, pages="animal", at=page.asked("at"))
    assert again.sheet()["sheet"] == page.sheet()["sheet"]
    assert "dog <b>" in page.sheet()["sheet"]


def test_values_are_hidden_until_none_is_left(experiment: Experiment) -> None:
    page = Grid(experiment).choose("experiment_hide_animal", ["cat", FAILS])
    assert page.sheet()["rows"] == [["dog <b>"]]

    page.choose("experiment_hide_resolution", ["0.5K", "1K"])
    assert page.says("Every cell is hidden")


def test_ratings_and_favourites_are_those_of_the_runs(
    experiment: Experiment, opened: Services
) -> None:
    page = Grid(experiment)
    first, second, *_ = page.keys()
    runs = {cell.key: cell.run_id for cell in opened.experiments.cells(experiment.id)}

    page.did(
        {"n": 1, "kind": "rate", "ids": [first, second, "no cell"], "value": 4},
        {"n": 2, "kind": "favourite", "ids": [second], "value": True},
    )

    assert opened.search.marks(runs[first]).rating == 4
    assert opened.search.marks(runs[second]).favourite
    assert [cell[-2:] for cell in page.sheet()["cells"][:2]] == [[0, 4], [1, 4]]


def test_a_cell_is_opened_beside_the_others_of_its_page(
    experiment: Experiment, opened: Services
) -> None:
    page = Grid(experiment)
    first, second, *_ = page.keys()
    runs = {cell.key: cell.run_id for cell in opened.experiments.cells(experiment.id)}

    page.did({"n": 1, "kind": "open", "ids": [first], "value": 0})
    assert page.asked("run") == runs[first]
    assert not page.has_button("history_previous_run")
    page.press("history_next_run")
    assert page.asked("run") == runs[second]
    assert page.asked("experiment") == experiment.id


def test_two_selected_cells_are_compared_by_what_differs(experiment: Experiment) -> None:
    page = Grid(experiment)
    first, second, *_ = page.keys()

    page.did({"n": 1, "kind": "select", "ids": [first, second]})
    assert page.sheet()["selected"] == [first, second]
    page.did({"n": 2, "kind": "compare", "ids": [first, second]})

    table = page.table("Differs")
    assert list(table["Differs"])[:1] == ["resolution"]
    assert {"Cost", "Time at the API"} <= set(table["Differs"])
    page.press("history_leave_compare")
    assert page.sheet()["selected"] == [first, second]


def test_a_run_that_is_not_there_is_said(experiment: Experiment) -> None:
    page = Grid(experiment, run="nothing")
    assert page.says("There is no such run here")
    page.press("experiment_close_run")
    assert "run" not in page.query


def test_what_people_typed_is_never_markdown_in_the_grid(experiment: Experiment) -> None:
    page = Grid(experiment, pages="animal")
    assert [text for text in page.markdown() if "<b>" in text] == []
