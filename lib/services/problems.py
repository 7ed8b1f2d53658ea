"""What can keep Plantain from making or sending runs: what it is, what still works, what to do."""

from dataclasses import dataclass
from enum import StrEnum

from lib.store.health import Ailment, Finding

READING = "Everything can be read, and runs that the API has come to their end."
READING_ONLY = "What can be read is shown."
MB = 1_000_000


class ProblemCode(StrEnum):
    """Names for programs."""

    LOW_DISK = "low_disk"
    DATABASE = "database"
    LOCK = "lock"
    ENGINE = "engine"


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason, in our own words. `detail` holds those of the system, to be shown as plain text."""

    code: ProblemCode
    what: str
    works: str
    remedy: str
    detail: str = ""


def low_disk(place: str, free_bytes: int, reserve_bytes: int) -> Problem:
    """The disk of `place` has less room left than is kept for what was paid for."""
    return Problem(
        ProblemCode.LOW_DISK,
        f"The disk of the {place} has {free_bytes // MB:,} MB left; {reserve_bytes // MB:,} MB are "
        "kept for what is under way.",
        READING,
        "Make room on that disk: Plantain then goes on by itself.",
    )


def no_folder(place: str) -> Problem:
    """The folder of `place` cannot be found any more."""
    return Problem(
        ProblemCode.LOW_DISK,
        f"The {place} cannot be found any more.",
        READING_ONLY,
        "Bring its disk or folder back, then start Plantain again.",
    )


def sick_database(finding: Finding) -> Problem:
    """The database cannot be trusted with money."""
    what, works, remedy = DATABASE[finding.ailment]
    return Problem(ProblemCode.DATABASE, what, works, remedy, finding.detail)


DATABASE = {
    Ailment.GONE: (
        "The database file was deleted or replaced while Plantain works on it.",
        READING_ONLY,
        "Stop Plantain, put the right file in its place, and start again.",
    ),
    Ailment.LOCKED: (
        "Another program keeps the database locked.",
        READING_ONLY,
        "Close that program: Plantain then goes on by itself.",
    ),
    Ailment.NOT_WRITABLE: (
        "The database cannot be written.",
        READING_ONLY,
        "See that its disk has room, is whole and may be written: Plantain then goes on by itself.",
    ),
    Ailment.DAMAGED: (
        "The database is damaged.",
        READING_ONLY,
        "Stop Plantain, keep the damaged file aside, put a backup in its place, and start again.",
    ),
}

NO_LOCK = Problem(
    ProblemCode.LOCK,
    "The file executor.lock, by which Plantain holds its data folder, was deleted or replaced.",
    READING,
    "Wait a moment: it is made anew. If it stays so, the data folder cannot be written.",
)
LOST_LOCK = Problem(
    ProblemCode.LOCK,
    "This Plantain no longer holds the lock of its data folder: executor.lock was deleted or "
    "replaced, and another Plantain has it now.",
    "Everything can be read, and the other one carries out the runs.",
    "Use the other one. When that ends, this one takes over; or start this one again.",
)


def no_engine(trouble: str) -> Problem:
    """What carries runs out could not be started."""
    return Problem(
        ProblemCode.ENGINE,
        "What carries out the runs could not be started.",
        "Everything can be read, and what is queued waits, unsent and free.",
        "It is tried again every minute. If it stays so, see Plantain's log.",
        trouble,
    )
