"""Names of files for the pictures of cells: by their values, safe on every system, each once."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from lib.domain.experiment import Design
from lib.domain.experiment_layout import names_of, values_of, word_at
from lib.domain.experiment_progress import CellNow
from lib.images.download_name import plain_words
from lib.images.formats import EXTENSIONS

FOLDERS = 3
"""So many columns make folders, or paths would be longer than some systems take."""
LONGEST = 30
NOTHING = "value"


class CellNames:
    """Names the pictures of one experiment.

    `pictures/resolution/01-1k/animal/02-cat/0007-2-1.png`: the columns with their values, numbered
    in the order of the design; the cell's number, its repeat, the picture's number.
    """

    def __init__(self, design: Design, cells: Sequence[CellNow]) -> None:
        self._design = design
        self._columns = names_of(design)[:FOLDERS]
        self._numbers: dict[str, dict[str, int]] = {}
        values: Mapping[str, tuple[str, ...]] = values_of(design)
        for name in self._columns:
            words = dict.fromkeys((*values[name], *(word_at(design, cell, name) for cell in cells)))
            self._numbers[name] = {word: nth for nth, word in enumerate(words, 1)}

    def of(self, cell: CellNow, picture: int, mime: str) -> str:
        """The file of a picture; pictures of a cell are counted from 0."""
        folders = [part for name in self._columns for part in self._folders(cell, name)]
        file = f"{cell.number:04}-{cell.repeat}-{picture + 1}.{EXTENSIONS.get(mime, 'bin')}"
        return str(PurePosixPath("pictures", *folders, file))

    def _folders(self, cell: CellNow, name: str) -> tuple[str, str]:
        word = word_at(self._design, cell, name)
        words = plain_words(word, LONGEST) or NOTHING
        return plain_words(name, LONGEST) or NOTHING, f"{self._numbers[name][word]:02}-{words}"
