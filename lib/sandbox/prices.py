"""What a run costs: the price of a model, tiers and add-ons, in whole micro-dollars."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lib.sandbox.calls import Call
from lib.sandbox.catalog import Model, find_model, models, row_id
from lib.sandbox.item_pages import page_of_items
from lib.sandbox.listing import listed
from lib.sandbox.money import to_micros

_SINCE = "2026-04-13T00:00:00+00:00"


def cost_micros(model: Model, values: Mapping[str, Any], images: int) -> int:
    """Micro-dollars for so many images; `values` are the input with its defaults.

    One image costs the base price times the tier's factor, and the add-ons on top, which the
    tier does not multiply.
    """
    base = to_micros(model.price["base"]) * _factor(model, values)
    if base != int(base):
        raise ValueError(f"{model.id}: a tier's price is finer than a micro-dollar")
    add_ons = sum(
        to_micros(add_on["price"])
        for add_on in model.price.get("add_ons", ())
        if values.get(add_on["field"]) == add_on["value"]
    )
    return (int(base) + add_ons) * images


def _factor(model: Model, values: Mapping[str, Any]) -> Decimal:
    tiers = model.price.get("tiers")
    if tiers is None:
        return Decimal(1)
    return Decimal(tiers["factors"][values[tiers["field"]]])


def rules(model: Model) -> list[dict[str, Any]]:
    """The price rules of a model: its base, a factor for each tier, its add-ons."""
    found = [_rule(model, "base", price=model.price["base"], description=model.price["note"])]
    tiers = model.price.get("tiers", {})
    for value, factor in tiers.get("factors", {}).items():
        found.append(
            _rule(
                model,
                "multiply",
                tiers["field"],
                value,
                factor,
                f"{tiers['field']} {value}: x{factor}",
            )
        )
    for add_on in model.price.get("add_ons", ()):
        field, value, price = add_on["field"], str(add_on["value"]).lower(), add_on["price"]
        found.append(_rule(model, "add", field, value, price, f"{field} {value}: +${price}"))
    return [{**rule, "sort_order": place} for place, rule in enumerate(found)]


def _rule(
    model: Model,
    effect: str,
    field: str | None = None,
    match_value: str | None = None,
    price: str = "0",
    description: str | None = None,
) -> dict[str, Any]:
    return {
        "id": row_id(model.id, "price", effect, str(field), str(match_value)),
        "model_id": model.row_id,
        "pricing_model_code": "usage",
        "rule_effect_code": effect,
        "model_input_id": field and _input_id(model, field),
        "match_value": match_value,
        "dimension_code": field,
        "min_value": None,
        "max_value": None,
        "price": price,
        "currency_code": "USD",
        "unit_code": model.price["unit"].replace(" ", "_"),
        "multiplier_label": f"x{price}" if effect == "multiply" else None,
        "description": description,
        "disabled_at": None,
        "measurement_source": "assumed" if _is_assumed(model, effect) else "documented",
        "created_at": _SINCE,
        "updated_at": _SINCE,
    }


def _is_assumed(model: Model, effect: str) -> bool:
    source = model.price.get("tiers", {}) if effect == "multiply" else model.price
    return bool(source.get("assumed", False))


def _input_id(model: Model, name: str) -> str:
    kind = next(field["type"] for field in model.fields if field["name"] == name)
    return row_id(model.id, name, kind)


async def search(call: Call) -> dict[str, Any]:
    """`GET /v1/models/{model_id}/pricing`; the id is a path, a UUID, or `any` for all."""
    chosen = _chosen(call.path["model_id"])
    items = [rule for model in chosen for rule in rules(model)]
    return page_of_items(call.world.database, items, listed(call.query, sort_by="sort_order:asc"))


def _chosen(name: str) -> list[Model]:
    if name == "any":
        return list(models().values())
    by_row = [model for model in models().values() if model.row_id == name]
    return by_row or [find_model(name)]
