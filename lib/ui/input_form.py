"""The form of a model's input: the prompt, what decides about the cost, the rest one click away."""

from collections.abc import Sequence

import streamlit as st

from lib.domain.input_field import FieldKind, InputField
from lib.domain.model import Model
from lib.domain.prices import PriceVersion
from lib.ui import state
from lib.ui.field_widgets import draw_field, is_wide, label_of
from lib.ui.refusal import draw_refusal

IN_REACH = frozenset({"resolution", "aspect_ratio", "num_images", "limit_generations"})
"""Fields that are never put away, beside those with a price: they decide how many pictures of
which size come, and with that the cost."""
NARROWEST_FIELD = 130
"""Pixels: two fields share a row down to this width of each."""


def draw_text_fields(model: Model, prices: PriceVersion) -> None:
    """Draw what is written: the prompt, with its length or with what is wrong with it."""
    for rule in model.input_fields:
        if rule.kind is FieldKind.TEXT:
            draw_field(rule, prices)
            if not _draw_problem(rule):
                st.caption(_length_of(rule))


def draw_settings(model: Model, prices: PriceVersion) -> None:
    """Draw the fields that decide about the cost."""
    _draw_grid([rule for rule in _settings(model) if _is_in_reach(rule, prices)], prices)


def draw_more_options(model: Model, prices: PriceVersion) -> None:
    """Draw the fields that cost nothing, put away; the label names those that were changed."""
    rules = [rule for rule in _settings(model) if not _is_in_reach(rule, prices)]
    changed = [label_of(rule).lower() for rule in rules if _is_changed(rule)]
    label = "More options" + (f" · {', '.join(changed)}" if changed else "")
    with st.expander(label, key="more_options", icon=":material/tune:"):
        _draw_grid(rules, prices)


def _settings(model: Model) -> list[InputField]:
    return [rule for rule in model.input_fields if rule.kind is not FieldKind.TEXT]


def _is_in_reach(rule: InputField, prices: PriceVersion) -> bool:
    return rule.name in prices.choices or rule.name in IN_REACH


def _is_changed(rule: InputField) -> bool:
    return bool(st.session_state[rule.name] != rule.default)


def _draw_grid(rules: Sequence[InputField], prices: PriceVersion) -> None:
    grid = st.grid(2, min_column_width=NARROWEST_FIELD)
    for rule in rules:
        with grid.cell(column_span="all" if is_wide(rule) else 1):
            draw_field(rule, prices)
            _draw_problem(rule)


def _draw_problem(rule: InputField) -> bool:
    """Draw what is wrong with the field's value; a field that was not touched yet is let be."""
    value = st.session_state[rule.name]
    is_untouched = value in (None, "") and not _was_refused(rule)
    problem = None if is_untouched else rule.problem_with(value)
    if problem:
        draw_refusal(problem)
    return problem is not None


def _was_refused(rule: InputField) -> bool:
    return any(problem.field == rule.name for problem in state.problems())


def _length_of(rule: InputField) -> str:
    length = len(st.session_state[rule.name])
    return (
        f"{length:,} of {rule.maximum:,} characters" if rule.maximum else f"{length:,} characters"
    )
