"""Whose run a run of the API is, by what it is tagged with."""

from dataclasses import replace

from lib.domain.errors import PlantainError
from lib.domain.run import RemoteRun
from lib.services.runs import SOURCE


class ContradictoryApi(PlantainError):
    """What the list says of a run and what the run itself says cannot both be so."""


def client_ref_of(remote: RemoteRun) -> str | None:
    """What the run is tagged with; a Plantain says it in the metadata as well."""
    metadata = remote.metadata or {}
    repeated = metadata.get("client_ref") if metadata.get("source") == SOURCE else None
    return remote.client_ref or (repeated if isinstance(repeated, str) and repeated else None)


def tagged_alike(listed: RemoteRun, told: RemoteRun) -> RemoteRun:
    """What the run itself tells, with the tag that the list gives it if it tells none.

    Raises ContradictoryApi when it tells another one.
    """
    tag, own_tag = client_ref_of(listed), client_ref_of(told)
    if tag and own_tag and tag != own_tag:
        raise ContradictoryApi(f"The API tells in two ways whose run {listed.remote_id} is.")
    return replace(told, client_ref=own_tag or tag)
