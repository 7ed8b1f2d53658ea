"""Trouble on demand: what a word in a prompt, or `--scenario`, makes a run do.

A prompt names a scenario by its word in brackets, anywhere and in any case: `a kite [slow]`.
The first one named in the prompt counts; without one it is that of `--scenario`.
"""

from dataclasses import dataclass
from typing import Literal

Refused = tuple[int, str, str]
"""HTTP status, code and message of a request that is not accepted."""

Failed = tuple[str, str, str]
"""failure_code, failure_stage_code and failure_message of a run."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of trouble; what is not set goes as usual."""

    word: str
    description: str
    refused: Refused | None = None
    only_once: bool = False
    """Refuse the first request only: the next one with the same key or body is accepted."""
    answer: Literal["as usual", "lost", "late", "error", "garbage"] = "as usual"
    """What the caller gets to see after the run was accepted."""
    duration: float = 1.0
    """How many times as long as usual the run takes."""
    end_status: Literal["succeeded", "failed", "partial_succeeded"] = "succeeded"
    failed: Failed | None = None
    flagged: bool = False
    one_fewer: bool = False
    """One image fewer than asked for, but at least one."""
    callbacks: int = 1
    """How many times the automatic callback is delivered."""
    link_seconds: float | None = None
    """How long links to the pictures work."""
    picture: Literal["as usual", "cut once", "missing"] = "as usual"
    """What a download of a picture gives."""


_UNAVAILABLE = (503, "MODEL_UNAVAILABLE", "The model's provider is not available right now.")
_LIMITED = (429, "RATE_LIMITED", "Rate limit exceeded: too many requests for this organization.")
_PROVIDER = ("PROVIDER_ERROR", "execution", "The provider could not generate the image.")

SCENARIOS: tuple[Scenario, ...] = (
    Scenario("slow", "Takes ten times as long, then succeeds.", duration=10),
    Scenario("stuck", "Stays running for a thousand times as long.", duration=1000),
    Scenario("fail", "Fails while running; costs nothing.", end_status="failed", failed=_PROVIDER),
    Scenario(
        "fail at dispatch",
        "Fails before it runs: the input is refused after the run was accepted; costs nothing.",
        end_status="failed",
        failed=(
            "INPUT_VALIDATION_FAILED",
            "dispatch",
            "The provider refused the input: the prompt is against its rules.",
        ),
    ),
    Scenario(
        "late failure",
        "Fails after five times the usual time; costs nothing.",
        duration=5,
        end_status="failed",
        failed=("PROVIDER_TIMEOUT", "execution", "The provider did not answer in time."),
    ),
    Scenario("flagged", "Succeeds, and nsfw_detected is true.", flagged=True),
    Scenario(
        "partial",
        "Succeeds with one image fewer than asked for (at least one); costs what came.",
        one_fewer=True,
    ),
    Scenario(
        "partial succeeded",
        "As partial, and ends as partial_succeeded, which the JavaScript SDK never stops polling.",
        one_fewer=True,
        end_status="partial_succeeded",
    ),
    Scenario(
        "no credit",
        "402 INSUFFICIENT_CREDIT: not accepted, costs nothing.",
        refused=(402, "INSUFFICIENT_CREDIT", "Insufficient credit: add credits to go on."),
    ),
    Scenario("rate limited", "429 RATE_LIMITED, always.", refused=_LIMITED),
    Scenario(
        "rate limited once",
        "429 RATE_LIMITED the first time, then accepted.",
        refused=_LIMITED,
        only_once=True,
    ),
    Scenario("unavailable", "503 MODEL_UNAVAILABLE, always.", refused=_UNAVAILABLE),
    Scenario(
        "unavailable once",
        "503 MODEL_UNAVAILABLE the first time, then accepted.",
        refused=_UNAVAILABLE,
        only_once=True,
    ),
    Scenario(
        "conflict",
        "409 CONFLICT: not accepted.",
        refused=(409, "CONFLICT", "The request collides with another one."),
    ),
    Scenario(
        "lost answer",
        "Accepts and charges the run, then closes the connection without an answer.",
        answer="lost",
    ),
    Scenario(
        "late answer",
        "Accepts and charges the run at once, but answers only after --hold-seconds.",
        answer="late",
    ),
    Scenario(
        "error after accept", "Accepts and charges the run, then answers 500.", answer="error"
    ),
    Scenario(
        "garbage",
        "Accepts and charges the run, then answers 201 with something that is not JSON.",
        answer="garbage",
    ),
    Scenario("no callback", "Succeeds, but its callback is never sent.", callbacks=0),
    Scenario("two callbacks", "Succeeds, and its callback is sent twice.", callbacks=2),
    Scenario("short links", "Links to its pictures work for one second.", link_seconds=1),
    Scenario(
        "cut picture",
        "The first download of each picture breaks off in the middle.",
        picture="cut once",
    ),
    Scenario("missing picture", "Downloads of its pictures give 404.", picture="missing"),
)

_BY_WORD = {scenario.word: scenario for scenario in SCENARIOS}

USUAL = Scenario("", "Everything goes well.")


def named(word: str) -> Scenario:
    """The scenario of a word; the usual one for an empty or unknown word."""
    return _BY_WORD.get(word, USUAL)


def chosen(prompt: str, default: str | None) -> Scenario:
    """The scenario that a prompt names first, or else the one set for all runs."""
    lowered = prompt.lower()
    places = {lowered.find(f"[{word}]"): word for word in _BY_WORD}
    places.pop(-1, None)
    return named(places[min(places)]) if places else named(default or "")
