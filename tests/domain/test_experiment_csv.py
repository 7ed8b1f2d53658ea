"""Tables: as a spreadsheet writes them, paired or crossed, and the cells of a design as one."""

from dataclasses import replace

import pytest
from hypothesis import assume, given

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.experiment import Combine, DesignWrong
from lib.domain.experiment_axes import Listed
from lib.domain.experiment_cells import cells, count_cells
from lib.domain.experiment_csv import crossed_axes, paired_axis, table_of
from tests.domain.designs import FIELDS, designs

TABLE = "animal,resolution\ncat,1K\ndog,2K\ncat,4K\n"


@given(designs())
def test_the_table_of_a_design_makes_the_same_cells(design):
    assume(design.axes and design.combine is not Combine.SAMPLE and count_cells(design))
    again = replace(
        design,
        axes=(paired_axis(table_of(design), DEFAULT_MODEL),),
        combine=Combine.GRID,
        excludes=(),
    )

    assert [(cell.key, cell.input) for cell in cells(again, FIELDS)] == [
        (cell.key, cell.input) for cell in cells(design, FIELDS)
    ]


def test_rows_are_paired():
    axis = paired_axis(TABLE, DEFAULT_MODEL)

    assert axis == Listed(("animal", "resolution"), (("cat", "1K"), ("dog", "2K"), ("cat", "4K")))


def test_or_columns_are_crossed_each_value_once():
    assert crossed_axes("a,seed\nx,1\ny,\nx,2\n", DEFAULT_MODEL) == (
        Listed(("a",), (("x",), ("y",))),
        Listed(("seed",), ((1,), (2,))),
    )


def test_values_are_read_as_the_fields_say():
    axis = paired_axis("\ufeffenable_web_search,seed,a\nTRUE,7,7\nfalse,,", DEFAULT_MODEL)

    assert axis.rows == ((True, 7, "7"), (False, None, ""))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no rows"),
        ("animal\n", "no rows"),
        ("animal,\ncat,1", "Line 1: a column has no name"),
        ("animal,seed\ncat,1\ndog", "Line 3: 1 values for 2 columns"),
        ("animal,seed\ncat,x", "Line 2, seed: seed cannot be read, 'x' is not a whole number"),
        ("resolution\n3K", "Line 2, resolution: resolution cannot be '3K': choose one of"),
        ('animal\n"cat', "Line 2: this is no CSV"),
        ("a\n" + "x\n" * 1001, "Line 1002: more than 1,000 rows"),
        (",".join("abcdefghijklmnopqrstu"), "21 columns, 20 at most"),
        ("x" * 1_000_001, "more than 1,000,000 characters"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_column(text, said):
    with pytest.raises(DesignWrong) as caught:
        paired_axis(text, DEFAULT_MODEL)

    assert said in str(caught.value)
