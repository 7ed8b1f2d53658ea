"""What the form holds: filled before it is drawn, read where it is needed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib.domain.input_field import FieldKind, InputField
from lib.domain.model import Model
from lib.ui import state
from lib.ui.field_widgets import can_show


def prepare(model: Model) -> None:
    """Give every field a value before its widget is drawn: what is pending, or its default."""
    pending = state.take_pending()
    for rule in model.input_fields:
        if rule.name in pending:
            st.session_state[rule.name] = _shown(rule, pending[rule.name])
        st.session_state.setdefault(rule.name, _shown(rule, rule.default))


def read(model: Model) -> dict[str, Any]:
    """The form's values by field, None where one is unset."""
    return {rule.name: st.session_state.get(rule.name) for rule in model.input_fields}


def all_of(model: Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """A value for every field: those given that it can hold, and the defaults for the rest."""
    held = {
        name: value
        for name, value in model.allowed(values).items()
        if not can_show(model.input_field(name), value)
    }
    return {**model.defaults(), **held}


def fingerprint(values: Mapping[str, Any]) -> str:
    """The same for the same values."""
    canonical = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _shown(rule: InputField, value: Any) -> Any:
    return "" if value is None and rule.kind is FieldKind.TEXT else value
