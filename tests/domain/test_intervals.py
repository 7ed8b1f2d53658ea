"""Intervals are those of the tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.intervals import newcombe, t_of, wilson, z_of


@pytest.mark.parametrize(
    ("alpha", "df", "t"),
    [
        # R. A. Fisher and F. Yates, Statistical Tables, table III.
        *((0.05, 1, 12.706), (0.05, 2, 4.303), (0.05, 3, 3.182), (0.05, 5, 2.571)),
        *((0.05, 10, 2.228), (0.05, 30, 2.042), (0.01, 5, 4.032), (0.001, 10, 4.587)),
        *((0.05, 10_000, 1.960), (0.2, 4, 1.533)),
    ],
)
def test_students_t_is_that_of_the_tables(alpha: float, df: int, t: float):
    assert t_of(alpha, df) == pytest.approx(t, abs=0.0006)


@given(st.floats(0.0001, 0.2), st.integers(1, 3_000))
def test_of_fewer_observations_less_is_known(alpha: float, df: int):
    assert t_of(alpha, df) > t_of(alpha, df + 1) > z_of(alpha)


def test_a_difference_of_shares_is_newcombes():
    # R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, (a) method 10.
    z = z_of()
    low, high = newcombe(56 / 70, wilson(56 / 70, 70, z), 48 / 80, wilson(48 / 80, 80, z))

    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)
