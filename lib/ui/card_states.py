"""Where a run stands, in plain words: a badge, and a sentence that says what is waited for."""

from dataclasses import dataclass
from math import ceil
from typing import Literal

from lib.domain.run import SUCCESSFUL_STATUSES, Run, RunState, Status
from lib.ui.asked import pictures_asked

Color = Literal["gray", "blue", "green", "orange", "red"]

ANSWER_LOST = "The API's answer was lost."
NOT_NOW = "The API did not take it now."
NOT_NOW_STATUSES = frozenset({409, 429, 503})
ASKED_FIRST = "It is asked before anything is sent again; nothing is paid twice."
AT_THE_API = {
    Status.QUEUED: "In the API's queue",
    Status.DISPATCHING: "The API hands it to the model",
    Status.RUNNING: "The model is working",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a card's head says. `sentence` may quote the API: it is shown as plain text only."""

    label: str
    color: Color
    icon: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else matters to a run: the time (ms UTC), how many go at once, who carries them out."""

    now_ms: int
    places: int
    executes: bool = True


def standing(run: Run, around: Surroundings) -> Standing:
    """Tell where the run stands."""
    match run.state:
        case RunState.QUEUED:
            return Standing("Queued", "gray", ":material/hourglass_top:", _why_queued(run, around))
        case RunState.SENDING:
            return Standing("Sending", "blue", ":material/send:", "It is on its way to the API.")
        case RunState.UNKNOWN:
            return Standing("Looking for it", "orange", ":material/help:", _when_asked(run, around))
        case RunState.ACCEPTED:
            return Standing("Running", "blue", ":material/pending:", _at_the_api(run, around))
        case RunState.STORED:
            return Standing("Done", "green", ":material/check:", _how_many_came(run))
        case RunState.CANCELED:
            return Standing("Canceled", "gray", ":material/cancel:", _who_canceled(run))
        case RunState.PARKED if run.decided_at is not None:
            return Standing("Given up", "gray", ":material/block:")
        case RunState.PARKED:
            return Standing("Needs a decision", "orange", ":material/front_hand:")
        case RunState.FAILED:
            return Standing(_failed_how(run), "red", ":material/error:")


def asked_for(run: Run) -> int:
    """How many pictures the run asks for."""
    return pictures_asked(run.input.get("num_images"))


def _why_queued(run: Run, around: Surroundings) -> str:
    if not around.executes:
        return "Waits for the Plantain that carries out the runs of this data folder."
    if run.due_at and run.due_at > around.now_ms:
        return f"Nothing was sent yet. Next try in {_seconds_until(run.due_at, around)}."
    return f"Waits to be sent. Up to {around.places} runs are under way at a time."


def _when_asked(run: Run, around: Surroundings) -> str:
    why = NOT_NOW if run.http_status in NOT_NOW_STATUSES else ANSWER_LOST
    if run.due_at is None or run.due_at <= around.now_ms:
        return f"{why} {ASKED_FIRST} It is being asked now."
    return f"{why} {ASKED_FIRST} Next look in {_seconds_until(run.due_at, around)}."


def _seconds_until(due_at: int, around: Surroundings) -> str:
    """Whole seconds, so that a countdown is calm; its unit stays on its line."""
    return f"{ceil((due_at - around.now_ms) / 1000)}\u00a0s"


def _at_the_api(run: Run, around: Surroundings) -> str:
    if run.status in SUCCESSFUL_STATUSES:
        return "Fetching the pictures."
    told = AT_THE_API.get(run.status or "", f"The API says: {run.status}")
    begun = run.accepted_at or run.created_at
    return f"{told} · {max(0, around.now_ms - begun) // 1000}\u00a0s"


def _how_many_came(run: Run) -> str:
    came, asked = len(run.pictures), asked_for(run)
    if came < asked:
        return f"{came} of {asked} pictures came."
    return f"{came} pictures came where {asked} was asked for." if came > asked else ""


def _who_canceled(run: Run) -> str:
    return "Canceled at the API." if run.remote_id else "Taken back before it was sent."


def _failed_how(run: Run) -> str:
    if run.remote_id:
        return "Failed"
    names = {400: "Refused", 401: "Key refused", 402: "Out of credit", 403: "Key refused"}
    names |= {404: "Not found", 422: "Refused"}
    return names.get(run.http_status or 0, "Not sent")
