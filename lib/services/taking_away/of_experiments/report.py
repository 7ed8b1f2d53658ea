"""A report of an experiment: one page of HTML that works without a server, a script or another file.

Small pictures are inside. Whatever others wrote is text here, and the page may load nothing from
anywhere; so no value of it can tell anyone that it was opened.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from html import escape
from io import BytesIO

from lib.domain.experiment_layout import Layout, Page, laid_out, visible
from lib.domain.experiment_progress import CellNow
from lib.images.errors import PictureError
from lib.images.thumbnails import on_paper
from lib.services.pictures import PictureService
from lib.services.taking_away.html_page import page_of, text
from lib.services.taking_away.of_experiments.cell_words import caption_of, why_no_picture
from lib.services.taking_away.of_experiments.report_parts import (
    STYLE,
    all_cells,
    costs,
    design_of,
    findings,
    head,
    named,
)
from lib.services.taking_away.of_experiments.taken_cells import CellReader, Taken

MIME = "text/html; charset=utf-8"
REPORT = "report.html"
PICTURE_PX, QUALITY = 256, 75
BODY = "<!-- body -->"
Files = Mapping[int, str]
"""By the number of a cell: where its picture is, seen from the report."""


class Report:
    """Writes the report of one experiment. `on_cell` is called after each cell of the grid."""

    def __init__(
        self,
        taken: Taken,
        reader: CellReader,
        pictures: PictureService,
        layout: Layout,
        *,
        files: Files | None = None,
        on_cell: Callable[[], None] = lambda: None,
    ) -> None:
        self._taken = taken
        self._reader = reader
        self._pictures = pictures
        self._layout = layout
        self._files = files or {}
        self._on_cell = on_cell

    def written(self) -> Iterator[bytes]:
        """The page, a row of the grid at a time."""
        before, _, after = page_of("Experiment", STYLE, BODY).partition(BODY)
        yield before.encode()
        for part in self._parts():
            yield part.encode(errors="replace")
        yield after.encode()

    @property
    def cells(self) -> int:
        """How many cells its grid shows."""
        return len(visible(self._layout, self._taken.experiment.design, self._taken.cells))

    def _parts(self) -> Iterator[str]:
        experiment, cells = self._taken.experiment, self._taken.cells
        yield head(experiment, self.cells)
        yield costs(self._taken)
        yield design_of(experiment.design)
        for find in self._reader.findings.sections:
            yield findings(find(experiment, cells))
        yield "<h2>Pictures</h2>\n"
        for page in laid_out(self._layout, experiment.design, cells):
            yield from self._grid(page)
        yield from all_cells(self._taken, self._reader.batches(self._taken))

    def _grid(self, page: Page) -> Iterator[str]:
        layout = self._layout
        if page.words:
            yield f"<h3>{named(layout.pages, page.words)}</h3>\n"
        heads = "".join(
            f'<th scope="col">{named(layout.columns, words)}</th>' for words in page.columns
        )
        yield f'<div class="grid" tabindex="0"><table><thead><tr><td></td>{heads}</tr></thead><tbody>\n'
        for row in page.rows:
            yield f'<tr><th scope="row">{named(layout.rows, row)}</th>'
            for column in page.columns:
                figures = "".join(map(self._figure, page.at(row, column)))
                yield f"<td>{figures}</td>"
            yield "</tr>\n"
        yield "</tbody></table></div>\n"

    def _figure(self, cell: CellNow) -> str:
        self._on_cell()
        inside = self._picture(cell)
        file = self._files.get(cell.number)
        if file:
            inside = f'<a href="{escape(file)}">{inside}</a>'
        return f"<figure>{inside}<figcaption>{text(caption_of(cell))}</figcaption></figure>"

    def _picture(self, cell: CellNow) -> str:
        small = self._small(cell.sha256) if cell.sha256 else None
        if small is None:
            return f'<p class="none" dir="auto">{text(why_no_picture(cell))}</p>'
        data = b64encode(small).decode()
        source = f"data:image/webp;base64,{data}"
        return f'<img src="{source}" alt="Cell {cell.number}" loading="lazy" decoding="async">'

    def _small(self, sha256: str) -> bytes | None:
        found = self._pictures.thumbnail(sha256)
        if found is None:
            return None
        file = BytesIO()
        try:
            image = on_paper(found.read_bytes(), PICTURE_PX)
        except (PictureError, OSError):
            return None
        image.save(file, "WEBP", quality=QUALITY, method=2)
        return file.getvalue()
