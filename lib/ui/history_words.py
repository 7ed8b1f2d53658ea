"""Where a run stands, in the few words that a row has room for."""

from lib.domain.run import RunState

LABELS = {
    RunState.QUEUED: "Queued",
    RunState.SENDING: "Sending",
    RunState.UNKNOWN: "Looking for it",
    RunState.ACCEPTED: "Running",
    RunState.STORED: "Done",
    RunState.FAILED: "Failed",
    RunState.CANCELED: "Canceled",
    RunState.PARKED: "Needs a decision",
}
"""The labels that the runs' cards bear."""


GIVEN_UP = "Given up"
"""What a parked run's card says once a person has decided."""


def state_words(
    state: RunState,
    *,
    pictures: int,
    num_images: int,
    nsfw_detected: bool | None,
    is_decided: bool = False,
) -> str:
    """Where a run stands; a finished one also says what is unusual about it."""
    if state is RunState.PARKED and is_decided:
        return GIVEN_UP
    if state is not RunState.STORED:
        return LABELS[state]
    unusual = []
    if pictures != num_images:
        unusual.append(f"{pictures} of {num_images} pictures")
    if nsfw_detected:
        unusual.append("flagged as NSFW")
    return ", ".join([LABELS[state], *unusual])
