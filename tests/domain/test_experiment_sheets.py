"""A grid cut into sheets: nothing is left out or drawn twice, and no sheet is too large."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.experiment_cells import cells
from lib.domain.experiment_layout import Layout, laid_out, names_of, values_of, visible
from lib.domain.experiment_progress import CellNow, CellState
from lib.domain.experiment_sheets import MOST_IN_PLACE, sheets_of
from tests.domain.designs import FIELDS, designs, grid

limits = st.integers(1, 7)


def cells_of(design) -> list[CellNow]:
    return [
        CellNow(cell.key, number, cell.varied, cell.repeat, CellState.WAITING, 1)
        for number, cell in enumerate(cells(design, FIELDS), 1)
    ]


@st.composite
def layouts(draw, design):
    """Columns anywhere, or left out; some values hidden."""
    sides: dict[str, list[str]] = {"rows": [], "columns": [], "pages": [], "nowhere": []}
    for name in draw(st.permutations(names_of(design))):
        sides[draw(st.sampled_from([*sides]))].append(name)
    rows, columns, pages = (tuple(sides[side]) for side in ("rows", "columns", "pages"))
    values = values_of(design)
    hidden = {
        name: frozenset(draw(st.lists(st.sampled_from(values[name]), max_size=2)))
        for name in draw(
            st.lists(st.sampled_from([*values]), max_size=2) if values else st.just([])
        )
    }
    return Layout(rows, columns, pages, hidden)


@given(st.data(), designs(), limits, limits)
def test_each_cell_is_on_one_sheet_and_no_sheet_is_too_large(data, design, across, down):
    cells = cells_of(design)
    layout = data.draw(layouts(design))

    drawn: Counter[int] = Counter()
    for page in laid_out(layout, design, cells):
        for sheet in sheets_of(
            page, most_across=across, most_down=lambda wide: max(1, down - wide)
        ):
            assert 0 < sheet.across <= across
            assert 0 < len(sheet.lanes) <= max(1, down)
            for lane in sheet.lanes:
                assert len(lane.cells) == sheet.across
                drawn.update(cell.number for cell in lane.cells if cell)

    assert drawn == Counter(cell.number for cell in visible(layout, design, cells))


@given(designs(), limits, limits)
def test_a_picture_stands_under_its_own_heads(design, across, down):
    layout = Layout(rows=names_of(design)[1:], columns=names_of(design)[:1])
    for page in laid_out(layout, design, cells_of(design)):
        for sheet in sheets_of(page, most_across=across, most_down=lambda _wide: down):
            heads = [column.words for column in sheet.columns for _ in range(column.span)]
            for lane in sheet.lanes:
                for head, cell in zip(heads, lane.cells, strict=True):
                    assert cell is None or cell in page.at(lane.words, head)


def test_many_cells_of_one_place_go_on_in_further_lanes():
    design = grid(seed=list(range(10)))
    (page,) = laid_out(Layout(), design, cells_of(design))

    (sheet,) = sheets_of(page, most_across=9, most_down=lambda _wide: 9)

    assert sheet.across == MOST_IN_PLACE
    numbers = [[cell and cell.number for cell in lane.cells] for lane in sheet.lanes]
    assert numbers == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, None, None]]


def test_sheets_are_about_as_large_as_each_other():
    design = grid(seed=list(range(100)), resolution=["1K"])
    layout = Layout(rows=("resolution",), columns=("seed",))
    (page,) = laid_out(layout, design, cells_of(design))

    wide = [s.across for s in sheets_of(page, most_across=46, most_down=lambda _wide: 9)]

    assert wide == [34, 34, 32]
