"""Experiments through the real services, on a real sandbox: planned, held, sent, stopped, grown."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from lib.bootstrap import Services, open_services
from lib.domain.already_made import PicturesGone
from lib.domain.budget import OverBudget, Scope, Strength, Terms, Window
from lib.domain.errors import PricesChanged
from lib.domain.experiment import Combine, DesignWrong, Sample
from lib.domain.experiment_progress import Experiment, ExperimentState, NoExperiment
from lib.domain.run import RunState
from lib.services.experiments.requests import request_rows
from lib.settings import Settings
from tests.domain.designs import grid
from tests.store.experimenting import new_experiment

DESIGN = replace(grid(resolution=["0.5K", "1K"], animal=["cat", "dog"]), name="Kites")
SUM = 2 * 60_000 + 2 * 80_000


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    settings = Settings(
        plantain_data_dir=tmp_path_factory.mktemp("data"),
        plantain_sandbox_seconds=0.1,
        plantain_quiet_seconds=1.0,
        plantain_max_open_runs=2,
    )
    with open_services(settings) as services:
        yield services


@pytest.fixture
def start(services: Services, request: pytest.FixtureRequest) -> Callable[..., str]:
    """Starts an experiment of a design, and stops it at the test's end."""
    started: list[str] = []

    def start(design=DESIGN, token=None, **others) -> str:
        plan = services.experiments.plan(design)
        token = token or f"{request.node.name} {len(started)}"
        started.append(
            services.experiments.start(plan, click_token=token, created_by="local", **others)
        )
        return started[-1]

    yield start
    for experiment_id in started:
        services.experiments.stop(experiment_id)


def found(services: Services, experiment_id: str) -> Experiment:
    experiment = services.experiments.find(experiment_id)
    assert experiment is not None
    return experiment


def wait_until(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(3_000):
        if holds():
            return
        pause.wait(0.02)
    raise AssertionError("it never came to that")


def over(services: Services, experiment_id: str) -> Experiment:
    """It, when nothing of it waits or goes on any more."""
    wait_until(lambda: found(services, experiment_id).progress.is_over)
    return found(services, experiment_id)


def test_every_cell_becomes_a_run_with_its_input_and_its_cost_is_that_of_the_runs(
    services: Services, start: Callable[..., str]
):
    ended = over(services, start())

    cells = services.experiments.cells(ended.id)
    runs = [services.runs.find(cell.run_id) for cell in cells]
    assert [run.input["prompt"] for run in runs] == ["a kite cat", "a kite dog"] * 2
    assert [run.input["resolution"] for run in runs] == ["0.5K", "0.5K", "1K", "1K"]
    assert {cell.run_state for cell in cells} == {RunState.STORED}
    assert all(cell.sha256 for cell in cells)
    assert ended.progress.spent_micros == sum(run.cost_micros for run in runs) == SUM
    assert (ended.progress.held_micros, ended.progress.share) == (0, 1.0)


def test_a_plan_tells_all_before_anything_is_held(services: Services):
    plan = services.experiments.plan(replace(DESIGN, base={**DESIGN.base, "num_images": 2}))

    assert (len(plan.cells), plan.images, plan.total_micros) == (4, 8, 2 * SUM)
    assert [(line.label, line.quantity) for line in plan.lines] == [
        *(("0.5K image", 4), ("1K image", 4))
    ]
    assert plan.dearest.estimate_micros == 160_000
    assert plan.is_assumed
    rows = request_rows(plan)
    assert (rows[0]["prompt"], rows[-1]["resolution"], len(rows)) == ("a kite cat", "1K", 4)


def test_what_is_there_already_is_used_once_and_noted_as_saved(
    services: Services, start: Callable[..., str]
):
    design = replace(grid(resolution=["0.5K"], animal=["owl", "emu"]), repeats=2)
    over(services, start(replace(design, repeats=1)))

    plan = services.experiments.plan(design, reuse=True)
    assert (plan.reused, plan.total_micros, plan.saved_micros) == (2, 120_000, 120_000)
    again = services.experiments.start(plan, click_token="reusing", created_by="local")
    ended = over(services, again)

    assert (ended.progress.stored, ended.progress.spent_micros) == (4, 120_000)
    cells = services.experiments.cells(again)
    assert [cell.is_reused for cell in cells] == [True, False, True, False]
    assert services.already.saved(0, 2**53).micros == 120_000
    assert services.experiments.retry_failed(again) == 0


def test_pictures_that_are_gone_by_the_start_are_not_promised(
    services: Services, start: Callable[..., str]
):
    design = grid(resolution=["0.5K"], animal=["gnu"])
    first = over(services, start(design))
    plan = services.experiments.plan(design, reuse=True)
    made = plan.cells[0].made
    services.runs.delete(services.experiments.cells(first.id)[0].run_id)

    with pytest.raises(PricesChanged):
        services.experiments.start(plan, click_token="gone", created_by="local")
    with pytest.raises(PicturesGone):
        services.experiments._experiments.start(
            new_experiment("gone", design, cells=[replace(plan.cells[0], made=made)])
        )
    assert services.experiments.find("gone") is None


def test_a_sum_that_does_not_fit_is_refused_with_what_would(
    services: Services, start: Callable[..., str]
):
    terms = Terms(Scope.TEAM, "", Window.MONTH, 10**9, Strength.HARD, "UTC")
    budget = services.budgets.make(terms, by="local")
    limit = services.budgets.all_uses()[0].used_micros + SUM - 1
    services.budgets.change(budget, limit_micros=limit, strength=Strength.HARD, by="local")
    try:
        with pytest.raises(OverBudget) as caught:
            start()
        (refused,) = caught.value.refused
        smaller = services.experiments.smaller(replace(DESIGN, repeats=2), refused.left_micros)

        assert [(one.cut, one.cells, one.total_micros) for one in smaller] == [
            ("resolution 0.5K only", 4, 240_000),
            ("1 drawn at random", 2, smaller[1].total_micros),
        ]
        assert start(smaller[0].design)
    finally:
        services.budgets.end(budget, by="local")


def test_the_same_click_starts_one(services: Services, start: Callable[..., str]):
    assert start(token="once") == start(token="once")


def test_prices_that_changed_since_they_were_shown_start_nothing(services: Services):
    plan = replace(services.experiments.plan(DESIGN), prices="an older version")

    with pytest.raises(PricesChanged):
        services.experiments.start(plan, click_token="older", created_by="local")


def test_a_design_that_is_wrong_is_refused_before_it_is_counted(services: Services):
    with pytest.raises(DesignWrong, match="sample: say how many"):
        services.experiments.plan(replace(DESIGN, combine=Combine.SAMPLE))


def test_a_paused_one_sends_nothing_and_goes_on_later(
    services: Services, start: Callable[..., str]
):
    experiment_id = start(replace(DESIGN, repeats=5))
    assert services.experiments.pause(experiment_id)
    wait_until(lambda: found(services, experiment_id).progress.open == 0)
    paused = found(services, experiment_id).progress

    assert paused.waiting > 0
    assert paused.waiting == found(services, experiment_id).progress.waiting
    assert services.experiments.go_on(experiment_id)
    assert over(services, experiment_id).progress.stored == 20


def test_a_stopped_one_drops_what_is_not_sent_and_says_what_still_costs(
    services: Services, start: Callable[..., str]
):
    experiment_id = start(replace(DESIGN, base={"prompt": "a {animal} [slow]"}, repeats=5))
    wait_until(lambda: found(services, experiment_id).progress.open > 0)

    stopped = services.experiments.stop(experiment_id)

    now = over(services, experiment_id).progress
    assert services.experiments.stop(experiment_id) is None
    assert stopped.dropped == now.dropped > 0
    assert now.spent_micros <= stopped.still_micros + (now.cells - now.dropped) * 80_000
    assert now.dropped + now.stored + now.failed == 20
    assert found(services, experiment_id).state is ExperimentState.STOPPED


def test_only_the_failed_cells_are_tried_again(services: Services, start: Callable[..., str]):
    words = ["cat", "[fail]"]
    experiment_id = start(grid(resolution=["0.5K"], animal=words))
    first = over(services, experiment_id)
    assert (first.progress.stored, first.progress.failed) == (1, 1)

    assert services.experiments.retry_failed(experiment_id) == 1
    over(services, experiment_id)

    cells = services.experiments.cells(experiment_id)
    assert [cell.attempt for cell in cells] == [1, 2]


def test_a_value_added_later_sends_its_cells_alone(services: Services, start: Callable[..., str]):
    experiment_id = start()
    before = [cell.run_id for cell in services.experiments.cells(over(services, experiment_id).id)]

    assert services.experiments.add_value(experiment_id, 1, " cow ") == 2
    assert services.experiments.add_value(experiment_id, 0, "2K") == 3
    with pytest.raises(DesignWrong, match="stands there twice"):
        services.experiments.add_value(experiment_id, 0, "2K")
    over(services, experiment_id)

    after = services.experiments.cells(experiment_id)
    assert [cell.run_id for cell in after[:4]] == before
    assert [(cell.varied["animal"], cell.varied["resolution"]) for cell in after[4:]] == [
        *(("cow", "0.5K"), ("cow", "1K"), ("cat", "2K"), ("dog", "2K"), ("cow", "2K"))
    ]


def test_a_value_of_a_pair_is_given_as_a_pair(services: Services, start: Callable[..., str]):
    design = replace(
        grid(resolution=["0.5K"]),
        axes=(replace(grid(a=["x"]).axes[0], columns=("a", "b"), rows=(("x", "y"),)),),
        base={"prompt": "a {a} {b}", "resolution": "0.5K"},
    )
    experiment_id = start(design)

    with pytest.raises(NoExperiment, match="Give a value for each of a, b"):
        services.experiments.add_value(experiment_id, 0, "v")
    assert services.experiments.add_value(experiment_id, 0, "v | w") == 1


def test_a_key_that_the_api_refuses_pauses_it_before_all_cells_fail(
    services: Services, start: Callable[..., str]
):
    words = [f"cat {number} [no credit]" for number in range(20)]
    experiment_id = start(grid(resolution=["0.5K"], animal=words))
    wait_until(lambda: found(services, experiment_id).state is ExperimentState.PAUSED)

    now = found(services, experiment_id)
    assert "The API takes no runs" in now.reason
    assert now.progress.waiting > 10


def test_a_click_does_not_wait_behind_an_experiment(services: Services, start: Callable[..., str]):
    start(replace(DESIGN, repeats=10))
    run_id = services.runs.submit(
        *(DESIGN.model_id, {"prompt": "a click between", "resolution": "0.5K"}),
        click_token="between",
        created_by="local",
    )
    wait_until(lambda: services.runs.find(run_id).state is RunState.STORED)

    behind = [run for run in services.runs.recent(500) if run.id > run_id and not run.is_open]
    assert len(behind) <= 8


def test_designs_are_kept_for_links_and_by_name_in_versions(services: Services):
    kept = services.experiments.keep(DESIGN)
    assert services.experiments.kept(kept) == DESIGN
    assert services.experiments.kept("nothing") is None

    changed = replace(DESIGN, combine=Combine.SAMPLE, sample=Sample(2, 7))
    save = services.experiments.save_template
    assert [save("sizes", design, by="local") for design in (DESIGN, DESIGN, changed)] == [1, 1, 2]
    assert services.experiments.design_of_template("sizes") == changed
    assert services.experiments.design_of_template("sizes", 1) == DESIGN
    assert [(one.name, one.version) for one in services.experiments.templates()] == [("sizes", 2)]
