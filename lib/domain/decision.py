"""What a person may decide about a parked run, and what comes of it."""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from lib.domain.likeness import Difference
from lib.domain.run import Run


class Counts(StrEnum):
    """What is counted as the cost of a run that is given up."""

    NOTHING = "nothing"
    """It was not charged."""
    ESTIMATE = "the estimate"
    """It was charged, and nobody knows how much."""
    KNOWN = "the known cost"
    """The API has named it: only the pictures are missing."""


class Outcome(Enum):
    """What a decision, or a question to the API, came to."""

    FOUND = auto()
    """The API has the run: it is looked after again, and will be settled."""
    ADOPTED = auto()
    """It has the id that a person named, and is looked after again."""
    GIVEN_UP = auto()
    """The case is closed, and its cost counted as a person said."""
    UNDONE = auto()
    """It was given up, and waits for a decision again."""
    NOT_KNOWN = auto()
    """The API says that there is no such run."""
    NOT_ASKED = auto()
    """No usable answer came. Nothing has changed."""
    DIFFERS = auto()
    """The API's run is not quite as ours: a person has to say once more that it is the same."""
    ANOTHERS = auto()
    """The API's run belongs to another run of ours."""
    REFUSED = auto()
    """Not done, for the reason that `problem` gives."""
    NOT_WAITING = auto()
    """The run is not as it was: another person, or an answer of the API, was faster."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it at `at` (ms UTC). `problem` may hold words of the API or of the network."""

    outcome: Outcome
    at: int
    remote_id: str | None = None
    problem: str | None = None
    other: Run | None = None
    differences: tuple[Difference, ...] = ()
