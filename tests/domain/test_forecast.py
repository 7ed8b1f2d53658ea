"""The month's end: certain money counts whole, the rest as its weekday usually is, and it says so."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.forecast import PAST_DAYS, SoFar, forecast, trimmed_mean

MONDAY = date(2026, 11, 23)
MICROS = st.integers(0, 10**10)
PAST = st.lists(MICROS, min_size=PAST_DAYS, max_size=PAST_DAYS)


def past_of(amounts: list[int], today: date = MONDAY) -> dict[date, int]:
    return {today - timedelta(days=n): amount for n, amount in enumerate(amounts, 1)}


def so_far(today: date = MONDAY, spent: int = 0, held: int = 0, of_today: int = 0) -> SoFar:
    return SoFar(today, spent_micros=spent, held_micros=held, today_micros=of_today)


@pytest.mark.parametrize("days", range(7))
def test_under_seven_active_days_there_is_no_forecast(days: int) -> None:
    assert forecast(past_of([100] * days), so_far()) is None


def test_seven_active_days_are_enough() -> None:
    assert forecast(past_of([100] * 7), so_far()) is not None


def test_days_before_the_last_four_weeks_do_not_count() -> None:
    long_ago = {MONDAY - timedelta(days=PAST_DAYS + n): 100 for n in range(1, 60)}

    assert forecast(long_ago, so_far()) is None


def test_each_day_that_is_left_costs_what_its_weekday_usually_costs() -> None:
    weekdays_only = {
        day: 1_000_000
        for day in (MONDAY - timedelta(days=n) for n in range(1, PAST_DAYS + 1))
        if day.weekday() < 5
    }

    found = forecast(weekdays_only, so_far(spent=15_000_000))

    # Monday 23 itself, Tuesday to Friday, and Monday 30: the weekend costs nothing.
    assert found is not None
    assert found.to_come_micros == 6_000_000
    assert found.total_micros == found.low_micros == found.high_micros == 21_000_000


def test_what_today_has_cost_is_not_expected_again() -> None:
    past = past_of([1_000_000] * PAST_DAYS)

    found = forecast(past, so_far(spent=400_000, held=100_000, of_today=500_000))

    assert found is not None
    assert found.to_come_micros == 7 * 1_000_000 + 500_000
    assert found.total_micros == 500_000 + 7_500_000


def test_one_wild_day_does_not_move_it() -> None:
    quiet = [1_000_000] * PAST_DAYS
    wild = [*quiet[:10], 900_000_000, *quiet[11:]]

    calm, moved = (forecast(past_of(amounts), so_far()) for amounts in (quiet, wild))

    assert calm is not None
    assert moved is not None
    assert calm.total_micros == moved.total_micros


def test_on_the_last_day_only_the_rest_of_the_day_is_left() -> None:
    last = date(2026, 11, 30)

    found = forecast(past_of([1_000_000] * PAST_DAYS, last), so_far(last, of_today=2_000_000))

    assert found is not None
    assert found.to_come_micros == 0


@given(
    PAST,
    st.dates(date(2020, 1, 1), date(2040, 12, 31)),
    MICROS,
    MICROS,
    MICROS,
)
def test_the_band_holds_the_figure_and_nothing_below_what_is_certain(
    amounts: list[int], today: date, spent: int, held: int, of_today: int
) -> None:
    asked = past_of(amounts, today), so_far(today, spent, held, of_today)
    found = forecast(*asked)

    if found is not None:
        assert spent + held <= found.low_micros <= found.total_micros <= found.high_micros
        assert found == forecast(*asked)  # it does not jump from drawing to drawing


@given(st.lists(MICROS, min_size=1, max_size=9))
def test_a_trimmed_mean_lies_among_its_values(values: list[int]) -> None:
    assert min(values) <= trimmed_mean(values) <= max(values)


def test_a_trimmed_mean_leaves_out_the_ends() -> None:
    assert trimmed_mean([0, 10, 20, 1_000]) == 15
    assert trimmed_mean([10, 21]) == 16  # half goes to even
    assert trimmed_mean([]) == 0
