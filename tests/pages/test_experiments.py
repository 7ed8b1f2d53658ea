"""The Experiments page: a design is made, priced, started, watched and stopped."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.bootstrap import Services
from lib.domain.budget import Scope, Strength, Terms, Window
from lib.domain.experiment_axes import Listed
from lib.domain.experiment_progress import Experiment, ExperimentState
from lib.services.experiments import yaml_text
from tests.domain.designs import grid
from tests.pages.conftest import wait_until
from tests.pages.generating import ROOT, GeneratePage
from tests.pages.reading import ReadingPage

PAGE = str(ROOT / "pages/experiments.py")
CATS = ["cat", "dog <b>", "*cow*"]


class ExperimentsPage(GeneratePage):
    """One browser tab that shows Experiments."""

    def __init__(self, services: Services, **query: str) -> None:
        self.services = services
        self.app = AppTest.from_file(str(ROOT / "lib/ui/shell.py"), default_timeout=60)
        self.app.run()
        self.app.switch_page(PAGE)
        for name, value in query.items():
            self.app.query_params[name] = value
        self.run()

    def vary(self, column: str, *values: str) -> "ExperimentsPage":
        """Add an axis as a person does."""
        self.fill(experiment_column=column)
        for name in ("choices", "values"):
            key = f"experiment_{name}_{column}"
            if key in [one.key for one in [*self.app.multiselect, *self.app.text_area]]:
                self.fill(**{key: list(values) if name == "choices" else "\n".join(values)})
        return self.press("experiment_add")

    def started(self) -> Experiment:
        """The experiment that is open."""
        found = self.services.experiments.find(self.opened())
        assert found is not None
        return found

    def sheet(self) -> dict[str, Any]:
        """What the browser is given to draw the grid from."""
        (component,) = (
            found
            for found in self.app.get("bidi_component")
            if "plantain_matrix" in str(found.proto)
        )
        data: dict[str, Any] = json.loads(component.proto.json)
        return data

    def opened(self) -> str:
        value: Any = self.app.query_params["experiment"]
        return value if isinstance(value, str) else value[0]


@pytest.fixture
def page(services: Services) -> Callable[..., ExperimentsPage]:
    """Opens the page; what was started is stopped at the end."""
    yield lambda **query: ExperimentsPage(services, **query)
    for one in services.experiments.recent():
        services.experiments.stop(one.id)
    wait_until(lambda: not services.runs.has_open())


def two_by_three(page: ExperimentsPage) -> ExperimentsPage:
    page.fill(prompt="a {animal} on a hill")
    return page.vary("animal", *CATS).vary("resolution", "0.5K", "1K")


def test_an_empty_page_says_what_comes_first(page):
    shown = page()

    assert shown.says("Nothing is varied yet")
    assert shown.says("Experiments will stand here")


def test_a_question_is_taken_with_one_click_and_shows_before_what_it_takes(page):
    shown = page().fill(prompt="a quiet kite", resolution="0.5K")
    card = shown.app.container(key="starter_card_prompts")
    assert shown.says("6 cells, **≈\\$0.360**", card)

    shown.press("starter_prompts")

    assert shown.says("**6 cells**, 6 pictures, **≈\\$0.360**")
    assert shown.value("experiment_name") == "Prompt A/B"
    shown.press("experiment_edit_0").fill(experiment_values_prompt="a quiet kite\na loud kite")
    shown.press("experiment_add")
    assert shown.says("prompt: a quiet kite, a loud kite")

    shown.press("starter_seeds")
    assert shown.says("**16 cells**")
    assert shown.value("experiment_name") == "Seed explorer"


def test_without_a_prompt_a_question_begins_with_an_example_and_a_written_name_stays(page):
    shown = page().fill(experiment_name="Mine").press("starter_resolutions")

    assert shown.says("**4 cells**")
    assert shown.value("prompt").startswith("A still life")
    assert shown.value("experiment_name") == "Mine"


def test_what_it_comes_to_stands_there_before_the_start(page):
    shown = two_by_three(page())

    assert shown.says("**6 cells**, 6 pictures, **≈\\$0.420**")
    assert shown.says("0.5K image 3 × \\$0.060 = \\$0.180")
    assert shown.says("Largest single cost \\$0.080")
    assert shown.says("animal: cat, dog <b>, *cow*")


def test_start_holds_it_and_shows_it_until_its_pictures_are_there(page, services):
    shown = two_by_three(page()).press("experiment_start")

    experiment = shown.started()
    assert experiment.progress.cells == 6
    assert shown.says("Started.")
    wait_until(lambda: shown.started().progress.is_over)
    shown.run()
    assert shown.says("Done", None) or any(one.value == "Done" for one in shown.app.get("badge"))
    assert shown.says("**\\$0.420** spent")
    sheet = shown.sheet()
    assert (len(sheet["rows"]), len(sheet["columns"])) == (3, 2)
    assert all(len(pictures) == 1 for _key, _row, _column, _state, pictures, *_ in sheet["cells"])


def test_a_run_of_it_names_its_experiment_in_the_history(page, services):
    shown = page().fill(prompt="a kite for the history", experiment_name="Kites *of* all")
    shown.vary("resolution", "0.5K").press("experiment_start")
    wait_until(lambda: shown.started().progress.is_over)
    (cell,) = services.experiments.cells(shown.opened())

    history = ReadingPage("history", run=cell.run_id)

    assert "Kites *of* all" in [text.value for text in history.app.text]
    links = [link.proto.label for link in history.app.get("page_link")]
    assert "One cell of an experiment" in links


def test_prompts_that_begin_alike_keep_a_row_of_their_own(page):
    alike = [f"{'a kite on a long, long hill ' * 4}{number}" for number in range(3)]
    shown = page().vary("prompt", *alike).vary("resolution", "0.5K").press("experiment_start")
    wait_until(lambda: shown.started().progress.is_over)

    assert shown.run().sheet()["rows"] == [[one] for one in alike]


def test_the_design_stands_in_the_address_and_comes_back_by_it(page):
    shown = two_by_three(page())
    kept = shown.app.query_params["design"]

    again = page(design=kept if isinstance(kept, str) else kept[0])

    assert again.says("**6 cells**")
    assert again.value("prompt") == "a {animal} on a hill"


def test_a_link_that_is_not_known_says_so(page):
    assert page(design="0" * 16).says("This design is not known here")
    assert page(experiment="nothing").says("There is no such experiment")


def test_a_mistake_is_said_and_nothing_can_be_started(page):
    shown = page()
    shown.fill(prompt="a {animal}").vary("animal", "cat").fill(prompt="a kite")

    assert shown.says("{animal} does not stand in the prompt 'a kite'")
    assert "experiment_start" not in [button.key for button in shown.app.button]


def test_a_sum_that_does_not_fit_offers_what_does(page, services):
    spent = sum(run.cost_micros or 0 for run in services.runs.recent(500))
    terms = Terms(Scope.TEAM, "", Window.MONTH, 10**9, Strength.HARD, "UTC")
    budget = services.budgets.make(terms, by="local")
    used = services.budgets.all_uses()[0].used_micros
    assert used >= spent
    limit = {"limit_micros": used + 200_000, "strength": Strength.HARD, "by": "local"}
    services.budgets.change(budget, **limit)
    try:
        shown = two_by_three(page())
        assert shown.says("This costs $0.420")
        shown.press("experiment_start")
        assert shown.says("Nothing was started.")

        shown.press("experiment_fits_0")
        assert shown.says("**3 cells**")
        shown.press("experiment_start")
        assert shown.started().progress.cells == 3
    finally:
        services.budgets.end(budget, by="local")


def test_yaml_and_csv_are_taken_over(page):
    design = grid(animal=["cat", "dog"], seed=[1, 2])
    shown = page().fill(experiment_pasted=yaml_text.write(design)).press("experiment_take_over")
    assert shown.says("**4 cells**")

    csv = "style,resolution\nink,1K\noil,2K"
    shown.fill(prompt="a {animal} in {style}", experiment_pasted=csv).press("experiment_take_over")
    assert shown.says("**8 cells**")
    assert shown.says("style, resolution: ink | 1K, oil | 2K")

    shown.fill(experiment_pasted="name: [").press("experiment_take_over")
    assert shown.says("this is no YAML")


def test_cells_are_left_out_and_made_again(page):
    shown = two_by_three(page())
    shown.fill(experiment_exclude_animal=["*cow*"], experiment_exclude_resolution=["1K"])
    shown.press("experiment_exclude_add")
    assert shown.says("**5 cells**")
    assert shown.says("Without animal *cow* and resolution 1K")

    shown.press("experiment_include_0")
    assert shown.says("**6 cells**")
    shown.press("experiment_exclude_add")
    assert shown.says("choose a value of one column at least")


def test_files_become_axes(page):
    shown = page().fill(prompt="a {animal} in {style}").fill(experiment_column="animal")
    shown.app.file_uploader(key="experiment_file_0").set_value(("a.txt", b"cat\ndog", "text/plain"))
    shown.run()
    table = ("b.csv", b"style,resolution\nink,1K\noil,2K", "text/csv")
    shown.app.file_uploader(key="experiment_file_1").set_value(table)
    shown.run()
    assert shown.says("animal: cat, dog")
    assert shown.says("style, resolution: ink | 1K, oil | 2K")
    assert shown.says("**4 cells**")

    shown.app.file_uploader(key="experiment_file_2").set_value(("c.txt", b"\xff", "text/plain"))
    assert shown.run().says("this is no text in UTF-8")


def test_a_template_fills_the_form(page, services):
    shown = two_by_three(page()).fill(experiment_template_name="Animals")
    shown.press("experiment_save")
    assert shown.says("Kept as version 1")
    found = services.experiments.design_of_template("Animals")
    assert found.axes[1] == Listed(("resolution",), (("0.5K",), ("1K",)))

    again = page()
    again.fill(experiment_template="Animals")
    assert again.says("**6 cells**")


def test_it_is_paused_goes_on_grows_and_is_stopped(page, services):
    shown = two_by_three(page()).fill(experiment_repeats=5).press("experiment_start")
    shown.press("experiment_pause")
    assert shown.started().state is ExperimentState.PAUSED
    shown.run().press("experiment_go_on")
    assert shown.started().state is ExperimentState.GOING

    shown.run().fill(experiment_add_axis=1, experiment_add_value="9K")
    shown.press("experiment_grow")
    assert shown.says("resolution cannot be '9K'")
    shown.fill(experiment_add_value="2K").press("experiment_grow")
    assert shown.started().progress.cells == 45
    shown.run().press("experiment_stop")

    assert shown.started().state is ExperimentState.STOPPED
    assert shown.started().progress.dropped > 0


def test_a_cap_of_its_own_is_read_as_an_amount(page):
    shown = two_by_three(page()).fill(experiment_cap="little")
    shown.press("experiment_start")
    assert shown.says("Cap: give an amount such as 5 or 12.50")

    shown.fill(experiment_cap="0.41").press("experiment_start")
    assert shown.says("This costs $0.420; the experiment has $0.410 left")

    shown.fill(experiment_cap="0.42").press("experiment_start")
    assert shown.started().progress.cells == 6


def test_what_is_there_already_costs_nothing_unless_it_is_wanted_anew(page, make):
    make("a kite on a wall", resolution="0.5K")
    shown = page().fill(prompt="a kite on a wall").vary("resolution", "0.5K", "1K")
    assert "1 cell that are there already, saves" in shown.app.checkbox[0].label
    assert shown.says("**2 cells**, 1 picture, **\\$0.080**")

    shown.fill(experiment_reuse_made=False)
    assert shown.says("**2 cells**, 2 pictures, **≈\\$0.140**")
    shown.fill(experiment_reuse_made=True).press("experiment_start")
    wait_until(lambda: shown.started().progress.is_over)

    now = shown.started().progress
    assert (now.stored, now.spent_micros, now.cells) == (2, 80_000, 2)


def test_what_people_typed_is_never_markdown(page):
    shown = two_by_three(page())

    typed = [text for text in shown.markdown() if "*cow*" in text or "<b>" in text]
    assert typed == []
