"""Cells are finished at a higher resolution: priced, linked, and never bought twice."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from lib.bootstrap import Services, open_services
from lib.domain.experiment import DesignWrong
from lib.domain.experiment_progress import Experiment
from lib.domain.labels import Labels
from lib.domain.run import ParentKind
from lib.settings import Settings
from tests.domain.designs import grid

SMALL, LARGE = 60_000, 160_000
SEEDS = [1, 2, 3, 4]
DESIGN = replace(grid(animal=["cat", "dog"], seed=SEEDS), name="Kites")
DESIGN = replace(DESIGN, base={**DESIGN.base, "resolution": "0.5K"})


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    settings = Settings(
        plantain_data_dir=tmp_path_factory.mktemp("data"),
        plantain_sandbox_seconds=0.1,
        plantain_quiet_seconds=1.0,
    )
    with open_services(settings) as services:
        yield services


def started(services: Services, design, token: str, **others) -> Experiment:
    plan = services.experiments.plan(design, reuse=True)
    found = services.experiments.start(plan, click_token=token, created_by="local", **others)
    wait_until(lambda: services.experiments.find(found).progress.is_over)
    return services.experiments.find(found)


def wait_until(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(3_000):
        if holds():
            return
        pause.wait(0.02)
    raise AssertionError("it never came to that")


@pytest.fixture(scope="module")
def explored(services: Services) -> Experiment:
    return started(services, DESIGN, "explored")


def keys_of(services: Services, experiment: Experiment) -> list[str]:
    return [cell.key for cell in services.experiments.cells(experiment.id)]


def test_what_it_saves_ties_out_before_and_after(services: Services, explored: Experiment):
    promoting = services.experiments.promoting
    chosen = [keys_of(services, explored)[nth] for nth in (1, 6)]
    promotion = promoting.promote(explored, chosen, "4K")
    plan = services.experiments.plan(promotion.design)

    before = promoting.saved(explored, promotion.design, plan.total_micros)
    assert (before.explored_micros, before.finished_micros) == (8 * SMALL, 2 * LARGE)
    assert (before.flat_cells, before.flat_micros) == (8, 8 * LARGE)
    assert before.saved_micros == 8 * LARGE - 8 * SMALL - 2 * LARGE

    finished = started(services, promotion.design, "finished")
    after = promoting.saved(explored, finished.design, finished.progress.spent_micros)
    assert after == before
    assert finished.design.parent == explored.id
    assert promoting.finishing(explored.id)[-1] == finished.id


def test_its_runs_ask_for_the_same_but_the_size_and_name_the_run_they_finish(
    services: Services, explored: Experiment
):
    promoting, cells = services.experiments.promoting, services.experiments.cells(explored.id)
    chosen = [cells[2], cells[5]]
    promotion = promoting.promote(explored, [one.key for one in chosen], "2K")

    finished = started(services, promotion.design, "parents")

    runs = [services.runs.find(one.run_id) for one in services.experiments.cells(finished.id)]
    explored_runs = [services.runs.find(one.run_id) for one in chosen]
    for run, of in zip(runs, explored_runs, strict=True):
        assert run.input == {**of.input, "resolution": "2K"}
        assert (run.parent.run_id, run.parent.kind) == (of.id, ParentKind.EXPERIMENT_CELL)


def test_what_was_finished_before_is_not_bought_again(services: Services, explored: Experiment):
    chosen = [keys_of(services, explored)[0]]
    promotion = services.experiments.promoting.promote(explored, chosen, "1K")
    started(services, promotion.design, "once")

    again = services.experiments.plan(promotion.design, reuse=True)

    assert (again.total_micros, again.reused) == (0, 1)


def test_a_picture_without_a_seed_is_finished_with_the_drawn_one(services: Services):
    design = replace(grid(animal=["owl"]), base={"prompt": "an {animal}", "resolution": "0.5K"})
    parent = started(services, design, "no seed")
    (cell,) = services.experiments.cells(parent.id)
    drawn = services.runs.find(cell.run_id).seed_used
    assert isinstance(drawn, int)

    promotion = services.experiments.promoting.promote(parent, [cell.key], "1K")
    finished = started(services, promotion.design, "with its seed")

    (made,) = services.experiments.cells(finished.id)
    run = services.runs.find(made.run_id)
    assert (run.input["seed"], run.parent.run_id) == (drawn, cell.run_id)


def test_nothing_chosen_and_a_parent_that_is_not_here_are_said(
    services: Services, explored: Experiment
):
    with pytest.raises(DesignWrong, match="choose cells that are smaller"):
        services.experiments.promoting.promote(explored, [], "4K")
    elsewhere = replace(grid(resolution=["0.5K"]), parent="elsewhere")
    found = started(services, elsewhere, "of another house")

    (cell,) = services.experiments.cells(found.id)
    assert services.runs.find(cell.run_id).parent is None


def test_all_runs_are_put_under_the_tags_of_the_start(services: Services):
    labels = services.labels.ids(Labels(tags=("kites",)), by="local")
    found = started(services, grid(resolution=["1K"]), "labelled", labels=labels)

    (cell,) = services.experiments.cells(found.id)
    assert tuple(services.search.marks(cell.run_id).tags) == ("kites",)
