"""Where a run stands, in plain words."""

from lib.domain.run import RunState, Status

BY_STATE = {
    RunState.QUEUED: "Waiting to be sent",
    RunState.SENDING: "Being sent",
    RunState.UNKNOWN: "Answer lost, asking again",
    RunState.ACCEPTED: "Accepted by the API",
    RunState.STORED: "Done",
    RunState.FAILED: "Failed",
    RunState.CANCELED: "Canceled",
    RunState.PARKED: "Needs a person",
}
BY_STATUS = {
    Status.QUEUED: "Queued at the API",
    Status.DISPATCHING: "Starting at the API",
    Status.RUNNING: "Running at the API",
    Status.SUCCEEDED: "Fetching the pictures",
    Status.PARTIAL_SUCCEEDED: "Fetching the pictures",
}


def state_words(
    state: RunState,
    status: str | None,
    *,
    pictures: int,
    num_images: int,
    nsfw_detected: bool | None,
) -> str:
    """Where a run stands; a finished one also says what is unusual about it."""
    if state is RunState.ACCEPTED and status:
        return BY_STATUS.get(status, BY_STATE[state])
    if state is not RunState.STORED:
        return BY_STATE[state]
    unusual = []
    if pictures < num_images:
        unusual.append(f"{pictures} of {num_images} pictures")
    if nsfw_detected:
        unusual.append("flagged")
    return ", ".join([BY_STATE[state], *unusual])
