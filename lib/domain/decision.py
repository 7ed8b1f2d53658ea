"""What a person may decide about a parked run that is given up."""

from enum import StrEnum


class Counts(StrEnum):
    """What is counted as the cost of a run that is given up."""

    NOTHING = "nothing"
    """It was not charged."""
    ESTIMATE = "the estimate"
    """It was charged, and nobody knows how much."""
    KNOWN = "the known cost"
    """The API has named it: only the pictures are missing."""
