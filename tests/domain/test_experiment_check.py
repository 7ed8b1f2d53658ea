"""A design that cannot be carried out is refused with the part of it that is wrong, and a remedy."""

from dataclasses import replace

import pytest

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.experiment import Combine, DesignWrong, Sample
from lib.domain.experiment_axes import Range
from lib.domain.experiment_check import check, checked_cells
from tests.domain.designs import grid

GRID = grid(resolution=["1K", "2K"], animal=["cat", "dog"])
LONG = [f"cat {number}" for number in range(1000)]
BAD = {
    "a field twice": (replace(GRID, axes=GRID.axes * 2), "Axis 3 (resolution): resolution is var"),
    "no values": (grid(resolution=[]), "Axis 1 (resolution): it has no values"),
    "a wrong value": (grid(resolution=["1K", "3K"]), "value 2: resolution cannot be '3K': choose"),
    "a value twice": (grid(resolution=["1K", "2K", "1K"]), "'1K' stands there twice. Keep one"),
    "a bad variable": (grid(**{"an imal": ["cat"]}), "'an imal' is no field"),
    "a number for a variable": (grid(animal=[3]), "a variable's value is text"),
    "a variable without a place": (
        replace(GRID, base={"prompt": "a kite"}),
        "{animal} does not stand in the prompt 'a kite'. Write it there",
    ),
    "a base field": (
        replace(GRID, base={**GRID.base, "size": "9"}),
        "base.size: Nano Banana 2 has",
    ),
    "a base value": (replace(GRID, base={**GRID.base, "seed": "x"}), "base.seed: seed must be"),
    "a prompt that is too short": (
        replace(grid(seed=[1]), base={"prompt": "a"}),
        "base.prompt: pr",
    ),
    "a long axis": (
        replace(GRID, axes=(Range("seed", 0, 10**30),)),
        "Axis 1 (seed): it has 1,000,000,000,000,000,000,000,000,000,001 values, 1,000 at most",
    ),
    "too many cells": (
        grid(animal=LONG, resolution=["1K", "2K", "4K"], num_images=[1, 2]),
        "These are 6,000 cells, 5,000 at most. The longest axis is 1 (animal) with 1,000 values",
    ),
    "too many repeats": (
        replace(grid(animal=LONG[:51]), repeats=100),
        "The longest axis is 1 (animal)",
    ),
    "many repeats of few": (replace(GRID, repeats=101), "repeats: give a number from 1 to 100"),
    "an exclude of nothing": (replace(GRID, excludes=({},)), "Exclude 1 names nothing"),
    "an exclude of a stranger": (
        replace(GRID, excludes=({"seed": (1,)},)),
        "Exclude 1: seed is not varied. Name a column",
    ),
    "an exclude that never happens": (
        replace(GRID, excludes=({"animal": ("cow",)},)),
        "Exclude 1: animal is never 'cow'. Correct it",
    ),
    "an exclude of all": (
        replace(GRID, excludes=({"animal": ("cat", "dog")},)),
        "exclude: nothing is left",
    ),
    "pairs of two lengths": (
        replace(grid(animal=LONG[:3], resolution=["1K"]), combine=Combine.PAIRED),
        "Axis 2 (resolution) has 1 values, and another has 3. Paired axes are of one length",
    ),
    "a sample without a number": (replace(GRID, combine=Combine.SAMPLE), "sample: say how many"),
    "a sample of a grid": (replace(GRID, sample=Sample(1, 1)), "leave it out unless combine is"),
    "a sample of nothing": (
        replace(GRID, combine=Combine.SAMPLE, sample=Sample(0, 1)),
        "sample: draw at least 1",
    ),
    "a large sample": (
        replace(GRID, combine=Combine.SAMPLE, sample=Sample(5001, 1)),
        "sample: 5,000 cells at most",
    ),
    "a long name": (replace(GRID, name="x" * 121), "name: 120 characters"),
    "many axes": (replace(GRID, axes=GRID.axes * 11), "axes: 20 at most"),
    "half a character": (grid(animal=["\ud800"]), "half a character"),
}


@pytest.mark.parametrize(("design", "said"), BAD.values(), ids=BAD.keys())
def test_what_is_wrong_is_named_with_the_remedy(design, said):
    with pytest.raises(DesignWrong) as caught:
        check(design, DEFAULT_MODEL)

    assert said in str(caught.value)


def test_a_sound_design_tells_how_many_cells_it_makes():
    assert check(GRID, DEFAULT_MODEL) == 4


def test_a_prompt_that_only_a_cell_makes_too_long_is_found_and_the_cell_named():
    design = grid(animal=["cat", "c" * 49_995])

    with pytest.raises(DesignWrong, match=r"The cell with animal 'ccc.*': prompt is too long"):
        checked_cells(design, DEFAULT_MODEL)


def test_the_prompts_of_all_cells_together_have_a_limit():
    design = replace(
        grid(animal=LONG), base={"prompt": "x" * 40_000 + "{animal}"}, combine=Combine.GRID
    )

    with pytest.raises(DesignWrong, match="all prompts together have more than 20,000,000"):
        checked_cells(design, DEFAULT_MODEL)


def test_the_inputs_are_those_that_a_click_would_send():
    (cell,) = checked_cells(grid(resolution=["2K"]), DEFAULT_MODEL)

    assert cell.input == DEFAULT_MODEL.check({"prompt": "a kite", "resolution": "2K"})
