"""A run of a manifest, checked field by field: strangers write manifests too."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from lib.domain.catalog import MODELS
from lib.domain.organising import BEST_RATING, LONGEST_REMARK, NameUnusable, usable_name
from lib.domain.run import TERMINAL, CostBasis, ParentKind, prompt_of
from lib.services.run_cost import LARGEST_COST_MICROS
from lib.services.taking_away.opened_zip import NotBroughtIn

RUN_ID = re.compile("[0-9A-Za-z-]{1,64}", re.ASCII)
SHA256 = re.compile("[0-9a-f]{64}", re.ASCII)
MOST_PICTURES = 100
LONGEST_TEXT = 100_000
LATEST_MS = 4_102_444_800_000
"""The year 2100."""
NEEDED_TEXTS = ("id", "origin", "model_id", "created_by", "state", "price_version")
TEXTS = (
    *("remote_id", "status", "cost_basis", "failure_code", "failure_message", "failure_stage"),
    *("note", "parent_id", "parent_kind"),
)
TIMES = (
    *("sent_at", "accepted_at", "settled_at", "deleted_at", "adopted_at", "restored_at"),
    *("missing_at", "decided_at", "corrected_at"),
)
NUMBERS = ("http_status", "nsfw_detected", "duration_ms", "cost_micros")
ANY_JSON = ("seed_used", "timing", "model_data", "remote_body")


def has_ended(entry: Mapping[str, Any]) -> bool:
    """Whether nothing more happens to the run by itself."""
    run = entry.get("run")
    return isinstance(run, dict) and run.get("state") in set(TERMINAL)


def id_of(entry: Mapping[str, Any]) -> str:
    """The id of the run. Raises NotBroughtIn."""
    told = entry.get("run")
    run_id = told.get("id") if isinstance(told, dict) else None
    if not isinstance(run_id, str) or not RUN_ID.fullmatch(run_id):
        raise NotBroughtIn("A run of the manifest has no id.")
    return run_id


def run_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The row of an ended run. Raises NotBroughtIn, which names the field."""
    id_of(entry)
    told = entry["run"]
    asked = told.get("input")
    if not isinstance(asked, dict):
        raise _wrong(told, "input")
    for name, value in told.items():
        _check_storable(told, name, value)
    body = json.dumps({"input": asked, "client_ref": told["id"]}).encode()
    return {
        **{name: _text(told, name, is_needed=True) for name in NEEDED_TEXTS},
        **{name: _text(told, name) for name in TEXTS},
        **{name: _whole(told, name, LATEST_MS) for name in TIMES},
        **{name: _whole(told, name, LARGEST_COST_MICROS) for name in NUMBERS},
        **{name: told.get(name) for name in ANY_JSON},
        **_words(told),
        "estimate_micros": _needed(told, "estimate_micros", LARGEST_COST_MICROS),
        "created_at": _needed(told, "created_at", LATEST_MS),
        "input": asked,
        "prompt": prompt_of(asked),
        "click_token": f"brought in {told['id']}",
        "request_body": body,
        "request_sha256": hashlib.sha256(body).hexdigest(),
    }


def pictures_of(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The entries of a run's pictures, each with its number and its hash."""
    found = entry.get("pictures")
    if not isinstance(found, list) or len(found) > MOST_PICTURES:
        raise NotBroughtIn("A run of the manifest has no list of pictures.")
    numbers = [one.get("number") if isinstance(one, dict) else None for one in found]
    if not all(type(number) is int and 0 <= number < 10_000 for number in numbers):
        raise NotBroughtIn("A picture of the manifest has no number.")
    if len(set(numbers)) < len(numbers):
        raise NotBroughtIn("A run of the manifest has two pictures of the same number.")
    if not all(SHA256.fullmatch(str(one.get("sha256"))) for one in found):
        raise NotBroughtIn("A picture of the manifest has no sha256.")
    return found


def marks_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What people wrote about the run."""
    rating, remark, tags = (entry.get(name) for name in ("rating", "remark", "tags"))
    if rating is not None and (type(rating) is not int or not 1 <= rating <= BEST_RATING):
        raise NotBroughtIn("A rating of the manifest is none.")
    if not isinstance(remark, str) or len(remark) > LONGEST_REMARK or not isinstance(tags, list):
        raise NotBroughtIn("A note or the tags of a run cannot be read.")
    try:
        names = list(dict.fromkeys(usable_name(str(name)) for name in tags))
    except NameUnusable as error:
        raise NotBroughtIn(f"A tag of the manifest cannot be used: {error}") from error
    _check_storable(entry["run"], "remark", remark)
    marked = {"favourite": entry.get("favourite") is True, "rating": rating or 0}
    return {**marked, "remark": remark, "tags": names}


def _words(told: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that have one of a few words."""
    if told.get("state") not in set(TERMINAL):
        raise _wrong(told, "state")
    for name, words in (("cost_basis", CostBasis), ("parent_kind", ParentKind)):
        if told.get(name) is not None and told[name] not in set(words):
            raise _wrong(told, name)
    if told.get("model_id") not in {model.id for model in MODELS}:
        raise _wrong(told, "model_id")
    return {}


def _text(told: Mapping[str, Any], name: str, *, is_needed: bool = False) -> str | None:
    value = told.get(name)
    if value is None and not is_needed:
        return None
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or (is_needed and not value):
        raise _wrong(told, name)
    return value


def _check_storable(told: Mapping[str, Any], name: str, value: Any) -> None:
    """Refuses what no Plantain keeps, no database reads and no page shows: half a character, a
    number that is none, and what is nested too deep."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise _wrong(told, name) from error


def _needed(told: Mapping[str, Any], name: str, most: int) -> int:
    value = _whole(told, name, most)
    if value is None:
        raise _wrong(told, name)
    return value


def _whole(told: Mapping[str, Any], name: str, most: int) -> int | None:
    value = told.get(name)
    if value is not None and (type(value) is not int or not 0 <= value <= most):
        raise _wrong(told, name)
    return value


def _wrong(told: Mapping[str, Any], name: str) -> NotBroughtIn:
    return NotBroughtIn(f"{name} of the run {str(told.get('id'))[:64]} cannot be used.")
