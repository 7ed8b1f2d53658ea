"""The models of the sandbox, read from catalog.json: their fields, their prices, their records."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lib.sandbox.calls import Call
from lib.sandbox.errors import not_found
from lib.sandbox.item_pages import page_of_items
from lib.sandbox.listing import listed

_NAMESPACE = uuid.UUID("6f1c54a6-5d0b-4c58-9e0e-51f0c9a3b7d2")
_ADDED_AT = "2026-04-13T00:00:00+00:00"
_UNKNOWN = (
    "version",
    "icon_url",
    "cover_url",
    "family_id",
    "family_variant_code",
    "param_count",
    "architecture",
    "max_resolution",
    "paper_url",
    "github_url",
    "seo",
    "content",
    "deleted_at",
    "deleted_by",
)


@dataclass(frozen=True, slots=True)
class Model:
    """One model: `id` is its path (`google/nano-banana-2`), `row_id` its UUID in the catalogue."""

    id: str
    name: str
    description: str
    fields: tuple[Mapping[str, Any], ...]
    price: Mapping[str, Any]
    refuses_unknown_fields: bool
    takes_batches: bool

    @property
    def row_id(self) -> str:
        return row_id(self.id)

    def defaults(self) -> dict[str, Any]:
        """The values of the fields that were left out."""
        return {field["name"]: field["default"] for field in self.fields if "default" in field}


def row_id(*names: str) -> str:
    """A UUID that is the same in every sandbox."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(names)))


@cache
def models() -> dict[str, Model]:
    """All models by id, in the order of the file."""
    entries = json.loads((Path(__file__).with_name("catalog.json")).read_text("utf-8"))
    names = ("id", "name", "description", "price", "refuses_unknown_fields", "takes_batches")
    return {
        entry["id"]: Model(fields=tuple(entry["fields"]), **{name: entry[name] for name in names})
        for entry in entries
    }


def find_model(model_id: str) -> Model:
    """The model of a path; raises 404."""
    model = models().get(model_id)
    if model is None:
        raise not_found(f"Model {model_id!r}", "MODEL_NOT_FOUND")
    return model


def record(model: Model, org_id: str) -> dict[str, Any]:
    """The catalogue's record of a model; what the sandbox does not know is null."""
    return {
        **dict.fromkeys(_UNKNOWN),
        "id": model.row_id,
        "org_id": org_id,
        "model_creator_id": row_id(model.id.partition("/")[0]),
        "slug": model.id,
        "name": model.name,
        "description": model.description,
        "is_public": True,
        "is_open_source": False,
        "category_code": "image",
        "status_code": "active",
        "license_code": "commercial",
        "lora_support": False,
        "fine_tuning": False,
        "supports_streaming": False,
        "is_official": True,
        "availability_status": "available",
        "notable_features": [],
        "pricing_note": model.price["note"],
        "created_by": None,
        "created_at": _ADDED_AT,
        "updated_at": _ADDED_AT,
        "inputs": [_input_record(model, place) for place in range(len(model.fields))],
        "outputs": [_output_record(model, *entry) for entry in enumerate(_OUTPUTS)],
    }


_OUTPUTS = ("outputs", "model_data", "nsfw_detected", "seed", "timing")
_BOUNDS = ("allowed", "minimum", "maximum", "min_length", "max_length", "min_items", "max_items")


def _input_record(model: Model, place: int) -> dict[str, Any]:
    field = model.fields[place]
    bounds = {name: field[name] for name in _BOUNDS if name in field}
    return {
        **_variable(model, field["name"], field["type"], place),
        "description": field["description"],
        "default_behavior_code": "static" if "default" in field else "none",
        "validator_code": "range" if "minimum" in field else "enum" if "allowed" in field else None,
        "validator_attrs": bounds,
        "is_required": field.get("required", False),
        "default_value": field.get("default"),
    }


def _output_record(model: Model, place: int, name: str) -> dict[str, Any]:
    return {**_variable(model, name, "json", place), "description": None}


def _variable(model: Model, name: str, kind: str, place: int) -> dict[str, Any]:
    return {
        "id": row_id(model.id, name, kind),
        "model_id": model.row_id,
        "name": name,
        "display_name": name.replace("_", " ").capitalize(),
        "variable_type_code": kind,
        "sort_order": place,
        "is_featured": place == 0,
        "created_at": _ADDED_AT,
        "updated_at": _ADDED_AT,
    }


async def search(call: Call) -> dict[str, Any]:
    """`GET /v1/models` and `GET /v1/public/models`."""
    items = [record(model, call.world.org_id) for model in models().values()]
    return page_of_items(call.world.database, items, listed(call.query))


async def get(call: Call) -> dict[str, Any]:
    """`GET /v1/models/{owner}/{slug...}`."""
    return record(find_model(call.path["model_id"]), call.world.org_id)
