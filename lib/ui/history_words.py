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


def state_words(
    state: RunState, *, pictures: int, num_images: int, nsfw_detected: bool | None
) -> str:
    """Where a run stands; a finished one also says what is unusual about it."""
    if state is not RunState.STORED:
        return LABELS[state]
    unusual = []
    if pictures != num_images:
        unusual.append(f"{pictures} of {num_images} pictures")
    if nsfw_detected:
        unusual.append("flagged as NSFW")
    return ", ".join([LABELS[state], *unusual])
