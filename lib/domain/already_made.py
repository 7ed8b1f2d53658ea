"""What makes two requests the same, and what is known of one whose pictures are there already."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.domain.catalog import find_model
from lib.domain.errors import PlantainError


@dataclass(frozen=True, slots=True)
class Made:
    """A run of the same request with all its pictures: `sha256` is the first. `created_at` ms UTC."""

    run_id: str
    created_by: str
    created_at: int
    sha256: str
    pictures: int


@dataclass(frozen=True, slots=True)
class Saved:
    """How often pictures that were there were used instead of new ones, and what those would cost."""

    times: int
    micros: int


class PicturesGone(PlantainError):
    """The pictures were deleted since they were offered."""


def fingerprint_of(model_id: str, asked: Mapping[str, Any]) -> str:
    """The same for requests that ask for the same: 64 hexadecimal digits.

    Every field counts, completed by its default; so does the seed, and that there is none: who asks
    without one is offered what was made without one.
    """
    try:
        fields = {**asked, **find_model(model_id).completed(asked)}
    except KeyError:
        fields = dict(asked)
    said = {name: _plain(value) for name, value in fields.items() if value is not None}
    canonical = json.dumps([model_id, said], sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """A whole number is one, however an API wrote it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
