"""Which runs of the API the ledger knows, by the API's ids and by the tags they bear."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.domain.run import RemoteRun
from lib.services.remote_tags import client_ref_of
from lib.store.reconciliation import Known, Reconciliation


@dataclass(frozen=True, slots=True)
class Acquaintances:
    """What the ledger knows of some of the API's runs.

    `by_remote_id` has them by the API's id in small letters, `by_tag` by the id of ours that they
    are tagged with. `taken` are such ids that belong to runs of another API.
    """

    by_remote_id: dict[str, Known]
    by_tag: dict[str, Known]
    taken: frozenset[str]


def acquaintances(
    reconciliation: Reconciliation, origin: str, listed: Sequence[RemoteRun]
) -> Acquaintances:
    """Look the runs up, as they are now."""
    remote_ids = {spelt for remote in listed for spelt in spellings(remote.remote_id)}
    tags = {tag for remote in listed if (tag := client_ref_of(remote))}
    known = reconciliation.known(remote_ids, tags)
    ours = [run for run in known if run.origin == origin]
    return Acquaintances(
        by_remote_id={run.remote_id.lower(): run for run in ours if run.remote_id in remote_ids},
        by_tag={run.id: run for run in ours if run.id in tags},
        taken=frozenset(run.id for run in known if run.origin != origin),
    )


def spellings(remote_id: str) -> set[str]:
    """An id of the API as it may stand in the ledger: a UUID's letters may be large or small."""
    return {remote_id, remote_id.lower(), remote_id.upper()}
