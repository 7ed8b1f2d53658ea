"""When a budget is used up: by its own pace, and the tightest one first."""

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.budget import Budget, BudgetUse, Scope, Span, Strength, Terms, Window
from lib.domain.run_out import PACE_MS, RunOut, run_out, tightest

NOW = 1_795_000_000_000
DAY_MS = 86_400_000


def use(
    limit: int, spent: int = 0, *, days_left: int = 10, strength: Strength = Strength.HARD
) -> BudgetUse:
    terms = Terms(Scope.TEAM, "", Window.MONTH, limit, strength, "UTC")
    budget = Budget(1, "sandbox", terms, created_at=0, created_by="local")
    return BudgetUse(budget, Span(NOW - DAY_MS, NOW + days_left * DAY_MS), spent_micros=spent)


def test_a_budget_is_used_up_when_the_pace_has_taken_what_is_left() -> None:
    found = run_out(use(limit=10_000_000, spent=7_000_000), pace_micros=28_000_000, now_ms=NOW)

    assert found.at_ms == NOW + 3 * DAY_MS


def test_a_budget_that_outlasts_its_time_has_no_such_day() -> None:
    assert run_out(use(10_000_000), pace_micros=27_000_000, now_ms=NOW).at_ms is None
    assert run_out(use(10_000_000), pace_micros=0, now_ms=NOW).at_ms is None


def test_a_budget_without_anything_left_is_used_up_now() -> None:
    assert run_out(use(5, spent=9), pace_micros=0, now_ms=NOW).at_ms == NOW


def test_the_tightest_is_the_one_that_is_used_up_first() -> None:
    later, sooner, never = (RunOut(use(100), at) for at in (NOW + 9, NOW + 1, None))

    assert tightest([never, later, sooner]) is sooner


def test_where_none_is_used_up_the_one_with_the_smallest_part_left_is_tightest() -> None:
    half, most = RunOut(use(1_000, spent=500), None), RunOut(use(10, spent=1), None)

    assert tightest([most, half]) is half
    assert tightest([]) is None


def test_of_two_at_once_the_hard_one_is_tighter() -> None:
    soft, hard = (RunOut(use(9, 9, strength=one), NOW) for one in (Strength.SOFT, Strength.HARD))

    assert tightest([soft, hard]) is hard


@given(st.integers(1, 10**12), st.integers(1, 10**12))
def test_the_day_is_never_past_and_never_after_the_end(left: int, pace: int) -> None:
    found = run_out(use(left), pace_micros=pace, now_ms=NOW)

    if found.at_ms is not None:
        assert NOW <= found.at_ms < found.use.span.to_ms
        assert (found.at_ms - NOW) * pace <= left * PACE_MS
