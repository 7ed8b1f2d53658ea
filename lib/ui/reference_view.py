"""The model's fields as tables: what goes in, and what comes out."""

import pandas as pd
import streamlit as st

from lib.domain.input_field import InputField
from lib.domain.model import Model

UNSET = "left out"


def draw_reference(model: Model) -> None:
    """Draw both tables and where the vendor describes the model."""
    st.markdown(f"**{model.name}** by {model.provider} · `POST /v1/models/{model.id}/runs`")
    st.caption(f"{model.description}. [The vendor's page]({model.docs_url})")
    st.markdown("**Input**")
    st.dataframe(input_table(model), hide_index=True, alt="The model's input fields")
    st.markdown("**Output**")
    st.dataframe(output_table(model), hide_index=True, alt="The model's output fields")


def input_table(model: Model) -> pd.DataFrame:
    """One row for each input field."""
    return pd.DataFrame(
        {
            "field": rule.name,
            "type": rule.kind.value if not rule.choices else "string",
            "required": "required" if rule.required else "optional",
            "default": UNSET if rule.default is None else _shown(rule.default),
            "allowed": _allowed(rule),
            "description": rule.description,
        }
        for rule in model.input_fields
    )


def output_table(model: Model) -> pd.DataFrame:
    """One row for each output field."""
    return pd.DataFrame(
        {"field": field.name, "description": field.description} for field in model.output_fields
    )


def _allowed(rule: InputField) -> str:
    if rule.choices:
        return ", ".join(rule.choices)
    return rule.remedy().split(" ", 1)[1]


def _shown(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)
