"""
The grid of an experiment as pictures, however large it is: cut into sheets, none of which is large.

A sheet has at most 16 megapixels, is drawn lane by lane, and is gone before the next one is begun.
Several come as a zip with `index.html`, which says what is where; so does one with words that no
font here can draw, which then stand in the index. A PDF has a page for each sheet.
"""

import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from PIL import Image

from lib.domain.experiment_progress import CellNow
from lib.images.errors import PictureError
from lib.images.sheets import Canvas, Tile
from lib.images.thumbnails import LONGEST_SIDE_PX, on_paper
from lib.services.pictures import PictureService
from lib.services.taking_away.csv_table import iso
from lib.services.taking_away.manifest_files import CHUNK_BYTES
from lib.services.taking_away.of_experiments.cell_words import (
    caption_of,
    facts_of,
    why_no_picture,
)
from lib.services.taking_away.of_experiments.drawing import Drawing, words_of
from lib.services.taking_away.of_experiments.sheet_index import INDEX, index_of
from lib.services.taking_away.prepared import Form
from lib.services.taking_away.sink import Sink
from lib.services.taking_away.zip_of_pictures import ZipOfPictures

FORMATS: dict[Form, tuple[str, str, dict[str, object]]] = {
    Form.PNG: ("PNG", "image/png", {"compress_level": 3}),
    Form.JPEG: ("JPEG", "image/jpeg", {"quality": 92}),
    Form.WEBP: ("WEBP", "image/webp", {"quality": 90, "method": 2}),
}
"""Pillow's name, the media type, and how it is written."""
PDF_MIME = "application/pdf"
PDF_PIXELS_AN_INCH = 150
PDF_QUALITY = 90


class Sheets:
    """Draws the sheets of one drawing, one after another. `on_cell` is called after each cell."""

    def __init__(
        self, drawing: Drawing, pictures: PictureService, *, on_cell: Callable[[], None]
    ) -> None:
        self._drawing = drawing
        self._pictures = pictures
        self._on_cell = on_cell

    def one(self, form: Form) -> Iterator[bytes]:
        """The only sheet, as a picture."""
        canvas = self._begun(0)
        yield from self._lanes(canvas, 0)
        yield _encoded(canvas.image, form)

    def zipped(self, form: Form, made_at: int) -> Iterator[bytes]:
        """Each sheet as a picture, with an index; `made_at`: ms UTC."""
        sink = Sink()
        with ZipFile(sink, "w") as zipped:
            archive = ZipOfPictures(zipped, self._pictures, iso(made_at))
            for nth in range(len(self._drawing.sheets)):
                canvas = self._begun(nth)
                yield from self._lanes(canvas, nth)
                archive.add_stored(self._name(nth, form), _encoded(canvas.image, form))
                yield sink.take()
            names = [self._name(nth, form) for nth in range(len(self._drawing.sheets))]
            archive.add_text(INDEX, [self._index(names).encode()])
        yield sink.take()

    def pdf(self, made_at: int) -> Iterator[bytes]:
        """A page for each sheet. Built on the disk first: its end says where everything is."""
        with TemporaryDirectory(prefix="plantain-sheets-") as folder:
            file = Path(folder) / "sheets.pdf"
            yield from self._pages(file, made_at)
            with file.open("rb") as ready:
                while chunk := ready.read(CHUNK_BYTES):
                    yield chunk

    def pdf_with_index(self, made_at: int) -> Iterator[bytes]:
        """The PDF in a zip, beside the words that it lacks."""
        sink, name = Sink(), "sheets.pdf"
        with ZipFile(sink, "w") as zipped, TemporaryDirectory(prefix="plantain-sheets-") as folder:
            archive = ZipOfPictures(zipped, self._pictures, iso(made_at))
            file = Path(folder) / name
            yield from self._pages(file, made_at)
            with file.open("rb") as ready:
                archive.add_text(name, iter(lambda: ready.read(CHUNK_BYTES), b""))
            archive.add_text(INDEX, [self._index([name]).encode()])
        yield sink.take()

    def _pages(self, file: Path, made_at: int) -> Iterator[bytes]:
        """Write the pages one by one; whoever waits may go away in between."""
        when = time.gmtime(made_at / 1000)
        for nth in range(len(self._drawing.sheets)):
            canvas = self._begun(nth)
            yield from self._lanes(canvas, nth)
            canvas.image.save(
                file,
                "PDF",
                append=file.exists(),
                resolution=PDF_PIXELS_AN_INCH,
                quality=PDF_QUALITY,
                title=self._drawing.taken.experiment.name,
                creationDate=when,
                modDate=when,
            )
            yield b""

    def _begun(self, nth: int) -> Canvas:
        drawing, sheet = self._drawing, self._drawing.sheets[nth]
        page, columns, _rows = words_of(sheet, drawing.asked, drawing.heads)
        many = len(drawing.sheets)
        number = f"Sheet {nth + 1} of {many}" if many > 1 else ""
        canvas = Canvas(drawing.frame, across=sheet.across, down=len(sheet.lanes))
        facts = facts_of(drawing.taken.experiment, drawing.cells)
        below = " · ".join(part for part in (number, *page.splitlines()) if part)
        canvas.draw_title(drawing.taken.experiment.name, (facts, below))
        spans = [column.span for column in sheet.columns]
        canvas.draw_heads(list(zip(columns, spans, strict=True)))
        return canvas

    def _lanes(self, canvas: Canvas, nth: int) -> Iterator[bytes]:
        """Draw lane after lane; nothing is there to be sent yet."""
        drawing, sheet = self._drawing, self._drawing.sheets[nth]
        heads = words_of(sheet, drawing.asked, drawing.heads)[2]
        for head, lane in zip(heads, sheet.lanes, strict=True):
            canvas.draw_lane(head, [self._tile(cell) for cell in lane.cells])
            yield b""

    def _tile(self, cell: CellNow | None) -> tuple[Tile, Image.Image | None] | None:
        if cell is None:
            return None
        self._on_cell()
        picture = self._picture(cell.sha256) if cell.sha256 else None
        return Tile(caption_of(cell), why_no_picture(cell)), picture

    def _picture(self, sha256: str) -> Image.Image | None:
        px = self._drawing.frame.px
        is_small = px <= LONGEST_SIDE_PX
        found = self._pictures.thumbnail(sha256) if is_small else self._pictures.kept(sha256)
        try:
            return None if found is None else on_paper(found.read_bytes(), px)
        except (PictureError, OSError):
            return None

    def _name(self, nth: int, form: Form) -> str:
        digits = len(str(len(self._drawing.sheets)))
        return f"sheet-{nth + 1:0{digits}}.{form}"

    def _index(self, names: list[str]) -> str:
        drawing = self._drawing
        return index_of(
            drawing.taken.experiment,
            drawing.cells,
            names,
            [(sheet, drawing.asked) for sheet in drawing.sheets],
            drawing.heads.replaced,
        )


def _encoded(image: Image.Image, form: Form) -> bytes:
    name, _mime, how = FORMATS[form]
    file = BytesIO()
    image.save(file, name, **how)
    return file.getvalue()
