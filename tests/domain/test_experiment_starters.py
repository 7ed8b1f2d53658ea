"""Starters are sound designs around whatever a form holds, spelt by the catalogue alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.experiment import Design
from lib.domain.experiment_axes import RandomSeeds
from lib.domain.experiment_check import checked_cells
from lib.domain.experiment_starters import QUESTIONS, starters

FORM = {"prompt": "a kite {in braces} on a hill", "resolution": "2K"}
CELLS = {
    "aspect_ratios": 14,
    "resolutions": 4,
    "seeds": 16,
    "thinking": 9,
    "web_search": 6,
    "prompts": 6,
}


def of(base=FORM, drawn_from=7) -> dict[str, Design]:
    found = starters(DEFAULT_MODEL, base, drawn_from=drawn_from)
    return {starter.question.key: starter.design for starter in found}


def test_there_is_one_for_each_question_and_each_can_be_started_as_it_is():
    assert {key: len(checked_cells(one, DEFAULT_MODEL)) for key, one in of().items()} == CELLS


@given(
    st.fixed_dictionaries(
        {"prompt": st.text("abc {}.", min_size=3).filter(lambda text: len(text) >= 3)},
        optional={
            "resolution": st.sampled_from(["0.5K", "4K"]),
            "thinking_level": st.sampled_from(["minimal", "high"]),
            "enable_web_search": st.booleans(),
            "seed": st.integers(0, 2**31),
            "num_images": st.integers(1, 4),
        },
    ),
    st.integers(0, 2**41),
)
def test_what_a_form_holds_is_kept_except_for_what_is_varied(form, drawn_from):
    for design in of(form, drawn_from).values():
        cells = checked_cells(design, DEFAULT_MODEL)
        assert len({cell.key for cell in cells}) == len(cells)
        for cell in cells:
            kept = {name: form[name] for name in form if name not in design.columns}
            assert kept.items() <= cell.input.items()


def test_a_seed_that_the_form_names_is_kept_except_where_seeds_are_explored():
    found = of({**FORM, "seed": 5})

    drawn = [key for key, one in found.items() if any(type(a) is RandomSeeds for a in one.axes)]
    assert drawn == ["seeds"]
    assert found["resolutions"].base["seed"] == 5


def test_every_value_of_a_field_is_tried_and_that_it_is_not_set():
    found = of()

    assert found["thinking"].axes[0].rows == ((None,), ("minimal",), ("high",))
    assert found["web_search"].axes[0].rows == ((False,), (True,))
    ratios = [value for (value,) in found["aspect_ratios"].axes[0].rows]
    assert ratios == list(DEFAULT_MODEL.input_field("aspect_ratio").choices)[1:]


def test_the_two_prompts_are_the_one_of_the_form_and_another():
    first, second = of()["prompts"].axes[0].rows

    assert first == (FORM["prompt"],)
    assert second[0].startswith(FORM["prompt"])


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_a_question_about_a_field_that_a_model_does_not_have_is_not_asked(question):
    fields = [rule for rule in DEFAULT_MODEL.input_fields if rule.name != question.field]
    model = replace(DEFAULT_MODEL, input_fields=tuple(fields))

    asked = {one.question.key for one in starters(model, FORM, drawn_from=1)}

    assert question.key not in asked
