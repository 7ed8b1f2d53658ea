"""A value added later brings cells of its own; all cells that were there stay, under their keys."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.experiment import Combine, DesignWrong, Sample
from lib.domain.experiment_axes import Listed, Range
from lib.domain.experiment_cells import cells
from lib.domain.experiment_check import checked_cells
from lib.domain.experiment_growing import columns_to_add, with_row, with_values
from tests.domain.designs import FIELDS, designs, grid


@given(designs(), st.data())
def test_every_cell_there_was_is_kept_and_the_new_ones_have_the_new_value(design, data):
    assume(design.axes)
    number = data.draw(st.integers(0, len(design.axes) - 1))
    columns = columns_to_add(design, number)
    new = {column: f"new {column}" for column in columns}
    try:
        before = list(cells(design, FIELDS))
    except DesignWrong:
        assume(False)

    after = list(cells(with_row(design, number, [*new.values()]), FIELDS))

    kept = {cell.key for cell in before}
    assert [cell.key for cell in after if cell.key in kept] == [cell.key for cell in before]
    added = [cell for cell in after if cell.key not in kept]
    assert all(cell.varied[column] == new[column] for cell in added for column in columns)
    assert bool(added) or not before or design.excludes or design.combine is Combine.SAMPLE


def test_a_pair_is_added_to_all_paired_axes_and_a_part_of_it_may_come_again():
    design = replace(grid(animal=["cat", "dog"], resolution=["1K", "2K"]), combine=Combine.PAIRED)

    grown = with_row(design, 0, ["cow", "1K"])

    assert [tuple(cell.varied.values()) for cell in checked_cells(grown, DEFAULT_MODEL)] == [
        *(("cat", "1K"), ("dog", "2K"), ("cow", "1K"))
    ]


def test_a_sample_gets_as_many_cells_as_a_value_has_in_it():
    design = replace(
        grid(animal=["cat", "dog"], seed=list(range(20))),
        combine=Combine.SAMPLE,
        sample=Sample(10, 7),
    )

    grown = with_row(design, 0, ["cow"])

    found = checked_cells(grown, DEFAULT_MODEL)
    assert [cell.varied["animal"] for cell in found].count("cow") == 5
    assert len(found) == 15


def test_a_value_that_a_sample_has_is_refused():
    design = replace(grid(animal=["cat", "dog"]), combine=Combine.SAMPLE, sample=Sample(1, 1))

    with pytest.raises(DesignWrong, match="'cat' stands there twice"):
        with_row(design, 0, ["cat"])


def test_a_sample_too_large_to_be_written_down_does_not_grow():
    design = replace(
        grid(seed=list(range(600)), animal=["cat", "dog"]),
        combine=Combine.SAMPLE,
        sample=Sample(1_100, 1),
    )

    with pytest.raises(DesignWrong, match="A sample of more than 1,000 combinations"):
        with_row(design, 1, ["cow"])


def test_a_range_is_written_down_when_it_grows():
    design = replace(grid(), axes=(Range("seed", 1, 2),))

    assert with_values(design, 0, [(9,)]).axes == (Listed(("seed",), ((1,), (2,), (9,))),)
