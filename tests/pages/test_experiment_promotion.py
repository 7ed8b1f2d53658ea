"""On the page: chosen cells become a design at a higher resolution, with what that saves."""

from lib.domain.experiment_votes import Outcome
from tests.pages.conftest import wait_until
from tests.pages.test_experiments import ExperimentsPage, page

__all__ = ["page"]


def explored(page) -> ExperimentsPage:
    shown = page().fill(prompt="a {animal} to finish", resolution="0.5K")
    shown.vary("animal", "cat", "*dog*").vary("seed", "1", "2").press("experiment_start")
    wait_until(lambda: shown.started().progress.is_over)
    shown.app.session_state["experiment_promote"] = True
    shown.run()
    return shown


def test_rated_cells_are_finished_linked_and_compared_with_a_flat_sweep(page, services):
    shown = explored(page)
    parent = shown.opened()
    run_id = services.experiments.cells(parent)[1].run_id
    services.organising.rate([run_id], 5, by="local")

    shown.run().fill(experiment_promote_which="rated")
    assert shown.says("**1 cell at 4K: \\$0.160**")
    assert shown.says("all 4 cells at 4K would be \\$0.640: saves **\\$0.240**")

    shown.press("experiment_promote_take")
    assert shown.says("**1 cell**, 1 picture, **≈\\$0.160**")
    assert shown.says("Finishes Experiment")
    shown.press("experiment_start")
    wait_until(lambda: shown.started().progress.is_over)
    shown.run()

    child = shown.opened()
    assert shown.started().design.parent == parent
    assert shown.says("saves **\\$0.240**")
    shown.press(f"experiment_relative_{parent}")
    assert shown.opened() == parent
    assert shown.says("Finished by Experiment at 4K")
    assert f"experiment_relative_{child}" in [button.key for button in shown.app.button]


def test_what_came_out_best_by_votes_is_finished(page, services):
    shown = explored(page)
    (pair,) = services.judging.show(shown.opened(), by="ada")
    services.judging.vote(pair, Outcome.LEFT, by="ada")

    shown.run().fill(experiment_promote_which="voted")

    assert shown.says("**2 cells at 4K: \\$0.320**")


def test_tags_chosen_beside_a_design_are_those_of_its_runs(page, services):
    shown = page().fill(prompt="a tagged kite", tag=["kites"])
    shown.vary("resolution", "0.5K").press("experiment_start")
    wait_until(lambda: shown.started().progress.is_over)

    (cell,) = services.experiments.cells(shown.opened())
    assert tuple(services.search.marks(cell.run_id).tags) == ("kites",)
