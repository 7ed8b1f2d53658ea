"""What was said of pairs. It comes from a browser, so what has not the right form is left out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lib.domain.experiment_votes import Outcome

LONGEST_TOKEN = 100
OUTCOMES = frozenset(Outcome)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of the showing of this token."""

    token: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class TakingBack:
    """The answer to the showing of this token is to be taken back."""

    token: str


Said = Answer | TakingBack


def read(events: Iterable[Mapping[str, Any]]) -> tuple[Said, ...]:
    """What these events say, in their order."""
    return tuple(_read(events))


def _read(events: Iterable[Mapping[str, Any]]) -> Iterator[Said]:
    for event in events:
        ids, value = event.get("ids"), event.get("value")
        token = ids[0] if isinstance(ids, list) and len(ids) == 1 else None
        if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN:
            continue
        if event.get("kind") == "vote" and isinstance(value, str) and value in OUTCOMES:
            yield Answer(token, Outcome(value))
        elif event.get("kind") == "undo":
            yield TakingBack(token)
