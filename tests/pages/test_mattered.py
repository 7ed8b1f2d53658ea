"""What mattered? on the page of an experiment."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

import pytest

from lib.bootstrap import Services
from lib.domain.clock import SystemClock
from lib.domain.experiment_effects import Measure
from lib.domain.experiment_votes import Outcome
from lib.store.experiment_votes import ExperimentVotes
from tests.domain.designs import grid
from tests.pages.conftest import Make, wait_until
from tests.pages.reading import ReadingPage
from tests.pages.test_experiments import ExperimentsPage

ANIMALS = ["<b>cat</b> $1$ *x*", "dog", "owl", "fox", "hen", "cow", "a kite [fail]"]
SIZES = ["0.5K", "1K"]
DESIGN = replace(grid(resolution=SIZES, animal=ANIMALS), name="Sizes")


@pytest.fixture
def carried_out(services: Services, request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Carries an experiment through to its end; its id."""
    started: list[str] = []

    def carried() -> str:
        plan = services.experiments.plan(DESIGN)
        token = f"{request.node.name} {len(started)}"
        started.append(services.experiments.start(plan, click_token=token, created_by="local"))
        wait_until(lambda: services.experiments.find(started[-1]).progress.is_over)
        return started[-1]

    yield carried
    for one in started:
        services.experiments.stop(one)


def opened(services: Services, experiment_id: str) -> ExperimentsPage:
    shown = ExperimentsPage(services, experiment=experiment_id)
    shown.app.session_state["experiment_mattered"] = True
    return shown.run()


def test_what_mattered_is_said_drawn_and_in_a_table(
    services: Services, carried_out: Callable[[], str]
):
    experiment_id = carried_out()
    for cell in services.experiments.cells(experiment_id):
        if cell.sha256:
            stars = 4 if cell.varied["resolution"] == "1K" else 2
            services.organising.rate([cell.run_id], stars, by="local")

    shown = opened(services, experiment_id)

    assert shown.says("resolution: 1K has 2.0 stars more than 0.5K (1.6 to 2.4 stars)")
    assert shown.says("1K costs $0.020 more than 0.5K, 1.3 times as much")
    assert shown.says("no cheaper settings beat 0.5K ($0.060, 2.0 stars), 1K ($0.080, 4.0 stars)")
    tables = [one.value for one in shown.app.dataframe]
    (stars,) = [one for one in tables if "Ratings" in one and "Parameter" in one]
    assert stars["So"].tolist()[:2] == ["the first", "more"]
    assert stars["More than the first"][1] == "+2.0 stars (1.6 to 2.4 stars), 6 pairs"
    (why,) = [one for one in tables if "Message" in one]
    assert why["Runs"].sum() == 2

    for cell in services.experiments.cells(experiment_id):
        services.organising.rate([cell.run_id], 3, by="local")
    assert shown.run().says("no difference one can see in rating (-0.4 to 0.4 stars)")

    for measure in (Measure.TIME, Measure.PRICE, Measure.FAILURES):
        shown.fill(experiment_mattered_on=measure)
    assert not any("<b>cat" in text for text in shown.markdown())


def test_votes_stand_beside_prices(services: Services, carried_out: Callable[[], str]):
    experiment_id = carried_out()
    cells = [one for one in services.experiments.cells(experiment_id) if one.sha256]
    small, large = (
        [one.key for one in cells if one.varied["resolution"] == size] for size in SIZES
    )
    votes = ExperimentVotes(services.experiments._records._engine, SystemClock())
    for nth, (left, right) in enumerate(product(small, large)):
        outcome = Outcome.TIE if nth % 9 == 0 else Outcome.RIGHT
        showing = {"left_key": left, "right_key": right, "by": "ana", "token": str(nth)}
        votes.cast(experiment_id, outcome=outcome, **showing)

    shown = opened(services, experiment_id)

    assert shown.says("resolution: 1K wins 94% of votes (")
    assert shown.says("Price against votes, by the averages: no cheaper settings beat 0.5K ($0.060")
    (offers,) = [one.value for one in shown.app.dataframe if "Share won" in one.value]
    assert offers["Votes"].tolist() == [36, 36]


def test_it_is_reckoned_only_when_it_is_asked_for(
    services: Services, carried_out: Callable[[], str], monkeypatch: pytest.MonkeyPatch
):
    experiment_id = carried_out()
    looked: list[str] = []
    look_at = type(services.mattered).look_at
    monkeypatch.setattr(
        type(services.mattered),
        "look_at",
        lambda self, one: looked.append(one.id) or look_at(self, one),
    )

    shown = ExperimentsPage(services, experiment=experiment_id)
    assert looked == []

    shown.app.session_state["experiment_mattered"] = True
    assert shown.run().says("Nothing is rated or voted on yet")
    assert looked == [experiment_id]


def test_an_opened_run_says_what_is_known_of_its_seed(make: Make):
    once = make("a kite for its seed", seed=7)
    assert ReadingPage("history", run=once.id).says("Seed sent: no request was repeated")

    make("a kite for its seed", seed=7)
    assert ReadingPage("history", run=once.id).says(
        "Seed honoured: 1 repeat of the same request gave the same picture (1 to the byte)"
    )
    assert not ReadingPage("history", run=make("a kite without").id).says("Seed sent")
