"""What each cell of the grid says, and that none is lost where several share a place."""

import dataclasses

import pytest

from lib.domain.experiment import Design
from lib.domain.experiment_axes import Listed
from lib.domain.experiment_layout import laid_out, usual
from lib.domain.experiment_progress import REUSED, CellNow, CellState
from lib.domain.experiment_sight import NOTHING_SEEN, Sight
from lib.domain.run import RunState
from lib.ui.experiment_sheet import GONE, NO_REASON, matrix_cell, sheet_of
from lib.ui.matrix.sheet import LONGEST_WORD, MatrixCell, Sheet, as_json

WAITS = CellNow("k", 1, {"style": "ink"}, 1, CellState.WAITING, 80_000)
SENT = dataclasses.replace(WAITS, state=CellState.SENT, run_id="r", run_state=RunState.STORED)
SEEN = Sight(("ab", "cd"), favourite=True, rating=3, duration_ms=2_100)


@pytest.mark.parametrize(
    ("cell", "sight", "expected"),
    [
        (WAITS, NOTHING_SEEN, ("Waiting", "≈ $0.080", "", False)),
        (
            dataclasses.replace(SENT, run_state=RunState.ACCEPTED),
            NOTHING_SEEN,
            ("Running", "≈ $0.080", "", True),
        ),
        (dataclasses.replace(SENT, cost_micros=80_000), SEEN, ("", "$0.080", "", False)),
        (
            dataclasses.replace(SENT, cost_micros=3),
            NOTHING_SEEN,
            ("Done", "$0.000003", GONE, False),
        ),
        (
            dataclasses.replace(SENT, run_state=RunState.FAILED, cost_micros=0),
            NOTHING_SEEN,
            ("Failed", "$0.000", NO_REASON, False),
        ),
        (
            dataclasses.replace(SENT, run_state=RunState.PARKED),
            NOTHING_SEEN,
            ("Needs a decision", "—", NO_REASON, False),
        ),
        (
            dataclasses.replace(SENT, attempt=REUSED, cost_micros=80_000),
            SEEN,
            ("There already", "$0.000", "", False),
        ),
        (
            dataclasses.replace(SENT, cost_micros=80_000),
            Sight(is_deleted=True),
            ("In the bin", "$0.080", "", False),
        ),
    ],
)
def test_a_cell_says_where_it_stands_and_what_it_costs(cell, sight, expected):
    told = matrix_cell(cell, sight, 0, 0)
    assert (told.state, told.cost, told.problem, told.is_open) == expected


def test_a_dropped_cell_costs_nothing_and_says_so():
    told = matrix_cell(dataclasses.replace(WAITS, state=CellState.DROPPED), NOTHING_SEEN, 0, 0)
    assert (told.state, told.cost) == ("Not sent", "")
    assert "stopped" in told.problem


def test_cells_that_share_a_place_get_lines_of_their_own():
    axis = Listed(("style",), (("true",), (True,), ("ink",)))
    design = Design("m", {"prompt": "p"}, (axis,))
    cells = [
        dataclasses.replace(WAITS, key=str(n), number=n, varied={"style": value})
        for n, value in enumerate(["true", True, "ink"])
    ]
    (page,) = laid_out(usual(design), design, cells)
    sheet = sheet_of(usual(design), page, {})
    assert [(cell.id, cell.row, cell.column) for cell in sheet.cells] == [
        ("0", 0, 0),
        ("2", 0, 1),
        ("1", 1, 0),
    ]
    assert list(sheet.rows) == [(), ()]


def test_a_digest_that_is_none_is_refused():
    with pytest.raises(ValueError, match="pictures must be sha256 digests"):
        MatrixCell("k", 0, 0, "", pictures=("../../evil",))
    with pytest.raises(ValueError, match="rating must be 0 to 5"):
        MatrixCell("k", 0, 0, "", rating=6)


def test_long_words_are_cut_before_they_travel():
    sheet = Sheet("s", ("style",), (), [["word " * 1_000]], [[]], [])
    assert len(as_json(sheet)["rows"][0][0]) <= LONGEST_WORD + 1
