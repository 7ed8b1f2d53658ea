"""What stands out: dollars, percent and distance must all agree, and an answer mutes what it says."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.anomaly import (
    A_DAY,
    A_QUARTER,
    FEWEST,
    PAST_DAYS,
    Anomaly,
    AnomalyKind,
    Answer,
    Verdict,
    standing,
    unanswered,
    unusual,
    unusual_days,
)

TODAY = date(2026, 11, 23)
DOLLAR = 1_000_000
MICROS = st.integers(1, 10**10)
OTHERS = st.lists(MICROS, max_size=28)
STEADY = [2 * DOLLAR] * 10


def stands_out(amount: int, others: list[int]) -> bool:
    return unusual(amount, others, A_DAY)[0]


def test_a_day_far_above_the_usual_stands_out() -> None:
    assert unusual(12 * DOLLAR, STEADY, A_DAY) == (True, 2 * DOLLAR)


@pytest.mark.parametrize(
    ("amount", "others", "why"),
    [
        (999_999 + 100_000, [100_000] * 10, "the dollars are few"),
        (140 * DOLLAR, [100 * DOLLAR] * 10, "the percentage is small"),
        (8 * DOLLAR, [DOLLAR, 3 * DOLLAR, 5 * DOLLAR, 7 * DOLLAR] * 3, "days differ that much"),
        (900 * DOLLAR, [DOLLAR] * (FEWEST - 1), "nothing is usual yet"),
    ],
)
def test_a_day_does_not_stand_out_where(amount: int, others: list[int], why: str) -> None:
    assert not stands_out(amount, others), why


def test_one_wild_day_hides_no_other() -> None:
    assert stands_out(12 * DOLLAR, [*STEADY, 5_000 * DOLLAR])


def test_where_nothing_is_usual_only_a_dear_quarter_of_an_hour_stands_out() -> None:
    assert unusual(10 * DOLLAR, [], A_QUARTER) == (True, None)
    assert unusual(10 * DOLLAR - 1, [], A_QUARTER) == (False, None)


@given(OTHERS, MICROS, MICROS)
def test_more_stands_out_at_least_as_much(others: list[int], amount: int, more: int) -> None:
    if stands_out(amount, others):
        assert stands_out(amount + more, others)


@given(OTHERS, MICROS)
def test_what_stands_out_is_a_dollar_and_half_above_the_usual(
    others: list[int], amount: int
) -> None:
    found, usual = unusual(amount, others, A_DAY)

    if found:
        assert usual is not None
        assert amount - usual >= DOLLAR
        assert amount * 2 >= usual * 3


def test_only_the_last_days_are_watched_each_by_the_days_before_it() -> None:
    spend = {TODAY - timedelta(days=n): 2 * DOLLAR for n in range(60)}
    spend |= {TODAY - timedelta(days=n): 50 * DOLLAR for n in (0, 6, 7)}

    found = list(unusual_days(AnomalyKind.PERSON, "ana", spend, TODAY))

    assert [one.day for one in found] == [TODAY, TODAY - timedelta(days=6)]
    assert {(one.amount_micros, one.usual_micros) for one in found} == {(50 * DOLLAR, 2 * DOLLAR)}


def test_days_without_spend_are_not_what_is_usual() -> None:
    workdays = {
        TODAY - timedelta(days=n): 2 * DOLLAR for n in range(1, PAST_DAYS + 1) if n % 3 == 0
    }

    assert not list(unusual_days(AnomalyKind.SKU, "x", workdays | {TODAY: 2 * DOLLAR}, TODAY))


# -- answers ---------------------------------------------------------------------------------------


def anomaly(
    day: date = TODAY, kind: AnomalyKind = AnomalyKind.PERSON, subject: str = "ana"
) -> Anomaly:
    return Anomaly(kind, subject, day, 9 * DOLLAR, DOLLAR)


def answer(verdict: Verdict, until: date | None = None, day: date = TODAY) -> Answer:
    return Answer(AnomalyKind.PERSON, "ana", day, verdict, said_on=TODAY, by="local", until=until)


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


@pytest.mark.parametrize(
    ("said", "last_day"),
    [
        (answer(Verdict.REAL), 0),
        (answer(Verdict.FALSE), 28),
        (answer(Verdict.PLANNED, until=days(3)), 3),
    ],
)
def test_an_answer_mutes_that_person_until_its_last_day(said: Answer, last_day: int) -> None:
    assert said.mutes(anomaly(TODAY))
    assert said.mutes(anomaly(days(last_day)))
    assert not said.mutes(anomaly(days(last_day + 1)))
    assert not said.mutes(anomaly(TODAY, subject="ben"))
    assert not said.mutes(anomaly(TODAY, kind=AnomalyKind.BURST))


def test_real_answers_one_day_alone() -> None:
    assert not answer(Verdict.REAL).mutes(anomaly(days(-1)))


def test_the_last_word_on_a_day_holds_and_can_be_taken_back() -> None:
    false, real, undone = (
        answer(verdict) for verdict in (Verdict.FALSE, Verdict.REAL, Verdict.UNDONE)
    )

    assert standing([false, real]) == [real]
    assert standing([real, false]) == [false]
    assert standing([false, undone]) == []


def test_what_is_left_stands_in_the_order_of_its_money() -> None:
    small = Anomaly(AnomalyKind.SKU, "image_4K", TODAY, 3 * DOLLAR, DOLLAR)
    large = Anomaly(AnomalyKind.BURST, "ben", TODAY, 20 * DOLLAR, None)

    assert unanswered([small, anomaly(), large], [answer(Verdict.REAL)]) == [large, small]
