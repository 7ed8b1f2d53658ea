"""Axes as people type them."""

import pytest
from hypothesis import given

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.experiment import DesignWrong
from lib.domain.experiment_axes import Listed, RandomSeeds, Range
from lib.domain.experiment_words import axis_from, can_be_varied, typed, words_of
from tests.domain.designs import designs, grid


@pytest.mark.parametrize(
    ("column", "text", "axis"),
    [
        ("resolution", "1K, 2K\n4K,", Listed(("resolution",), (("1K",), ("2K",), ("4K",)))),
        ("aspect_ratio", "16:9", Listed(("aspect_ratio",), (("16:9",),))),
        ("thinking_level", "not set, high", Listed(("thinking_level",), ((None,), ("high",)))),
        ("enable_web_search", "true,false", Listed(("enable_web_search",), ((True,), (False,)))),
        ("num_images", "1..4", Range("num_images", 1, 4)),
        ("seed", " 1..9..4 ", Range("seed", 1, 9, 4)),
        ("seed", "7, -8", Listed(("seed",), ((7,), (-8,)))),
        ("seed", "random 5", RandomSeeds(5, 12)),
        ("seed", "random 5 from 7", RandomSeeds(5, 7)),
        ("animal", "a cat, grey\n\n dog ", Listed(("animal",), (("a cat, grey",), ("dog",)))),
        ("animal", "1..3", Listed(("animal",), (("1..3",),))),
    ],
)
def test_what_was_typed_is_the_axis_that_was_meant(column, text, axis):
    assert axis_from(DEFAULT_MODEL, column, text, drawn_from=12) == axis


@given(designs())
def test_an_axis_as_it_is_typed_is_the_same_axis_again_or_cannot_be_typed(design):
    for axis in design.axes:
        text = typed(DEFAULT_MODEL, axis)
        if text is not None:
            assert axis_from(DEFAULT_MODEL, axis.columns[0], text, drawn_from=0) == axis


@pytest.mark.parametrize("words", [["two\nlines"], [" a"], [""], ["cat", "dog\r"]])
def test_values_that_typing_would_change_are_not_offered_to_be_typed(words):
    assert typed(DEFAULT_MODEL, grid(animal=words).axes[0]) is None


def test_plain_values_can_be_typed_again():
    found = grid(animal=["a, cat", "dog"], resolution=["1K", "2K"], thinking_level=[None, "high"])

    assert [typed(DEFAULT_MODEL, axis) for axis in found.axes] == [
        *("a, cat\ndog", "1K, 2K", "not set, high")
    ]


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("resolution", " , ", "resolution: give at least one value"),
        ("resolution", "3K", "resolution cannot be '3K'"),
        ("seed", "x", "seed cannot be read"),
    ],
)
def test_a_mistake_is_named(column, text, said):
    with pytest.raises(DesignWrong, match=said):
        axis_from(DEFAULT_MODEL, column, text, drawn_from=1)


def test_variables_of_the_prompt_come_first_and_what_is_varied_does_not_come_again():
    design = grid(animal=["cat"], seed=[1])
    design = type(design)(design.model_id, {"prompt": "{animal} {style} {x}"}, design.axes)

    found = can_be_varied(DEFAULT_MODEL, design)

    assert found[:3] == ["style", "x", "prompt"]
    assert not {"animal", "seed"} & set(found)


@pytest.mark.parametrize(
    ("axis", "words"),
    [
        (grid(resolution=["1K", "2K"]).axes[0], "1K, 2K"),
        (grid(seed=[None, 1]).axes[0], "not set, 1"),
        (grid(enable_web_search=[True]).axes[0], "true"),
        (grid(a=list("abcdef")).axes[0], "a, b, c, d, … 6 values"),
        (Range("seed", 1, 9), "1..9"),
        (RandomSeeds(3, 7), "3 random, drawn from 7"),
        (Listed(("a", "b"), (("x", "y"),)), "x | y"),
    ],
)
def test_an_axis_is_told_at_a_glance(axis, words):
    assert words_of(axis) == words
