"""Reads are asked again with full jitter; what is refused for good is not."""

from collections.abc import Callable

import pytest
import stamina

from lib.domain.errors import (
    AnswerLost,
    ApiUnreachable,
    Conflict,
    CreditExhausted,
    InputRefused,
    KeyRefused,
    ModelUnavailable,
    NeverSent,
    NotFound,
    TooManyRequests,
)
from lib.runflow import retry
from lib.runflow.retry import BRIEF, PATIENT, Patience


def refusal(leaf, retry_after_s=None):
    return leaf("no", http_status=499, retry_after_s=retry_after_s)


def failing(*errors: Exception) -> tuple[Callable[[], str], list[int]]:
    """Something that raises `errors` in turn and then answers, and the count of its calls."""
    calls: list[int] = []

    def asking() -> str:
        calls.append(1)
        if len(calls) <= len(errors):
            raise errors[len(calls) - 1]
        return "answer"

    return asking, calls


WORTH_IT = [
    ApiUnreachable("x"),
    NeverSent("x"),
    AnswerLost("x", http_status=500),
    AnswerLost("x"),
    refusal(TooManyRequests),
    refusal(TooManyRequests, 120.0),
    refusal(ModelUnavailable),
]
NOT_WORTH_IT = [
    refusal(KeyRefused),
    refusal(CreditExhausted),
    refusal(InputRefused),
    refusal(NotFound),
    refusal(Conflict),
    refusal(TooManyRequests, 120.1),
    refusal(ModelUnavailable, 3_600.0),
    ValueError("a bug"),
]


def named(error):
    return f"{type(error).__name__}-{getattr(error, 'retry_after_s', None)}"


@pytest.mark.parametrize("error", WORTH_IT, ids=named)
def test_what_may_pass_is_asked_again(error):
    asking, calls = failing(error, error)

    assert retry.call(asking) == "answer"
    assert len(calls) == 3


@pytest.mark.parametrize("error", NOT_WORTH_IT, ids=named)
def test_what_will_not_pass_is_asked_once(error):
    asking, calls = failing(error)

    with pytest.raises(type(error)) as caught:
        retry.call(asking)

    assert caught.value is error
    assert len(calls) == 1


def test_five_tries_are_enough_and_the_last_error_is_told():
    errors = [AnswerLost(str(number)) for number in range(9)]
    asking, calls = failing(*errors)

    with pytest.raises(AnswerLost) as caught:
        retry.call(asking, PATIENT)

    assert caught.value is errors[4]
    assert len(calls) == 5


def test_a_page_does_not_wait():
    asking, calls = failing(AnswerLost("x"))

    with pytest.raises(AnswerLost):
        retry.call(asking, BRIEF)

    assert len(calls) == 1


def test_stamina_can_be_switched_off():
    asking, calls = failing(AnswerLost("x"))
    stamina.set_active(False)
    try:
        with pytest.raises(AnswerLost):
            retry.call(asking)
    finally:
        stamina.set_active(True)

    assert len(calls) == 1


@pytest.fixture
def rolled(monkeypatch):
    """The bounds of every roll of the dice; each roll gives its upper bound."""
    bounds = []

    def uniform(low: float, high: float) -> float:
        bounds.append((low, high))
        return high

    monkeypatch.setattr("lib.runflow.retry.random.uniform", uniform)
    return bounds


def test_the_jitter_is_full_and_doubles_up_to_its_cap(rolled):
    for failures in range(8):
        retry.wait_s(AnswerLost("x"), failures)

    assert rolled == [(0, cap) for cap in (1, 2, 4, 8, 16, 32, 32, 32)]


def test_the_api_may_ask_for_more_than_the_jitter_but_not_for_less(rolled):
    assert retry.wait_s(refusal(TooManyRequests, 90.0), 0) == 90.0
    assert retry.wait_s(refusal(TooManyRequests, 0.0), 3) == 8.0


def test_the_boundary_of_our_patience(rolled):
    assert retry.wait_s(refusal(TooManyRequests, 120.0), 0) == 120.0
    assert retry.wait_s(refusal(TooManyRequests, 120.001), 0) is False


def test_the_waits_reach_stamina_and_grow(rolled):
    seen: list[float] = []
    asking, _ = failing(*[AnswerLost("x")] * 4)
    stamina.instrumentation.set_on_retry_hooks([lambda details: seen.append(details.retry_num)])
    try:
        retry.call(asking)
    finally:
        stamina.instrumentation.set_on_retry_hooks(None)

    assert seen == [1, 2, 3, 4]
    assert [high for _, high in rolled] == [1, 2, 4, 8]


def test_each_call_starts_anew(rolled):
    for _ in range(2):
        asking, _ = failing(AnswerLost("x"))
        retry.call(asking)

    assert [high for _, high in rolled] == [1, 1]


def test_waiting_is_real_outside_of_tests(rolled, monkeypatch):
    monkeypatch.setattr(retry, "FIRST_WAIT_S", 0.001)
    waited: list[float] = []
    asking, _ = failing(*[AnswerLost("x")] * 2)
    stamina.instrumentation.set_on_retry_hooks([lambda told: waited.append(told.wait_for)])
    try:
        with stamina.set_testing(False):
            retry.call(asking)
    finally:
        stamina.instrumentation.set_on_retry_hooks(None)

    assert waited == pytest.approx([0.001, 0.002])


def test_no_try_begins_after_the_end_of_patience(rolled, monkeypatch):
    monkeypatch.setattr(retry, "FIRST_WAIT_S", 0.02)
    asking, calls = failing(*[AnswerLost("x")] * 9)

    with stamina.set_testing(False), pytest.raises(AnswerLost):
        retry.call(asking, Patience(tries=100, within_s=0.01))

    assert len(calls) == 2
