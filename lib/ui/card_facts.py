"""What there is to know about a run: what was asked for, what it cost, how it was made."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from lib.domain.catalog import find_model
from lib.domain.input_field import FieldKind, InputField
from lib.domain.run import CostBasis, Run, RunState
from lib.ui import money
from lib.ui.asked import allowed_input
from lib.ui.field_widgets import label_of
from lib.ui.times import exact, lasting

BASIS = {
    CostBasis.CONFIRMED: "confirmed",
    CostBasis.COMPUTED: "computed from the price book",
    CostBasis.IN_DOUBT: "in doubt",
}
ALWAYS_TOLD = ("resolution", "aspect_ratio")


def settings_line(run: Run) -> str:
    """The settings at a glance: the size and the shape, then what is not as usual."""
    return settings_told(run.model_id, allowed_input(run))


def settings_told(model_id: str, asked: Mapping[str, Any]) -> str:
    """The same of any checked input."""
    rules = [rule for rule in find_model(model_id).input_fields if _tells(asked, rule)]
    return " · ".join(_told(rule, asked[rule.name]) for rule in rules)


def cost_line(run: Run) -> str:
    """What it cost and how that is known, beside what was expected."""
    expected = f"estimate {money.price(run.estimate_micros)}"
    if run.is_open:
        return expected.capitalize()
    if run.cost_micros is None:
        return f"Cost in doubt · {expected}"
    basis = f" {_basis(run, run.cost_basis)}" if run.cost_basis else ""
    return f"Cost {money.price(run.cost_micros)}{basis} · {expected}"


def making_line(run: Run) -> str:
    """How it was made: the seed, the time, and whether it was flagged. Our own words only."""
    told = []
    if isinstance(run.seed_used, int):
        told.append(f"seed {run.seed_used}")
    if run.duration_ms is not None:
        told.append(f"took {lasting(run.duration_ms)}")
    if run.state is RunState.STORED:
        told.append(_nsfw(run.nsfw_detected))
    line = " · ".join(told)
    return line[:1].upper() + line[1:]


def all_facts(run: Run, zone: ZoneInfo) -> Mapping[str, str]:
    """Everything that is recorded of a run, named as in the API and the ledger."""
    names = ("created_at", "sent_at", "settled_at", "adopted_at", "missing_at", "corrected_at")
    times = {name: getattr(run, name) for name in names}
    facts: dict[str, Any] = {
        "run.id": run.id,
        "remote_id": run.remote_id,
        "state": run.state,
        "status": run.status,
        **{name: exact(at, zone) if at else None for name, at in times.items()},
        "cost": f"{money.exact(run.cost_micros)} ({run.cost_basis or 'not known yet'})",
        "estimate": f"{money.exact(run.estimate_micros)} ({run.price_version})",
        "seed": run.seed_used,
        "nsfw_detected": run.nsfw_detected,
        "duration_ms": run.duration_ms,
        "origin": run.origin,
        "note": run.note,
    }
    return {name: _as_text(value) for name, value in facts.items() if value is not None}


def _basis(run: Run, basis: CostBasis) -> str:
    is_decided = basis is CostBasis.COMPUTED and run.state is RunState.PARKED
    return "as decided" if is_decided else BASIS[basis]


def _tells(asked: Mapping[str, Any], rule: InputField) -> bool:
    if rule.name not in asked or rule.kind is FieldKind.TEXT:
        return False
    return rule.name in ALWAYS_TOLD or asked[rule.name] != rule.default


def _told(rule: InputField, value: Any) -> str:
    if rule.name in ALWAYS_TOLD:
        return str(value)
    label = label_of(rule).lower()
    if rule.kind is FieldKind.BOOLEAN:
        return label if value else f"no {label}"
    is_count = rule.kind is FieldKind.INTEGER and rule.maximum is not None
    return f"{value} {label}" if is_count else f"{label} {value}"


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _nsfw(flag: bool | None) -> str:
    if flag is None:
        return "not checked for NSFW"
    return "flagged as NSFW" if flag else "not flagged"
