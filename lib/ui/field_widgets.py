"""One widget for one input field, chosen by what the field takes.

A widget's key is the field's name and its options are the field's values as they are, so that
whatever drives the page (the agent API, a test) speaks the API's own terms.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from lib.domain.input_field import FieldKind, InputField
from lib.domain.prices import PriceVersion
from lib.ui.plain import dollars
from lib.ui.price_notes import ASSUMED_MEANS, has_assumed, price_note

MOST_IN_A_ROW = 6
"""Choices up to this many stand side by side; more go into a list."""
SAFE_INTEGER = 2**53 - 1
"""The largest whole number that a browser can count with; the seed's field takes no larger one."""

LABELS: Mapping[str, str] = {
    "num_images": "Images",
    "enable_web_search": "Web search",
}
"""Where the field's own name would read badly; all other labels are made of the name."""
PROMPT_HEIGHT = 150
MOST_IN_HALF_A_ROW = 2
UNSET = "not set"


def label_of(rule: InputField) -> str:
    """What stands above the field's widget."""
    return LABELS.get(rule.name, rule.name.replace("_", " ").capitalize())


def is_wide(rule: InputField) -> bool:
    """Whether the field's widget needs a row of its own."""
    if rule.kind is FieldKind.CHOICE:
        return MOST_IN_HALF_A_ROW < len(rule.choices) <= MOST_IN_A_ROW
    return rule.kind is FieldKind.TEXT


def draw_field(rule: InputField, prices: PriceVersion) -> None:
    """Draw the field's widget with what its choices cost. Its value is in the session state."""
    with st.container(gap="xxsmall"):
        WIDGETS[rule.kind](rule, prices)
        note = price_note(rule, prices)
        if note:
            st.caption(dollars(note))


def can_show(rule: InputField, value: Any) -> str | None:
    """Why the field's widget cannot hold a value that the field allows; None when it can."""
    if rule.kind is FieldKind.INTEGER and value is not None and abs(value) > SAFE_INTEGER:
        return (
            f"{rule.name} {str(value)[:40]} is larger than a browser can count: "
            f"give a whole number from -{SAFE_INTEGER:,} to {SAFE_INTEGER:,}."
        )
    return None


def _text(rule: InputField, prices: PriceVersion) -> None:
    st.text_area(
        label_of(rule),
        key=rule.name,
        height=PROMPT_HEIGHT,
        placeholder="Describe the picture",
        help=_help(rule, prices),
        persist_state="session",
    )


def _choice(rule: InputField, prices: PriceVersion) -> None:
    if len(rule.choices) > MOST_IN_A_ROW:
        st.selectbox(
            label_of(rule),
            rule.choices,
            index=None if rule.default is None else 0,
            placeholder=UNSET,
            key=rule.name,
            help=_help(rule, prices),
            persist_state="session",
        )
    else:
        st.segmented_control(
            label_of(rule),
            rule.choices,
            required=rule.default is not None,
            key=rule.name,
            help=_help(rule, prices),
            wrap=False,
            persist_state="session",
        )


def _integer(rule: InputField, prices: PriceVersion) -> None:
    st.number_input(
        label_of(rule),
        min_value=-SAFE_INTEGER if rule.minimum is None else rule.minimum,
        max_value=SAFE_INTEGER if rule.maximum is None else rule.maximum,
        value=None if rule.default is None else "min",
        step=1,
        key=rule.name,
        placeholder=UNSET,
        help=_help(rule, prices),
        persist_state="session",
    )


def _boolean(rule: InputField, prices: PriceVersion) -> None:
    st.toggle(label_of(rule), key=rule.name, help=_help(rule, prices), persist_state="session")


def _help(rule: InputField, prices: PriceVersion) -> str:
    assumed = f"\n\n{ASSUMED_MEANS}" if has_assumed(rule, prices) else ""
    return f"{rule.description}{assumed}\n\n`{rule.name}`"


WIDGETS: Mapping[FieldKind, Callable[[InputField, PriceVersion], None]] = {
    FieldKind.TEXT: _text,
    FieldKind.CHOICE: _choice,
    FieldKind.INTEGER: _integer,
    FieldKind.BOOLEAN: _boolean,
}
