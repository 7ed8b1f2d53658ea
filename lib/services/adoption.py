"""A run that the API has and the ledger has not, made ready for the ledger as it was told.

Its input is kept as it is, however odd: it shows what was paid for. Nothing of it is ever sent.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import uuid_utils

from lib.domain.catalog import find_model
from lib.domain.cell_runs import time_of
from lib.domain.charges import images_asked
from lib.domain.errors import PriceUnknown
from lib.domain.prices import PriceVersion, estimate
from lib.domain.run import RemoteRun
from lib.runflow.wire import run_request
from lib.services.remote_tags import client_ref_of
from lib.services.run_cost import believable_cost
from lib.services.settlement import shortened
from lib.store.adopted import ELSEWHERE, Adopted
from lib.store.cells_found import MadeFor
from lib.store.reconciliation import CLOCKS_DIFFER_MS

LONGEST_WAY_MS = 24 * 3600 * 1000
"""From the click to the API, at most: an older id is no click's."""


def adopted(
    remote: RemoteRun,
    model_id: str,
    prices_at: Callable[[str, int], PriceVersion],
    *,
    now: int,
    is_anew: bool,
    told: Mapping[str, Any],
    made_for: MadeFor | None = None,
) -> Adopted:
    """The run as it goes into the ledger. `is_anew`: under an id of its own, whatever its tag says.

    Else an id that a Plantain gave it is kept, so that links and the records in its pictures stay
    right. `made_for`: it is tagged with the id of a cell's run. It has the prices of its time. A
    new id has the time that the API took it, so that the history sorts as it was.
    """
    client_ref, taken_at = client_ref_of(remote), remote.created_ms
    at = now if taken_at is None else max(0, min(taken_at, now))
    is_click = not is_anew and made_for is None
    clicked_at = click_time(client_ref, taken_at or now) if is_click else None
    run_id = str(uuid_utils.uuid7(nanoseconds=at * 1_000_000))
    if clicked_at is not None and client_ref is not None:
        run_id, at = client_ref, min(clicked_at, now)
    elif made_for is not None and client_ref is not None:
        run_id = client_ref
    asked = shortened(remote.input or {})
    body = run_request(asked, client_ref=client_ref or run_id, metadata=remote.metadata or {})
    estimate_micros, price_version = _expected(model_id, asked, remote, prices_at(model_id, at))
    return Adopted(
        id=run_id,
        remote_id=remote.remote_id,
        client_ref=client_ref,
        taken_at=taken_at,
        model_id=model_id,
        status=remote.status,
        input=asked,
        request_body=body,
        request_sha256=hashlib.sha256(body).hexdigest(),
        estimate_micros=estimate_micros,
        price_version=price_version,
        created_at=at,
        told=told,
        cell=made_for.cell if made_for else None,
        created_by=made_for.created_by if made_for else ELSEWHERE,
    )


def click_time(client_ref: str | None, taken_at: int) -> int | None:
    """When the click was (ms UTC) that made this id, if it is one of a Plantain's."""
    clicked_at = time_of(client_ref)
    if clicked_at is None:
        return None
    is_likely = -CLOCKS_DIFFER_MS <= taken_at - clicked_at <= LONGEST_WAY_MS
    return clicked_at if is_likely else None


def _expected(
    model_id: str, asked: Mapping[str, Any], remote: RemoteRun, version: PriceVersion
) -> tuple[int, str]:
    """What the price book says, and by which version; the API's own figure where it has no price."""
    model = find_model(model_id)
    values, images = model.completed(asked), images_asked(model, asked)
    try:
        return estimate(version, values, images=images).total_micros, version.id
    except (PriceUnknown, TypeError):  # a list as a resolution is no key of a price
        return believable_cost(remote) or 0, version.id
