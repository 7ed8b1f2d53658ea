"""The grid of an experiment as pictures: all of it, however large, and what it says is true."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from lib.domain.experiment_layout import Layout
from lib.images import lettering, sheets
from lib.services.taking_away.of_experiments.asked import PictureSize
from lib.services.taking_away.prepared import Form
from lib.services.taking_away.transfer import BrokenOff
from tests.domain.designs import grid
from tests.images.pictures import saved
from tests.services.taking import HOSTILE
from tests.services.taking_cells import CellTakings, asked_for, open_cell_takings
from tests.services.test_zip_taken_away import Page

DESIGN = replace(grid(resolution=["1K", "2K"], seed=list(range(6))), name="Seeds & sizes")
PICTURES = pytest.mark.parametrize("form", [Form.PNG, Form.JPEG, Form.WEBP])
EMPTY = (239, 239, 239)
"""Where there is no picture."""
TOLERANCE = 24
"""Thumbnails and JPEG change colours a little."""


@pytest.fixture
def cells(tmp_path: Path) -> Iterator[CellTakings]:
    opened = open_cell_takings(tmp_path)
    yield opened
    opened.takings.database.dispose()


def color_of(number: int) -> tuple[int, int, int]:
    """Twelve that are far apart."""
    return (60 + 60 * (number % 3), 60 + 60 * (number // 3 % 2), 60 + 120 * (number // 6))


def painted(cells: CellTakings, design=DESIGN, size: int = 64) -> None:
    """Each cell has a picture of a colour of its own."""
    numbers = iter(range(10_000))
    cells.put(
        design,
        paint=lambda _cell: [
            saved(Image.new("RGB", (size, size), color_of(next(numbers) % 12)), "PNG")
        ],
    )


def counts(image: Image.Image) -> dict[tuple[int, int, int], int]:
    found = image.getcolors(image.width * image.height)
    assert found is not None
    return {color: count for count, color in found}


def pictures_in(name: str, data: bytes) -> list[Image.Image]:
    if not name.endswith(".zip"):
        return [Image.open(io.BytesIO(data)).convert("RGB")]
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        assert zipped.testzip() is None
        return [
            Image.open(io.BytesIO(zipped.read(one))).convert("RGB")
            for one in zipped.namelist()
            if one.startswith("sheet-")
        ]


def shows(image: Image.Image, color: tuple[int, int, int]) -> bool:
    """Whether a good part of it has about this colour."""
    found = image.getcolors(image.width * image.height)
    assert found is not None
    near = [
        count
        for count, shown in found
        if all(abs(one - other) <= TOLERANCE for one, other in zip(shown, color, strict=True))
    ]
    return sum(near) > 2000


@PICTURES
def test_a_grid_that_fits_is_one_picture_of_all_cells(cells: CellTakings, form: Form) -> None:
    painted(cells)

    found = cells.fetch(form, DESIGN)
    data = b"".join(found.data)

    assert found.name.endswith(f".{form}")
    assert found.mime == f"image/{'jpeg' if form is Form.JPEG else form}"
    (image,) = pictures_in(found.name, data)
    assert [shows(image, color_of(number)) for number in range(12)] == [True] * 12


def test_a_grid_of_any_size_is_cut_into_sheets_that_lose_nothing(
    cells: CellTakings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_PIXELS", 250_000)
    painted(cells)

    found = cells.fetch(Form.PNG, DESIGN)
    images = pictures_in(found.name, b"".join(found.data))

    assert found.name.endswith(".zip")
    assert len(images) > 3
    assert all(image.width * image.height <= 250_000 for image in images)
    for number in range(12):
        assert sum(shows(image, color_of(number)) for image in images) == 1


def test_each_sheet_says_which_it_is_and_the_index_what_is_on_it(
    cells: CellTakings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_PIXELS", 250_000)
    painted(cells)

    zipped = zipfile.ZipFile(io.BytesIO(cells.bytes_of(Form.PNG, DESIGN)))
    page = Page(zipped.read("index.html").decode())

    assert page.links == [name for name in zipped.namelist() if name.startswith("sheet-")]
    words = " ".join(page.text)
    assert "Seeds & sizes" in words
    assert "$0.960000 spent" in words
    assert "resolution: 1K" in words


def test_pages_of_a_layout_are_sheets_of_their_own_and_hidden_values_are_left_out(
    cells: CellTakings,
) -> None:
    painted(cells)
    layout = Layout(("resolution",), (), ("seed",), {"seed": frozenset({"0", "1", "2"})})

    zipped = zipfile.ZipFile(io.BytesIO(cells.bytes_of(Form.PNG, DESIGN, layout=layout)))

    assert zipped.namelist() == ["sheet-1.png", "sheet-2.png", "sheet-3.png", "index.html"]
    words = " ".join(Page(zipped.read("index.html").decode()).text)
    assert "seed: 3" in words
    assert "seed: 2" not in words
    assert "6 of 12 cells" in words


def test_large_pictures_come_from_what_was_bought(cells: CellTakings) -> None:
    design = grid(resolution=["4K"])
    painted(cells, design, size=900)

    (image,) = pictures_in("x.png", cells.bytes_of(Form.PNG, design, size=PictureSize.HUGE))
    (small,) = pictures_in("x.png", cells.bytes_of(Form.PNG, design, size=PictureSize.LARGE))

    assert counts(image)[color_of(0)] > 900 * 880
    assert sum(counts(small).values()) < 900 * 880


def test_a_cell_without_a_picture_keeps_its_place(cells: CellTakings) -> None:
    fates = iter(
        [
            {"state": "failed", "cost_micros": 0, "failure_message": "It was refused. " * 90},
            {"state": "accepted", "cost_micros": None, "cost_basis": None},
            None,
            {},
        ]
    )
    design = grid(seed=[1, 2, 3, 4])
    cells.put(design, lambda _cell: next(fates))

    (image,) = pictures_in("x.png", cells.bytes_of(Form.PNG, design))

    assert counts(image)[EMPTY] > 4 * 128 * 128 * 0.6


def test_a_damaged_picture_costs_no_other_its_place(cells: CellTakings) -> None:
    painted(cells)
    lost = cells.takings.reader.runs.of(["x10001"])[0].pictures[0]["sha256"]
    cells.takings.originals.path(lost).write_bytes(b"no picture")

    for size in (PictureSize.SMALL, PictureSize.HUGE):
        (image, *_more) = pictures_in(
            (found := cells.fetch(Form.PNG, DESIGN, size=size)).name, b"".join(found.data)
        )
        assert shows(image, EMPTY)


def test_a_pdf_has_a_page_for_each_sheet(
    cells: CellTakings, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted(cells)
    one = cells.fetch(Form.PDF, DESIGN)
    alone = b"".join(one.data)
    monkeypatch.setattr(sheets, "MOST_PIXELS", 250_000)
    many = cells.bytes_of(Form.PDF, DESIGN)

    assert (one.name[-4:], one.mime) == (".pdf", "application/pdf")
    assert alone.startswith(b"%PDF")
    assert many.rstrip().endswith(b"%%EOF")
    assert _pages(alone) == 1
    assert _pages(many) > 3


def _pages(pdf: bytes) -> int:
    """As the last of its page trees counts them."""
    return int(re.findall(rb"/Count (\d+)", pdf)[-1])


@pytest.fixture
def without_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(lettering, "FONTS", ())
    lettering._fonts.cache_clear()
    lettering._has.cache_clear()
    yield
    lettering._fonts.cache_clear()
    lettering._has.cache_clear()


@pytest.mark.parametrize("form", [Form.PNG, Form.PDF])
def test_words_that_no_font_has_stand_in_an_index_beside_the_picture(
    cells: CellTakings, without_fonts: None, form: Form
) -> None:
    design = replace(grid(animal=["cat", "风筝", "א"]), name="风")
    cells.put(design)

    zipped = zipfile.ZipFile(io.BytesIO(cells.bytes_of(form, design)))
    page = Page(zipped.read("index.html").decode())

    assert {"风", "风筝", "א", "2", "3"} <= set(page.text)
    assert "cat" not in page.text


def test_hostile_values_are_text_in_the_index(cells: CellTakings) -> None:
    design = replace(grid(animal=list(HOSTILE)), name="<script>alert(1)</script>")
    cells.put(design)
    layout = Layout(rows=(), columns=(), pages=("animal",))

    data = cells.bytes_of(Form.JPEG, design, layout=layout)
    zipped = zipfile.ZipFile(io.BytesIO(data))
    html = zipped.read("index.html").decode()
    page = Page(html)

    assert page.tags <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "h2", "p"),
        *("table", "thead", "tbody", "tr", "th", "td", "a"),
    }
    assert set(page.links) == set(zipped.namelist()) - {"index.html"}
    assert "default-src 'none'" in html
    assert "<script>alert(1)</script>" in "".join(page.text)


def test_an_experiment_of_which_nothing_is_shown_is_a_picture_that_says_so(
    cells: CellTakings,
) -> None:
    cells.put(DESIGN, lambda _cell: None)
    hidden = Layout((), (), (), {"resolution": frozenset({"1K", "2K"})})

    (image,) = pictures_in("x.png", cells.bytes_of(Form.PNG, DESIGN, layout=hidden))

    assert image.width >= 480


def test_drawing_tells_how_far_it_is_and_can_be_ended_between_two_lanes(
    cells: CellTakings,
) -> None:
    painted(cells)
    away = cells.away()
    token = away.order_cells(Form.PNG, asked_for(DESIGN))
    found = away.fetch(token)
    assert found is not None

    assert next(found.data) == b""
    transfer = away.transfer(token)
    assert transfer is not None
    assert 0 < transfer.gone_through < transfer.total == 12
    transfer.cancel()
    with pytest.raises(BrokenOff):
        b"".join(found.data)
