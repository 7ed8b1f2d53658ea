"""Windows of budgets begin and end at local midnights, and what is left is simple arithmetic."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.budget import (
    Budget,
    BudgetUse,
    Scope,
    Span,
    Strength,
    Terms,
    Window,
    problem_with,
    window_at,
)

ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kolkata"),
    *("Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham"),
    *("America/Sao_Paulo", "Africa/Cairo", "Pacific/Kiritimati"),
)
HOUR_MS = 3_600_000
moments = st.integers(946_684_800_000, 4_102_444_800_000)  # 2000 to 2100


def terms(window: Window = Window.MONTH, zone: str = "UTC", **others: object) -> Terms:
    values = {"scope": Scope.TEAM, "subject": "", "limit_micros": 1_000_000}
    values |= {"strength": Strength.HARD, **others}
    return Terms(window=window, zone=zone, **values)


def ms(text: str, zone: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("window", "begins", "is_over", "hours"),
    [
        (Window.DAY, "2026-03-29", "2026-03-30", 23),
        (Window.WEEK, "2026-03-23", "2026-03-30", 7 * 24 - 1),
        (Window.MONTH, "2026-03-01", "2026-04-01", 31 * 24 - 1),
    ],
)
def test_a_window_with_the_change_to_summer_time_is_an_hour_short(
    window: Window, begins: str, is_over: str, hours: int
):
    found = window_at(terms(window, "Europe/Berlin"), ms("2026-03-29T12:00", "Europe/Berlin"))

    assert found == Span(ms(begins, "Europe/Berlin"), ms(is_over, "Europe/Berlin"))
    assert found.to_ms - found.from_ms == hours * HOUR_MS


@given(moments, st.sampled_from(ZONES), st.sampled_from([Window.DAY, Window.WEEK, Window.MONTH]))
def test_every_moment_is_in_one_window_and_the_next_begins_where_it_ends(
    moment: int, zone: str, window: Window
):
    span = window_at(terms(window, zone), moment)

    assert span is not None
    assert span.has(moment)
    assert window_at(terms(window, zone), span.from_ms) == span
    assert window_at(terms(window, zone), span.to_ms - 1) == span
    following = window_at(terms(window, zone), span.to_ms)
    assert following is not None
    assert following.from_ms == span.to_ms


@given(moments, st.sampled_from(ZONES))
def test_a_week_begins_on_a_monday_and_a_month_on_the_first(moment: int, zone: str):
    week = window_at(terms(Window.WEEK, zone), moment)
    month = window_at(terms(Window.MONTH, zone), moment)

    def first_day_of(span: Span | None) -> date:
        assert span is not None
        # Where midnight does not exist (a zone's change at 00:00) the day begins an hour later.
        return datetime.fromtimestamp(span.from_ms / 1000, UTC).astimezone(ZoneInfo(zone)).date()

    assert first_day_of(week).weekday() == 0
    assert first_day_of(month).day == 1


def test_a_budget_for_one_time_has_its_last_day_whole_and_nothing_after_it():
    once = terms(
        Window.ONCE, "Asia/Kolkata", first_day=date(2026, 11, 3), last_day=date(2026, 11, 5)
    )
    begins, is_over = ms("2026-11-03", "Asia/Kolkata"), ms("2026-11-06", "Asia/Kolkata")

    assert window_at(once, begins - 1) is None
    assert window_at(once, begins) == Span(begins, is_over) == window_at(once, is_over - 1)
    assert window_at(once, is_over) is None


def used(limit: int, **sums: int) -> BudgetUse:
    budget = Budget(1, "sandbox", terms(limit_micros=limit), 0, "local")
    return BudgetUse(budget, Span(0, 1), **sums)


def test_what_is_held_or_in_doubt_is_not_left():
    use = used(1_000_000, spent_micros=300_000, held_micros=200_000, in_doubt_micros=100_000)

    assert (use.used_micros, use.left_micros) == (600_000, 400_000)
    assert use.fits(400_000)
    assert not use.fits(400_001)


def test_what_is_free_fits_even_where_nothing_is_left():
    use = used(100_000, spent_micros=120_000)

    assert use.left_micros == -20_000
    assert use.fits(0)
    assert not use.fits(1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"scope": Scope.PERSON}, "subject"),
        ({"subject": "ada"}, "subject"),
        ({"scope": Scope.EXPERIMENT, "subject": "1"}, "scope"),
        ({"limit_micros": -1}, "limit"),
        ({"window": Window.ONCE}, "first_day"),
        ({"window": Window.ONCE, "first_day": date(2026, 1, 2)}, "last_day"),
        (
            {
                "window": Window.ONCE,
                "first_day": date(2026, 1, 2),
                "last_day": date(2026, 1, 2) - timedelta(days=1),
            },
            "last_day",
        ),
    ],
)
def test_a_budget_that_makes_no_sense_is_refused_with_its_field(
    wrong: dict[str, object], field: str
):
    assert field in str(problem_with(terms(**wrong)))


def test_a_limit_of_nothing_is_a_budget():
    assert problem_with(terms(limit_micros=0)) is None
