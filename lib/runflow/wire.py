"""The API's spelling of everything: the only file that names the fields of its bodies.

Documented variants, older ones and slips of the documentation are all read; a value of a wrong type
is taken as absent. What cannot be used at all raises UnusableAnswer.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lib.domain.run import TERMINAL_STATUSES, Failure, RemoteRun, Status
from lib.runflow.lenient_json import (
    UnusableAnswer,
    first_text,
    json_object,
    micros,
    plain,
    text,
    whole,
)
from lib.runflow.wire_output import parse_output

KNOWN_STATUSES = TERMINAL_STATUSES | {Status.QUEUED, Status.DISPATCHING, Status.RUNNING}
LONGEST_ID = 255


@dataclass(frozen=True, slots=True)
class RunPage:
    """One page of a list of runs; `next` is the cursor (`pq`) of the page after it, if any."""

    items: tuple[RemoteRun, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class PricingRule:
    """One rule of a model's price, as the API lists it. `price_micros` is in micro-dollars.

    A rule with `match_value` holds where the model input `model_input_id` has that value.
    """

    id: str
    model_id: str | None = None
    pricing_model_code: str | None = None
    rule_effect_code: str | None = None
    model_input_id: str | None = None
    match_value: str | None = None
    dimension_code: str | None = None
    min_value: str | None = None
    max_value: str | None = None
    price_micros: int | None = None
    currency_code: str | None = None
    unit_code: str | None = None
    multiplier_label: str | None = None
    description: str | None = None
    disabled_at: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)


def run_request(
    input: Mapping[str, Any],
    *,
    client_ref: str,
    metadata: Mapping[str, Any],
    callback_url: str | None = None,
) -> bytes:
    """The exact bytes that ask for a run: the same arguments always give the same bytes."""
    body: dict[str, Any] = {"input": input, "client_ref": client_ref, "metadata": metadata}
    if callback_url is not None:
        body["callback_url"] = callback_url
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def client_ref_sent(request_body: bytes) -> str | None:
    """The `client_ref` within the bytes of a run request."""
    try:
        return text(json.loads(request_body)["client_ref"])
    except (ValueError, RecursionError, KeyError, TypeError):
        return None


def client_ref_is(client_ref: str) -> str:
    """The filter that finds runs by `client_ref`; ValueError where a quote would end it early."""
    if not client_ref or "'" in client_ref or "\\" in client_ref:
        raise ValueError(f"a client_ref cannot be looked for with a quote in it: {client_ref!r}")
    return f"client_ref.EQ:'{client_ref}'"


def parse_run(body: Any) -> RemoteRun:
    """Read a run. Raises UnusableAnswer when it has no id; everything else may be missing."""
    told = json_object(body)
    remote_id = text(told.get("id"))
    if remote_id is None or len(remote_id) > LONGEST_ID:
        raise UnusableAnswer("the run has no id")
    return RemoteRun(
        remote_id=remote_id,
        status=parse_status(first_text(told, "status_code", "status") or ""),
        client_ref=text(told.get("client_ref")),
        output=parse_output(told.get("output")),
        cost_micros=_cost(body.get("cost")),
        failure=_failure(told),
        duration_ms=whole(told.get("duration_ms")),
        request_id=text(told.get("request_id")),
        created_at=text(told.get("created_at")),
        started_at=text(told.get("started_at")),
        completed_at=first_text(told, "completed_at", "finished_at"),
        input=_mapping(told.get("input")),
        model=first_text(told, "model", "model_id"),
        metadata=_mapping(told.get("metadata")),
        body=told,
    )


def parse_id(body: Any) -> str:
    """Read the id of a record. Raises UnusableAnswer when it has none."""
    found = text(json_object(body).get("id"))
    if found is None:
        raise UnusableAnswer("the record has no id")
    return found


def parse_own_run(body: Any, client_ref: str) -> RemoteRun:
    """Read the run just asked for. UnusableAnswer when the API names another `client_ref`."""
    run = parse_run(body)
    if body.get("client_ref") not in (None, client_ref):
        raise UnusableAnswer("it tells of another run than the one asked for")
    return run


def parse_status(word: str) -> str:
    """A status in the one spelling that we use; a word we do not know stays as it is."""
    folded = word.strip().lower()
    if folded == "cancelled":
        return Status.CANCELED
    return folded if folded in KNOWN_STATUSES else word


def parse_page(body: Any) -> RunPage:
    """Read a page of runs. Raises UnusableAnswer when it is no list or one of its runs has no id.

    A run without an id is not passed over: it could be the very one that is looked for.
    """
    items, following = parse_list(body)
    return RunPage(tuple(parse_run(item) for item in items), following)


def parse_list(body: Any) -> tuple[list[Any], str | None]:
    """The items of any list, and the cursor of the page after it."""
    if isinstance(body, list):
        return body, None
    items = body.get("items") if isinstance(body, Mapping) else None
    if not isinstance(items, list):
        raise UnusableAnswer("the answer is not a list")
    return items, _cursor(first_text(body, "next", "next_pq"))


def parse_statuses(body: Any) -> tuple[str, ...]:
    """Read the statuses a run can have, as words or as records with a code."""
    found = body
    if isinstance(body, Mapping):
        found = body.get("items", body.get("statuses"))
    if not isinstance(found, list):
        raise UnusableAnswer("the answer is not a list of statuses")
    words = (_status_word(entry) for entry in plain(found))
    return tuple(dict.fromkeys(parse_status(word) for word in words if word))


def parse_balance(body: Any) -> int:
    """Read the account's balance, in micro-dollars."""
    told = json_object(body)
    currency = text(told.get("currency"))
    if currency and currency.upper() != "USD":
        raise UnusableAnswer("the balance is not in USD")
    found = [micros(body.get("balance")), micros(body.get("balance_usd"))]
    cents = micros(body.get("balance_cents"))
    found.append(None if cents is None else cents // 100)
    for balance in found:
        if balance is not None:
            return balance
    raise UnusableAnswer("the answer names no balance")


def parse_pricing(body: Any) -> tuple[PricingRule, ...]:
    """Read the rules of a model's price."""
    items, _following = parse_list(body)
    return tuple(_pricing_rule(item) for item in items)


def _pricing_rule(body: Any) -> PricingRule:
    told = json_object(body)
    return PricingRule(
        id=_as_text(told.get("id")) or "",
        model_id=text(told.get("model_id")),
        pricing_model_code=text(told.get("pricing_model_code")),
        rule_effect_code=text(told.get("rule_effect_code")),
        model_input_id=text(told.get("model_input_id")),
        match_value=_as_text(told.get("match_value")),
        dimension_code=text(told.get("dimension_code")),
        min_value=_as_text(told.get("min_value")),
        max_value=_as_text(told.get("max_value")),
        price_micros=micros(body.get("price")),
        currency_code=text(told.get("currency_code")),
        unit_code=text(told.get("unit_code")),
        multiplier_label=text(told.get("multiplier_label")),
        description=text(told.get("description")),
        disabled_at=text(told.get("disabled_at")),
        body=told,
    )


def _mapping(value: Any) -> Mapping[str, Any] | None:
    return value if isinstance(value, Mapping) else None


def _cost(value: Any) -> int | None:
    cost = micros(value)
    return cost if cost is not None and cost >= 0 else None


def _failure(told: Mapping[str, Any]) -> Failure | None:
    error = told.get("error")
    nested = error if isinstance(error, Mapping) else {"message": error}
    code = text(told.get("failure_code")) or text(nested.get("code"))
    message = text(told.get("failure_message")) or text(nested.get("message"))
    stage = first_text(told, "failure_stage_code", "failure_stage")
    if code or message or stage:
        return Failure(code=code, message=message or "", stage=stage)
    return None


def _cursor(following: str | None) -> str | None:
    """The bare cursor, also where the API gives the address of the next page."""
    if following is None or "pq=" not in following:
        return following
    return next(iter(parse_qs(urlsplit(following).query).get("pq", ())), following)


def _status_word(entry: Any) -> str | None:
    if isinstance(entry, Mapping):
        return first_text(entry, "code", "status_code", "value", "id", "name")
    return text(entry)


def _as_text(value: Any) -> str | None:
    """A value of a rule as text: the API may send `"2K"`, `2` or `true`."""
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return text(value)
