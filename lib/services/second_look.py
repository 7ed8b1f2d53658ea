"""Asking the API once more about a run that it denied, or never answered about. Only reads."""

from dataclasses import dataclass

from lib.domain.errors import ApiError, NotFound
from lib.domain.run import RemoteRun, Run
from lib.runflow.api import Client
from lib.runflow.retry import Patience
from lib.services.settlement import is_answer_about

LOOKED_AT = Patience(tries=1, timeout_s=8.0, within_s=12.0)
"""One try for each question, while a person waits."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What the API has: runs that are ours, the likeliest first, or else one that a person may know.

    `doubtful` has the id that the API gave to our run, and carries the `client_ref` of another.
    """

    ours: tuple[RemoteRun, ...] = ()
    doubtful: RemoteRun | None = None


def look_for(client: Client, run: Run) -> Sight:
    """Ask by the API's id of the run, if it has one, and by its `client_ref`.

    Raises ApiError when nothing was found and not both questions were answered.
    """
    unanswered: ApiError | None = None
    remote: RemoteRun | None = None
    try:
        remote = _of_its_id(client, run)
    except ApiError as error:
        unanswered = error
    if remote is not None and is_answer_about(run, remote):
        return Sight((remote,))
    found = client.find_by_client_ref(run.id, patience=LOOKED_AT)
    if not found and unanswered is not None:
        raise unanswered
    return Sight(tuple(sorted(found, key=lambda one: _likelihood(run, one))), remote)


def _of_its_id(client: Client, run: Run) -> RemoteRun | None:
    if run.remote_id is None:
        return None
    try:
        return client.get_run(run.remote_id, patience=LOOKED_AT)
    except NotFound:
        return None


def _likelihood(run: Run, remote: RemoteRun) -> tuple[bool, str, str]:
    """Its known id first, then the oldest: later ones are copies."""
    return (remote.remote_id != run.remote_id, remote.created_at or "", remote.remote_id)
