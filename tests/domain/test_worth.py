"""Rates of few runs say how little they know."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.worth import FEWEST_RUNS, Trial, Verdict, Worth

TRIALS = st.integers(1, 10**6).flatmap(
    lambda runs: st.builds(Trial, st.just(runs), st.integers(0, runs))
)


@pytest.mark.parametrize(
    ("kept", "runs", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3.
        (81, 263, "0.2553", "0.3662"),
        (15, 148, "0.0624", "0.1605"),
        (0, 20, "0.0000", "0.1611"),
        (1, 29, "0.0061", "0.1718"),
    ],
)
def test_the_interval_is_wilsons(kept: int, runs: int, low: str, high: str) -> None:
    found = [round(Decimal(end), 4) for end in Trial(runs, kept).interval]

    assert found == [Decimal(low), Decimal(high)]


@given(TRIALS)
def test_the_interval_holds_the_rate(trial: Trial) -> None:
    low, high = trial.interval

    assert 0 <= low <= trial.rate + 1e-12
    assert trial.rate - 1e-12 <= high <= 1


def test_of_no_runs_nothing_is_known() -> None:
    assert Trial().interval == (0.0, 1.0)
    assert Trial().rate == 0


def worth(with_it: Trial, without: Trial) -> Worth:
    return Worth("Web search", 1, 1, with_it, without)


def test_a_verdict_needs_intervals_apart() -> None:
    high, low = Trial(100, 90), Trial(100, 10)

    assert worth(high, low).verdict is Verdict.MORE
    assert worth(low, high).verdict is Verdict.LESS
    assert worth(Trial(100, 50), Trial(100, 55)).verdict is Verdict.UNCLEAR


@pytest.mark.parametrize(
    ("with_it", "without", "is_enough"), [(20, 20, True), (19, 900, False), (900, 19, False)]
)
def test_few_runs_on_either_side_say_nothing(
    with_it: int, without: int, *, is_enough: bool
) -> None:
    assert FEWEST_RUNS == 20
    assert worth(Trial(with_it), Trial(without)).is_enough is is_enough
