"""One page of an experiment as the grid shows it: where each cell is, and what it says."""

from collections.abc import Mapping

from lib.domain.experiment_layout import Layout, Page, Words
from lib.domain.experiment_progress import CellNow, CellState
from lib.domain.experiment_sight import NOTHING_SEEN, Sight
from lib.domain.run import OPEN, RunState
from lib.ui import money, times
from lib.ui.history_words import LABELS
from lib.ui.matrix import MatrixCell, Sheet

WAITING, DROPPED, THERE = "Waiting", "Not sent", "There already"
IN_BIN = "In the bin"
NO_REASON = "No reason was given."
STOPPED = "The experiment was stopped before it was sent."
GONE = "Its pictures are not here any more."


def sheet_of(layout: Layout, page: Page, sights: Mapping[str, Sight]) -> Sheet:
    """The page as a sheet. Cells that share a place get lines of their own, one below the other."""
    rows: list[Words] = []
    cells: list[MatrixCell] = []
    for row in page.rows:
        found = [page.at(row, column) for column in page.columns]
        for nth in range(max(map(len, found))):
            cells += [
                matrix_cell(those[nth], sights.get(those[nth].key, NOTHING_SEEN), len(rows), at)
                for at, those in enumerate(found)
                if nth < len(those)
            ]
            rows.append(row)
    names = (layout.rows, layout.columns)
    return Sheet(repr((names, page.words)), *names, rows, page.columns, cells)


def matrix_cell(cell: CellNow, sight: Sight, row: int, column: int) -> MatrixCell:
    """A cell in its place."""
    is_open = cell.state is CellState.SENT and cell.run_state in OPEN
    return MatrixCell(
        id=cell.key,
        row=row,
        column=column,
        state=state_of(cell, sight),
        pictures=sight.pictures,
        cost=cost_of(cell),
        time="" if sight.duration_ms is None else times.lasting(sight.duration_ms),
        problem="" if sight.pictures else problem_of(cell, sight),
        run_id=cell.run_id or "",
        is_open=is_open,
        flagged=sight.nsfw_detected,
        favourite=sight.favourite,
        rating=sight.rating,
    )


def state_of(cell: CellNow, sight: Sight) -> str:
    """Where it stands, in words. That it is done, its pictures say."""
    if sight.is_deleted:
        return IN_BIN
    if cell.is_reused:
        return THERE
    if cell.state is CellState.SENT and cell.run_state:
        is_seen = cell.run_state is RunState.STORED and sight.pictures
        return "" if is_seen else LABELS[cell.run_state]
    return DROPPED if cell.state is CellState.DROPPED else WAITING


def cost_of(cell: CellNow) -> str:
    """What it has cost; what it is expected to where that is not known yet."""
    if cell.is_reused:
        return money.price(0)
    if cell.state is CellState.DROPPED:
        return ""
    if cell.cost_micros is None and (cell.state is CellState.WAITING or cell.run_state in OPEN):
        return f"≈ {money.price(cell.estimate_micros)}"
    return money.price(cell.cost_micros)


def problem_of(cell: CellNow, sight: Sight) -> str:
    """Why there is no picture and none will come by itself."""
    if cell.state is CellState.DROPPED:
        return STOPPED
    if sight.is_deleted or cell.state is CellState.WAITING or cell.run_state in OPEN:
        return ""
    return cell.failure or (GONE if cell.run_state is RunState.STORED else NO_REASON)
