"""Promoted cells are exactly the chosen ones at another size, and each knows what it finishes."""

import re
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.experiment import LONGEST_NAME, Cell, Design, DesignWrong
from lib.domain.experiment_check import checked_cells
from lib.domain.experiment_promotion import (
    Chosen,
    finished_runs,
    flat_inputs,
    larger_sizes,
    promote,
)
from tests.domain.designs import designs, grid

SIZES = DEFAULT_MODEL.input_field("resolution").choices
LARGEST = SIZES[-1]


def chosen_of(design: Design, seed_used=None) -> list[Chosen]:
    cells = checked_cells(design, DEFAULT_MODEL)
    return [
        Chosen(cell.key, cell.varied, cell.repeat, cell.input, f"run {nth}", seed_used)
        for nth, cell in enumerate(cells)
    ]


def promoted(design: Design, chosen, to=LARGEST):
    return promote("parent", design, DEFAULT_MODEL, chosen, to)


def but_size(cell: Cell | Chosen) -> dict:
    return {name: value for name, value in cell.input.items() if name != "resolution"}


@given(designs(), st.data())
def test_the_cells_are_exactly_the_chosen_ones_with_another_size(design, data):
    try:
        there = chosen_of(design)
    except DesignWrong:
        assume(False)
    chosen = data.draw(st.lists(st.sampled_from(there), min_size=1, unique_by=lambda one: one.key))
    to = data.draw(st.sampled_from(SIZES[1:]))
    small = [one for one in chosen if SIZES.index(one.input["resolution"]) < SIZES.index(to)]
    assume(small)

    made = promoted(design, chosen, to)
    cells = checked_cells(made.design, DEFAULT_MODEL)

    assert {cell.input["resolution"] for cell in cells} == {to}
    wanted = [but_size(one) for one in small]
    assert all(but_size(cell) in wanted for cell in cells)
    assert all(one in [but_size(cell) for cell in cells] for one in wanted)
    assert made.large_already == len(chosen) - len(small)
    assert len(cells) + made.alike == len(small)
    assert not {cell.key for cell in cells} & {one.key for one in small}
    assert made.design.parent == "parent"


@given(designs())
def test_each_knows_the_run_that_it_finishes(design):
    try:
        there = chosen_of(design)
    except DesignWrong:
        assume(False)
    small = [one for one in there if one.input["resolution"] != LARGEST]
    assume(small)

    cells = checked_cells(promoted(design, small).design, DEFAULT_MODEL)
    runs = finished_runs(DEFAULT_MODEL, cells, small)

    by_run = {one.run_id: one for one in small}
    assert set(runs) == {cell.key for cell in cells}
    for cell in cells:
        assert but_size(by_run[runs[cell.key]]) == but_size(cell)


def test_the_order_is_the_designs():
    design = grid(resolution=["0.5K", "1K"], animal=["cat", "dog"])
    chosen = chosen_of(design)

    made = promoted(design, [chosen[0], chosen[3]])

    assert made.design.axes[0].columns == ("resolution", "animal")
    assert made.design.axes[0].rows == ((LARGEST, "cat"), (LARGEST, "dog"))


def test_the_same_request_at_two_sizes_is_finished_once():
    design = grid(resolution=["0.5K", "1K"], animal=["cat"])

    made = promoted(design, chosen_of(design))

    assert (len(checked_cells(made.design, DEFAULT_MODEL)), made.alike) == (1, 1)


def test_repeats_are_repeated_where_all_of_them_were_chosen():
    design = replace(grid(animal=["cat", "dog"]), repeats=2)
    chosen = chosen_of(design)

    assert promoted(design, chosen).design.repeats == 2
    some = promoted(design, chosen[:3])
    assert (some.design.repeats, some.alike) == (1, 1)


def test_a_picture_without_a_seed_of_its_own_is_finished_with_the_one_that_was_drawn():
    design = replace(grid(animal=["cat"]), repeats=2)
    first, second = chosen_of(design)
    drawn = [replace(first, seed_used=11), replace(second, seed_used=12)]

    made = promoted(design, drawn)
    cells = checked_cells(made.design, DEFAULT_MODEL)

    assert [cell.input["seed"] for cell in cells] == [11, 12]
    assert finished_runs(DEFAULT_MODEL, cells, drawn) == {
        cells[0].key: "run 0",
        cells[1].key: "run 1",
    }


@pytest.mark.parametrize("lie", ["7", True, 1.5, {"a": 1}, [], 10**50, None])
def test_a_seed_that_is_none_is_not_believed(lie):
    design = grid(animal=["cat"])

    made = promoted(design, chosen_of(design, lie))

    assert made.design.columns == ("animal",)


def test_a_seed_that_was_asked_for_is_kept_whatever_the_api_says():
    design = replace(grid(animal=["cat"]), base={"prompt": "a {animal}", "seed": 3})

    (cell,) = checked_cells(promoted(design, chosen_of(design, 99)).design, DEFAULT_MODEL)

    assert cell.input["seed"] == 3


def test_a_design_without_axes_can_be_finished_too():
    design = grid()

    (cell,) = checked_cells(promoted(design, chosen_of(design)).design, DEFAULT_MODEL)

    assert cell.input["resolution"] == LARGEST


def test_what_is_large_already_cannot_be_finished():
    design = grid(resolution=[LARGEST])

    with pytest.raises(DesignWrong, match=re.escape("choose cells that are smaller than 4K")):
        promoted(design, chosen_of(design))


def test_sizes_above_the_smallest_are_offered():
    chosen = chosen_of(grid(resolution=["1K", "2K"]))

    assert larger_sizes(DEFAULT_MODEL, chosen) == ["2K", "4K"]
    assert larger_sizes(DEFAULT_MODEL, chosen[1:]) == ["4K"]
    assert larger_sizes(DEFAULT_MODEL, []) == []


def test_a_flat_sweep_has_each_request_once():
    design = replace(grid(resolution=["0.5K", "1K"], animal=["cat", "dog"]), repeats=2)

    found = flat_inputs(chosen_of(design), LARGEST)

    assert len(found) == 4
    assert {one["resolution"] for one in found} == {LARGEST}


def test_a_long_name_leaves_room_for_the_size():
    design = replace(grid(animal=["cat"]), name="k" * LONGEST_NAME)

    name = promoted(design, chosen_of(design)).design.name

    assert (len(name), name[-6:]) == (LONGEST_NAME, " at 4K"[-6:])
