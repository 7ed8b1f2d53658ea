"""From a design to its cells: as many as were counted, each once, and the same ones every time."""

import random
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.experiment import Combine, DesignWrong, Sample
from lib.domain.experiment_axes import Listed, RandomSeeds, Range
from lib.domain.experiment_cells import cells, count_cells, filled
from lib.domain.experiment_check import checked_cells, unfilled
from lib.domain.experiment_growing import with_values
from tests.domain.designs import FIELDS, designs, grid, prompts_of


def made(design):
    return list(cells(design, FIELDS))


def counted(design) -> int:
    """A design whose excludes leave too little for its sample cannot be made at all."""
    try:
        return len(made(design))
    except DesignWrong:
        assume(False)
        raise


@given(designs())
def test_the_count_shown_is_the_number_of_cells_made(design):
    assert counted(design) == count_cells(design)


@given(designs())
def test_each_cell_has_a_key_of_its_own_and_always_the_same(design):
    assume(counted(design))
    keys = [cell.key for cell in made(design)]

    assert len(set(keys)) == len(keys)
    assert keys == [cell.key for cell in made(design)]


def test_a_key_does_not_change_with_the_program():
    (cell,) = made(grid(resolution=["2K"]))

    assert cell.key == "b4a7aa10b63001aec22bb34325fefce1"


@given(designs(), st.data())
def test_an_axis_value_added_later_keeps_every_cell_there_was(design, data):
    assume(design.axes and design.combine in (Combine.GRID, Combine.ONE_AT_A_TIME))
    number = data.draw(st.integers(0, len(design.axes) - 1))
    axis = design.axes[number]
    new = tuple(f"new {column}" for column in axis.columns)
    grown = with_values(design, number, [new])

    before, after = made(design), made(grown)

    kept = [cell.key for cell in after if cell.key in {old.key for old in before}]
    assert kept == [cell.key for cell in before]
    added = [cell for cell in after if cell.key not in set(kept)]
    assert all(cell.varied[axis.columns[0]] == new[0] for cell in added)


@given(designs(), st.randoms(use_true_random=False))
def test_a_resumed_design_lacks_exactly_what_is_missing(design, chance: random.Random):
    assume(counted(design))
    keys = [cell.key for cell in made(design)]
    there = set(chance.sample(keys, chance.randint(0, len(keys))))

    missing = [cell.key for cell in made(design) if cell.key not in there]

    assert sorted([*missing, *there]) == sorted(keys)


def test_more_repeats_keep_the_cells_there_were():
    once, thrice = grid(resolution=["1K", "2K"]), 3
    more = replace(once, repeats=thrice)

    assert {cell.key for cell in made(once)} < {cell.key for cell in made(more)}
    assert [cell.repeat for cell in made(more)] == [1, 2, 3, 1, 2, 3]


def test_the_last_axis_changes_fastest():
    found = made(grid(resolution=["1K", "2K"], animal=["cat", "dog"]))

    assert [tuple(cell.varied.values()) for cell in found] == [
        *(("1K", "cat"), ("1K", "dog"), ("2K", "cat"), ("2K", "dog"))
    ]
    assert prompts_of(found)[:2] == ["a kite cat", "a kite dog"]


def test_paired_axes_go_along_with_each_other():
    design = replace(grid(resolution=["1K", "2K"], animal=["cat", "dog"]), combine=Combine.PAIRED)

    assert [tuple(cell.varied.values()) for cell in made(design)] == [("1K", "cat"), ("2K", "dog")]


def test_one_at_a_time_begins_with_the_first_values_and_leaves_them_once_for_each_other_value():
    design = grid(resolution=["1K", "2K", "4K"], animal=["cat", "dog"])

    found = made(replace(design, combine=Combine.ONE_AT_A_TIME))

    assert [tuple(cell.varied.values()) for cell in found] == [
        *(("1K", "cat"), ("2K", "cat"), ("4K", "cat"), ("1K", "dog"))
    ]


def test_excluded_cells_are_left_out_and_not_counted():
    design = grid(resolution=["1K", "2K", "4K"], animal=["cat", "dog"])
    design = replace(design, excludes=({"resolution": ("2K", "4K"), "animal": ("dog",)},))

    assert len(made(design)) == count_cells(design) == 4


@pytest.mark.parametrize("size", [3, 40])
def test_a_sample_is_the_same_each_time_and_another_for_another_number(size):
    design = replace(
        grid(animal=[f"cat {n}" for n in range(size)], style=[f"ink {n}" for n in range(size)]),
        combine=Combine.SAMPLE,
        sample=Sample(6, 1),
    )
    other = replace(design, sample=Sample(6, 2))

    assert [cell.key for cell in made(design)] == [cell.key for cell in made(design)]
    assert {cell.key for cell in made(design)} != {cell.key for cell in made(other)}
    assert len(made(design)) == 6


def test_a_small_sample_of_a_grid_of_a_billion_takes_no_time():
    axes = {name: [f"{name} {n}" for n in range(1000)] for name in ("a", "b", "c")}
    design = replace(grid(**axes), combine=Combine.SAMPLE, sample=Sample(20, 7))

    assert len(checked_cells(design, DEFAULT_MODEL)) == 20


def test_a_sample_never_draws_what_is_excluded():
    design = replace(
        grid(animal=[f"cat {n}" for n in range(100)], resolution=["1K", "4K"]),
        combine=Combine.SAMPLE,
        sample=Sample(30, 7),
        excludes=({"resolution": ("4K",)},),
    )

    assert {cell.varied["resolution"] for cell in made(design)} == {"1K"}


@given(st.integers(1, 20), st.integers(0, 20), st.integers())
def test_more_random_seeds_begin_with_those_of_fewer(few, more, drawn_from):
    fewer, all_of_them = RandomSeeds(few, drawn_from), RandomSeeds(few + more, drawn_from)

    assert all_of_them.rows[:few] == fewer.rows
    assert len(set(all_of_them.rows)) == few + more
    assert all(0 <= seed < 2**31 for (seed,) in all_of_them.rows)


@pytest.mark.parametrize(
    ("axis", "values"),
    [
        (Range("seed", 1, 4), [1, 2, 3, 4]),
        (Range("seed", 1, 10, 4), [1, 5, 9]),
        (Range("seed", 3, 1, -1), [3, 2, 1]),
        (Range("seed", 3, 1), []),
        (Range("seed", 1, 3, 0), []),
    ],
)
def test_a_range_has_both_ends_where_its_steps_meet_them(axis, values):
    assert [value for (value,) in axis.rows] == values
    assert axis.size == len(values)


def test_what_a_value_brings_along_is_text_and_never_a_variable():
    assert filled("{a} and {b} and {c}", {"a": "{b}", "b": "x"}) == "{b} and x and {c}"


def test_words_in_braces_without_values_are_named():
    design = replace(grid(animal=["cat"]), base={"prompt": 'a {animal}, {style}, {"json": 1}'})

    assert unfilled(design) == ["style"]


def test_a_field_that_is_not_set_is_left_out_of_the_input():
    found = made(grid(thinking_level=[None, "high"]))

    assert ["thinking_level" in cell.input for cell in found] == [False, True]
    assert isinstance(grid(seed=[1]).axes[0], Listed)
