"""Seeds are honoured when the same request gives the same picture, and never more is said."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.bootstrap import Services, open_services
from lib.domain.experiment_seeds import SeedFinding, Verdict
from lib.services.experiments.seeds import finding
from lib.settings import Settings
from lib.store.seed_runs import Look, SeedRun
from tests.domain.designs import grid
from tests.services.test_experiments import over

numbers = count()


def run(
    request: str, bits: int | None, *, seed: str = "7", sha: str = "", used: str = ""
) -> SeedRun:
    number = f"{next(numbers)}"
    return SeedRun(number, request, seed, used, (Look(0, sha or number, bits),))


VARIED = {f"seed {n}": {"seed": n, "animal": "cat"} for n in range(9)}


@pytest.mark.parametrize(
    ("runs", "verdict", "words"),
    [
        ([run("seed 1", 0)], Verdict.SENT, "no request was repeated with its seed"),
        (
            [run("seed 1", 0, sha="one"), run("seed 1", 0, sha="one"), run("seed 2", 255)],
            Verdict.HONOURED,
            "1 repeat of the same request gave the same picture (1 to the byte); pictures of other "
            "seeds differing in 8 of 64 bits of likeness.",
        ),
        (
            [run("seed 1", 0), run("seed 1", 3)],
            Verdict.HONOURED,
            "gave the same picture; no other seed is there to compare with.",
        ),
        (
            [run("seed 1", 0), run("seed 1", 2**20 - 1), run("seed 1", 0)],
            Verdict.NOT_HONOURED,
            "1 of 2 repeats of the same request gave another picture, differing in 0 to 20 of 64",
        ),
        (
            [run("seed 1", 0), run("seed 1", 1), run("seed 2", 0)],
            Verdict.SENT,
            "gave the same picture, but so did 1 other seed.",
        ),
        (
            [*(run("seed 1", bits) for bits in (0, 15, 15, 15))]
            + [run(f"seed {n}", 2**30 - 1) for n in (2, 3, 4)],
            Verdict.HONOURED,
            "nearly the same picture, differing in 4 of 64",
        ),
        ([run("seed 1", 0, used="8")], Verdict.NOT_HONOURED, "the API says of 1 run"),
        ([run("seed 1", 0, used="[7, 8]")], Verdict.SENT, "nobody can say"),
        ([run("seed 1", 0), run("seed 1", None)], Verdict.SENT, "1 picture could not be compared"),
    ],
)
def test_a_verdict_says_how_it_was_come_to(runs: list[SeedRun], verdict: Verdict, words: str):
    found = finding(runs, VARIED)

    assert found.verdict is verdict
    assert found.sentence.startswith(f"{verdict}: ")
    assert words in found.sentence


def test_other_animals_are_no_other_seeds():
    varied = {"a": {"seed": 1, "animal": "cat"}, "b": {"seed": 1, "animal": "dog"}}

    assert finding([run("a", 0), run("b", 255)], varied).others == ()


@given(st.lists(st.integers(0, 64)), st.lists(st.integers(0, 64)))
def test_a_seed_is_called_honoured_by_repeats_alone(repeats: list[int], others: list[int]):
    found = SeedFinding(tuple(repeats), tuple(others))

    assert (found.verdict is Verdict.HONOURED) <= bool(repeats)
    assert (found.verdict is Verdict.NOT_HONOURED) <= (max(repeats, default=0) > 2)
    assert found.sentence.endswith(".")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    settings = Settings(
        plantain_data_dir=tmp_path_factory.mktemp("data"), plantain_sandbox_seconds=0.1
    )
    with open_services(settings) as services:
        yield services


@pytest.fixture
def carried(services: Services) -> Callable[..., str]:
    def carried(design, **plan) -> str:
        planned = services.experiments.plan(design, **plan)
        token = f"seeds {next(numbers)}"
        started = services.experiments.start(planned, click_token=token, created_by="local")
        return over(services, started).id

    return carried


def test_the_same_seed_again_shows_that_it_is_honoured(
    services: Services, carried: Callable[..., str]
):
    design = replace(grid(seed=[1, 2], resolution=["0.5K"]), repeats=2)
    experiment_id = carried(design)

    (told,) = [one for one in services.mattered.sentences(experiment_id) if "Seed" in one]

    assert told.startswith("Seed honoured: 2 repeats of the same request gave the same picture")
    cells = services.experiments.cells(experiment_id)
    assert services.mattered.seed_of_run(cells[0].run_id).verdict is Verdict.HONOURED


def test_pictures_used_again_are_no_repeats_and_earlier_runs_are(
    services: Services, carried: Callable[..., str]
):
    design = grid(seed=[11], resolution=["0.5K"])
    first = carried(design)
    run_id = services.experiments.cells(first)[0].run_id
    assert services.mattered.seed_of_run(run_id).verdict is Verdict.SENT

    again = carried(design, reuse=True)
    assert services.mattered.seed_of_run(run_id).repeats == ()
    assert any("nobody can say" in one for one in services.mattered.sentences(again))

    carried(design, reuse=False)
    assert services.mattered.seed_of_run(run_id).repeats == (0,)


def test_without_a_seed_nothing_is_said(services: Services, carried: Callable[..., str]):
    experiment_id = carried(grid(resolution=["0.5K", "1K"]))

    assert not any("Seed" in one for one in services.mattered.sentences(experiment_id))
    cell = services.experiments.cells(experiment_id)[0]
    assert services.mattered.seed_of_run(cell.run_id) is None
