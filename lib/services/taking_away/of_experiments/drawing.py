"""What is drawn of an experiment: its grid cut into sheets, and the words of their heads."""

from dataclasses import dataclass

from lib.domain.experiment_layout import Page, laid_out, visible
from lib.domain.experiment_sheets import Sheet, sheets_of
from lib.images.lettering import lettered
from lib.images.sheets import Frame
from lib.services.taking_away.of_experiments.asked import CellsOf
from lib.services.taking_away.of_experiments.cell_words import READ_AT, Heads
from lib.services.taking_away.of_experiments.taken_cells import Taken


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn: the sheets, and all heads, which know what could not be drawn."""

    taken: Taken
    asked: CellsOf
    sheets: tuple[Sheet, ...]
    cells: int
    heads: Heads
    is_named_whole: bool

    @property
    def frame(self) -> Frame:
        return Frame(self.asked.size.px)

    @property
    def needs_index(self) -> bool:
        """Whether there are words that could not be drawn."""
        return bool(self.heads.replaced) or not self.is_named_whole


def drawing_of(taken: Taken, asked: CellsOf) -> Drawing:
    """What is to be drawn of an experiment; one sheet at least, also where no cell is shown."""
    design, frame = taken.experiment.design, Frame(asked.size.px)
    pages = laid_out(asked.layout, design, taken.cells) or [Page((), (), (), {})]
    sheets = [
        sheet
        for page in pages
        for sheet in sheets_of(page, most_across=frame.most_across, most_down=frame.most_down)
    ]
    heads = Heads(design)
    for sheet in sheets:
        words_of(sheet, asked, heads)
    return Drawing(
        taken,
        asked,
        tuple(sheets) or (Sheet((), (), ()),),
        len(visible(asked.layout, design, taken.cells)),
        heads,
        lettered(taken.experiment.name, READ_AT).is_whole,
    )


def words_of(sheet: Sheet, asked: CellsOf, heads: Heads) -> tuple[str, list[str], list[str]]:
    """The heads of a sheet: of its page, its columns and its lanes."""
    return (
        heads.of(asked.pages, sheet.page) if sheet.page else "",
        [heads.of(asked.across, column.words) for column in sheet.columns],
        [heads.of(asked.down, lane.words) for lane in sheet.lanes],
    )
