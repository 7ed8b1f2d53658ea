"""What an answer means: the body that was asked for, or a leaf of the error tree."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from lib.domain.clock import Clock
from lib.domain.errors import (
    AnswerLost,
    ApiError,
    ApiRefused,
    Conflict,
    CreditExhausted,
    InputRefused,
    KeyRefused,
    ModelUnavailable,
    NotFound,
    TooManyRequests,
)
from lib.runflow.exchange import Answer
from lib.runflow.lenient_json import UnusableAnswer, read_json
from lib.runflow.retry_after import retry_after_s
from lib.runflow.wire_error import parse_error

T = TypeVar("T")

REFUSALS: dict[int, type[ApiRefused]] = {
    400: InputRefused,
    401: KeyRefused,
    402: CreditExhausted,
    403: KeyRefused,
    404: NotFound,
    405: NotFound,
    407: KeyRefused,
    409: Conflict,
    410: NotFound,
    422: InputRefused,
    423: Conflict,
    429: TooManyRequests,
    451: KeyRefused,
}
"""Other 4xx say that the request itself is wrong, as 400 does."""

SAID_BY_WHO_STANDS_BETWEEN = frozenset({408, 425, 499})
"""4xx of gateways that gave up waiting: behind them the API may have acted."""

MODEL_UNAVAILABLE = "MODEL_UNAVAILABLE"


def understood(answer: Answer, parse: Callable[[Any], T], clock: Clock) -> T:
    """What `parse` makes of an answer that says yes. Raises the leaf that fits any other."""
    if not 200 <= answer.status < 300:
        raise refusal_or_loss(answer, clock)
    try:
        return parse(read_json(answer.content))
    except UnusableAnswer as error:
        raise AnswerLost(
            f"The API answered with HTTP {answer.status}, but {error}.", http_status=answer.status
        ) from error


def refusal_or_loss(answer: Answer, clock: Clock) -> ApiError:
    """The error of an answer that is no 2xx: a refusal only where nothing can have been charged."""
    words = parse_error(_json_or_none(answer.content))
    leaf = _leaf(answer.status, words.code)
    if leaf is None:
        return AnswerLost(
            f"The API answered with HTTP {answer.status} {_phrase(answer.status)}.",
            http_status=answer.status,
        )
    return leaf(
        words.message or _phrase(answer.status),
        http_status=answer.status,
        code=words.code,
        problems=words.problems,
        retry_after_s=retry_after_s(answer.retry_after, said_at=answer.date, now_ms=clock.now_ms()),
    )


def _leaf(status: int, code: str | None) -> type[ApiRefused] | None:
    if status == 503 and code == MODEL_UNAVAILABLE:
        return ModelUnavailable
    if not 400 <= status < 500 or status in SAID_BY_WHO_STANDS_BETWEEN:
        return None
    return REFUSALS.get(status, InputRefused)


def _json_or_none(content: bytes) -> Any:
    try:
        return read_json(content)
    except UnusableAnswer:
        return None


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown Status"
