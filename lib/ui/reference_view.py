"""The model's fields as tables: what goes in, and what comes out."""

import streamlit as st

from lib.domain.input_field import FieldKind, InputField
from lib.domain.model import Model

UNSET = "left out"


def draw_reference(model: Model) -> None:
    """Draw both tables and where the vendor describes the model."""
    st.markdown(f"**{model.name}** by {model.provider} · `POST /v1/models/{model.id}/runs`")
    st.caption(f"{model.description}. [The vendor's page]({model.docs_url})")
    st.markdown("**Input**")
    st.table(input_table(model), border="horizontal", hide_index=True, alt="The input fields")
    st.markdown("**Output**")
    st.table(output_table(model), border="horizontal", hide_index=True, alt="The output fields")


def input_table(model: Model) -> list[dict[str, str]]:
    """One row for each input field."""
    return [
        {
            "field": rule.name,
            "type": rule.kind.value if not rule.choices else "string",
            "required": "required" if rule.required else "optional",
            "default": _default(rule),
            "allowed": _allowed(rule),
            "description": rule.description,
        }
        for rule in model.input_fields
    ]


def output_table(model: Model) -> list[dict[str, str]]:
    """One row for each output field."""
    return [
        {"field": field.name, "description": field.description} for field in model.output_fields
    ]


def _allowed(rule: InputField) -> str:
    if rule.choices:
        return ", ".join(rule.choices)
    return rule.remedy().split(" ", 1)[1]


def _default(rule: InputField) -> str:
    if rule.default is None:
        return "" if rule.required else UNSET
    return str(rule.default).lower() if rule.kind is FieldKind.BOOLEAN else str(rule.default)
