"""How cells are laid out: nothing is lost, nothing shown twice, and the order is the design's."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.experiment import Combine, Design
from lib.domain.experiment_axes import Listed
from lib.domain.experiment_cells import cells as cells_of
from lib.domain.experiment_layout import (
    Layout,
    fitted,
    laid_out,
    names_of,
    repeat_name,
    usual,
    values_of,
    visible,
)
from lib.domain.experiment_progress import CellNow, CellState

NAMES = ("resolution", "style", "seed", "animal", "repeat")


def a_design(*sizes: int, repeats: int = 1, combine: Combine = Combine.GRID) -> Design:
    axes = tuple(
        Listed((name,), tuple((f"{name}{nth}",) for nth in range(size)))
        for name, size in zip(NAMES, sizes, strict=False)
    )
    return Design("m", {"prompt": "p"}, axes, combine=combine, repeats=repeats)


def now(design: Design) -> list[CellNow]:
    return [
        CellNow(cell.key, number, cell.varied, cell.repeat, CellState.WAITING, 80_000)
        for number, cell in enumerate(cells_of(design, ("prompt",)), start=1)
    ]


@st.composite
def designs_and_layouts(draw: st.DrawFn) -> tuple[Design, Layout]:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=5))
    design = a_design(
        *sizes, repeats=draw(st.integers(1, 3)), combine=draw(st.sampled_from(list(Combine)[:3]))
    )
    some = st.lists(st.sampled_from([*names_of(design), "unknown"]))
    values = values_of(design)
    hidden = draw(
        st.fixed_dictionaries(
            {},
            optional={
                name: st.frozensets(st.sampled_from([*words, "unknown"]))
                for name, words in values.items()
            },
        )
    )
    chosen = Layout(tuple(draw(some)), tuple(draw(some)), tuple(draw(some)), hidden)
    return design, chosen


@given(designs_and_layouts())
def test_each_cell_that_is_not_hidden_stands_in_exactly_one_place(
    case: tuple[Design, Layout],
) -> None:
    design, chosen = case
    layout, cells = fitted(chosen, design), now(design)
    pages = laid_out(layout, design, cells)
    placed = [cell for page in pages for found in page.places.values() for cell in found]
    assert sorted(cell.number for cell in placed) == [
        cell.number for cell in visible(layout, design, cells)
    ]
    assert all(len(found) == 1 for page in pages for found in page.places.values())


@given(designs_and_layouts())
def test_a_fitted_layout_has_each_name_of_the_design_once(case: tuple[Design, Layout]) -> None:
    design, chosen = case
    layout = fitted(chosen, design)
    placed = [*layout.rows, *layout.columns, *layout.pages]
    assert sorted(placed) == sorted(names_of(design))
    assert fitted(layout, design) == layout


@given(designs_and_layouts())
def test_rows_columns_and_pages_come_in_the_order_of_the_design(
    case: tuple[Design, Layout],
) -> None:
    design, chosen = case
    layout, values = fitted(chosen, design), values_of(design)

    def rank(names: tuple[str, ...], words: tuple[str, ...]) -> list[int]:
        return [values[name].index(word) for name, word in zip(names, words, strict=True)]

    pages = laid_out(layout, design, now(design)[::-1])
    assert pages == sorted(pages, key=lambda page: rank(layout.pages, page.words))
    for page in pages:
        assert list(page.rows) == sorted(page.rows, key=lambda one: rank(layout.rows, one))
        columns = sorted(page.columns, key=lambda one: rank(layout.columns, one))
        assert list(page.columns) == columns


@pytest.mark.parametrize(
    ("sizes", "repeats", "expected"),
    [
        ((2,), 1, Layout((), ("resolution",))),
        ((2, 2), 1, Layout(("resolution",), ("style",))),
        ((2, 2), 3, Layout(("resolution", "repeat"), ("style",))),
        ((2, 2, 2), 1, Layout(("resolution", "style"), ("seed",))),
        ((2, 2, 2, 2), 1, Layout(("style", "seed"), ("animal",), ("resolution",))),
        ((), 2, Layout(("repeat",))),
    ],
)
def test_the_usual_layout_has_the_last_axis_across_and_many_axes_on_pages(
    sizes: tuple[int, ...], repeats: int, expected: Layout
) -> None:
    assert usual(a_design(*sizes, repeats=repeats)) == expected


def test_axes_that_go_along_with_each_other_have_a_line_each() -> None:
    design = a_design(3, 3, repeats=2, combine=Combine.PAIRED)
    layout = usual(design)
    assert layout == Layout(("resolution", "style"), ("repeat",))
    (page,) = laid_out(layout, design, now(design))
    assert (len(page.rows), len(page.columns), len(page.places)) == (3, 2, 6)


def test_a_variable_called_repeat_is_not_taken_for_the_repeats() -> None:
    design = a_design(1, 1, 1, 1, 2, repeats=2)
    assert repeat_name(design) == "repeat_"
    layout = fitted(Layout(("repeat",), ("repeat_",)), design)
    (page,) = laid_out(layout, design, now(design))
    assert page.columns == (("1",), ("2",))
    assert {row[0] for row in page.rows} == {"repeat0", "repeat1"}


def test_values_that_read_alike_share_their_place() -> None:
    axis = Listed(("style",), (("true",), (True,), (None,), ("not set",)))
    design = Design("m", {"prompt": "p"}, (axis,))
    (page,) = laid_out(usual(design), design, now(design))
    assert page.columns == (("true",), ("not set",))
    assert [cell.number for cell in page.at((), ("true",))] == [1, 2]


def test_what_no_axis_has_any_more_comes_last_and_is_shown() -> None:
    design = a_design(2)
    cells = now(design)
    strange = replace(cells[0], key="k", number=3, varied={"resolution": "8K"})
    (page,) = laid_out(usual(design), design, [strange, *cells])
    assert page.columns == (("resolution0",), ("resolution1",), ("8K",))


def test_hidden_values_leave_no_empty_rows_or_columns_behind() -> None:
    design = a_design(2, 2)
    layout = replace(usual(design), hidden={"style": frozenset({"style0"})})
    (page,) = laid_out(layout, design, now(design))
    assert page.columns == (("style1",),)
    everything = {"style": frozenset(values_of(design)["style"])}
    assert laid_out(replace(layout, hidden=everything), design, now(design)) == []
