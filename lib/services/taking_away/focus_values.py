"""What a charge line says in the columns of a FOCUS-shaped file."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from lib.domain.catalog import find_model
from lib.domain.charges import OWN_SKUS
from lib.domain.money import dollars_from_micros
from lib.services.taking_away.columns import as_json, plain
from lib.services.taking_away.csv_table import iso
from lib.store.taken_lines import TakenLine

HOUR_MS = 3_600_000
IMAGES, REQUESTS = "Images", "Requests"


def moment(at_ms: int) -> str:
    """As the specification writes it: `2026-11-23T12:00:00Z`."""
    text = iso(at_ms)
    return f"{text[:19]}Z" if text.endswith("Z") else text


def of_line(name: str) -> Callable[[TakenLine], Any]:
    return lambda taken: plain(taken.line[name])


def null(_taken: TakenLine) -> None:
    return None


def cost(taken: TakenLine) -> Decimal:
    return dollars_from_micros(taken.line["amount_micros"])


def unit_price(taken: TakenLine) -> Decimal:
    """Never negative: the quantity is, where a line takes something back."""
    return dollars_from_micros(abs(taken.line["unit_micros"]))


def quantity(taken: TakenLine) -> int:
    told = int(taken.line["quantity"])
    return -told if taken.line["unit_micros"] < 0 else told


def unit(taken: TakenLine) -> str:
    return REQUESTS if taken.line["sku"] in OWN_SKUS else IMAGES


def counts(taken: TakenLine) -> int:
    return int(taken.line["counts_at"])


def hour(taken: TakenLine) -> int:
    at = int(taken.line["clicked_at"])
    return at - at % HOUR_MS


def charge_class(taken: TakenLine) -> str | None:
    return None if taken.line["counts_at"] == taken.line["clicked_at"] else "Correction"


def service(taken: TakenLine) -> str:
    try:
        return find_model(taken.line["model_id"]).name
    except KeyError:
        return str(taken.line["model_id"])


def words(sku: str) -> str:
    return sku.replace("_", " ")


def description(taken: TakenLine) -> str:
    back = ", taken back" if taken.line["kind"] == "reversal" else ""
    return f"{service(taken)}: {words(taken.line['sku'])}{back}"


def price_id(taken: TakenLine) -> str:
    return f"{taken.line['model_id']}/{taken.line['sku']}"


def price_details(taken: TakenLine) -> str | None:
    resolution = taken.line["resolution"]
    return as_json({"x_Resolution": resolution}) if resolution else None


def tags(taken: TakenLine) -> str | None:
    return as_json(dict.fromkeys(taken.tags, True)) if taken.tags else None
