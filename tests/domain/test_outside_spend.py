"""What left the account without us is what the balance lost beyond our own costs."""

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.outside_spend import BalanceReading, outside_spend


def readings(*pairs: tuple[int, int]) -> list[BalanceReading]:
    return [BalanceReading(at, *pair) for at, pair in enumerate(pairs)]


def test_one_reading_tells_nothing():
    assert outside_spend(readings((100, 0)), elsewhere_micros=0) is None


def test_a_balance_that_falls_by_our_costs_alone_shows_nothing_outside():
    told = outside_spend(readings((100, 0), (80, 20), (50, 50)), elsewhere_micros=0)

    assert told is not None
    assert (told.ours_micros, told.outside_micros, told.paid_in_micros) == (50, 0, 0)


def test_what_others_spend_and_what_is_paid_in_do_not_hide_each_other():
    told = outside_spend(readings((100, 0), (70, 20), (150, 30)), elsewhere_micros=7)

    assert told is not None
    assert (told.outside_micros, told.paid_in_micros, told.elsewhere_micros) == (10, 90, 7)


amounts = st.integers(0, 10**9)


@given(st.lists(st.tuples(amounts, amounts, amounts), min_size=1, max_size=20))
def test_the_sums_explain_how_the_balance_moved(steps: list[tuple[int, int, int]]):
    balance, ours, made = 10**12, 0, [(10**12, 0)]
    for cost, others, paid_in in steps:
        balance, ours = balance - cost - others + paid_in, ours + cost
        made.append((balance, ours))

    told = outside_spend(readings(*made), elsewhere_micros=0)

    assert told is not None
    moved = told.paid_in_micros - told.outside_micros - told.ours_micros
    assert moved == balance - 10**12
    assert told.outside_micros <= sum(others for _, others, _ in steps)
    assert told.paid_in_micros <= sum(paid_in for *_, paid_in in steps)
