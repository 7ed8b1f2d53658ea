"""
What can go wrong. Each leaf is one decision for whoever asked.

* PlantainError
  + InputInvalid             a field of the input breaks its rule: correct it (nothing was sent)
  + PriceUnknown             no price for this input: it is refused, never taken as free
  + OverBudget               it does not fit into a hard budget (`budget.py`): ask for less, or wait
  + NeedsApproval            it costs so much that an owner has to accept it (`approval.py`)
  + NotWaiting               a request for approval was decided on, or has expired
  + NotAnOwner               only an owner may do this
  + BudgetWrong              a budget cannot be like that: correct the field it names
  + NotAccepting             this process does not take runs now: its message says why
  + NotWritten               the database did not take a change: it is as it was before
    * NoRoom                 because the disk is full
  * ApiError                 the API did not do what we asked
    * ApiUnreachable         no usable answer
      + NeverSent            refused, no such host, no TLS: the API never saw the request
      + AnswerLost           timed out, cut off, 5xx or garbage: the API may have acted on it
    * ApiRefused             an answer, and it was no
      + KeyRefused           401, 403: check the key
      + CreditExhausted      402: top up
      + InputRefused         400, 422: correct the fields it names
      + NotFound             404
      + Conflict             409: this key was used with another body, or is in use right now
      + TooManyRequests      429: later; `retry_after_s` says when, if the API said
      + ModelUnavailable     503 MODEL_UNAVAILABLE: the provider is down, later

A run that failed is data (`Failure`), not an error.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class PlantainError(Exception):
    """Base of all; its message is written for the user."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field of an input, in plain words."""

    field: str
    message: str


class InputInvalid(PlantainError):
    """An input breaks the rules of its model. `problems` has one entry a field."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = tuple(problems)


class PriceUnknown(PlantainError):
    """The price book has no price for an input."""


class PricesChanged(PlantainError):
    """Other prices have taken effect than those that were shown before the click."""


class NotAccepting(PlantainError):
    """Submissions are closed in this process."""


class NotWritten(PlantainError):
    """The database did not take a change, and is as it was before."""


class NoRoom(NotWritten):
    """The disk has no room for the change, as far as the database can tell."""


class ApiError(PlantainError):
    """The API did not do what we asked."""


class ApiUnreachable(ApiError):
    """No usable answer came."""


class NeverSent(ApiUnreachable):
    """The request did not leave this machine: nothing can have been charged."""


class AnswerLost(ApiUnreachable):
    """The request may have arrived, but its answer did not."""

    def __init__(self, message: str, *, http_status: int | None = None) -> None:
        super().__init__(message)
        self.http_status = http_status


class ApiRefused(ApiError):
    """The API answered no. `code` and `api_message` are its own words."""

    def __init__(
        self,
        api_message: str,
        *,
        http_status: int,
        code: str | None = None,
        problems: Sequence[FieldProblem] = (),
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(f"{api_message} ({code or f'HTTP {http_status}'})")
        self.api_message = api_message
        self.http_status = http_status
        self.code = code
        self.problems = tuple(problems)
        self.retry_after_s = retry_after_s


class KeyRefused(ApiRefused):
    """The API does not take the key, or the key may not do this."""


class CreditExhausted(ApiRefused):
    """The account's balance does not cover the run."""


class InputRefused(ApiRefused):
    """The API found the request wrong; `problems` names the fields where it did."""


class NotFound(ApiRefused):
    """The API knows no such thing."""


class Conflict(ApiRefused):
    """The idempotency key was used with another body, or its first request is still running."""


class TooManyRequests(ApiRefused):
    """The API asks to slow down."""


class ModelUnavailable(ApiRefused):
    """The model's provider is down."""
