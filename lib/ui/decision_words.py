"""Decisions in words: what each does, and what came of it. Our own words only."""

from zoneinfo import ZoneInfo

from lib.domain.decision import Answer, Counts, Outcome
from lib.domain.run import Run
from lib.ui import times
from lib.ui.money import price

IN_DOUBT = (
    "This run may have been charged, and Plantain cannot find out by itself. "
    "Until you decide, its cost counts as in doubt."
)
WITHOUT_PICTURES = "The API says what this run cost, but its pictures could not be had."
WHAT_ONE_CAN_DO = (
    "*Ask again* looks for it at the API, by all its ids. "
    "*Adopt by id* takes a run that you have found in the Runflow dashboard. "
    "*Give up* closes the case. None of them sends or buys anything; "
    "a new run with these settings would be charged on its own."
)
ADOPTED_ELSEWHERE = (
    "An audit has found it at the API, with its pictures and its cost. "
    "If it is the same as this one, give this one up and count nothing: nothing is lost."
)

TOASTS = {
    Outcome.FOUND: "The API has it. Its pictures and its cost come by themselves.",
    Outcome.ADOPTED: "Adopted. Its pictures and its cost come by themselves.",
    Outcome.GIVEN_UP: "Given up. That can be taken back.",
    Outcome.UNDONE: "Taken back: it waits for a decision again.",
    Outcome.NOT_WAITING: "Nothing was done: this run does not wait for that any more.",
}
"""What is said once about a run that is shown anew, or not any more."""


def why(run: Run) -> str:
    """Why a person has to decide."""
    return IN_DOUBT if run.cost_micros is None else WITHOUT_PICTURES


def count_label(counts: Counts, run: Run) -> str:
    """What giving up with this choice counts."""
    if counts is Counts.NOTHING:
        return f"It was not charged: count {price(0)}"
    return f"It was charged: count the estimate, {price(run.estimate_micros)}"


def known_cost(run: Run) -> str:
    """What giving up a run of known cost means."""
    return f"The API says that it cost {price(run.cost_micros)}. That stays counted."


def said(told: Answer, zone: ZoneInfo) -> str:
    """What came of a question, where the run still waits."""
    match told.outcome:
        case Outcome.NOT_KNOWN if told.remote_id:
            return "The API has no run of this id."
        case Outcome.NOT_KNOWN:
            return f"Asked at {times.exact(told.at, zone)}: the API does not know this run."
        case Outcome.NOT_ASKED:
            return "The API could not be asked, so nothing has changed. Try again in a moment."
        case Outcome.ANOTHERS:
            return "This run of the API belongs to another run of the history."
        case Outcome.DIFFERS:
            return "The API's run is not quite as this one. Adopt it only if you know that it is the same."
        case _:
            return "Nothing was done."


def given_up(run: Run) -> str:
    """What was decided about a run that was given up."""
    if run.cost_micros is None:
        return "It was brought in undecided: what it cost is in doubt."
    return f"Given up: {price(run.cost_micros)} is counted as its cost."
