"""The pictures of a run on its card: whole, in their own shape, each with its download."""

import streamlit as st

from lib.domain.run import Picture, Run
from lib.ui.asked import allowed_input
from lib.ui.card_states import asked_for
from lib.ui.sizes import in_words

TALLEST_ALONE = 520
TALLEST_OF_SEVERAL = 380
"""Pixels: a picture is never drawn taller, so that 1:8 does not fill three screens."""
LARGEST_INLINE = 4_000_000
"""Bytes: a larger original is shown as its thumbnail, one click away from the whole."""
NARROWEST = 130
HEIGHT_OF_PLACE = 300
NARROWEST_PLACE = 40
WIDEST_PLACE = 640
WIDE = 2.2
TALL = 0.5


def draw_pictures(run: Run) -> None:
    """Draw all pictures: one alone, several in a grid that suits their shape."""
    if len(run.pictures) == 1:
        _draw(run, run.pictures[0], tallest=TALLEST_ALONE)
        return
    ratio = _ratio(run.pictures[0])
    grid = st.grid(
        _columns(ratio, len(run.pictures)), min_column_width=_narrowest(ratio), gap="small"
    )
    for picture in run.pictures:
        with grid.cell():
            _draw(run, picture, tallest=TALLEST_OF_SEVERAL)


def draw_places(run: Run) -> None:
    """Draw empty places where the pictures will be, of the shape that was asked for."""
    count, ratio = asked_for(run), _asked_ratio(run)
    height = HEIGHT_OF_PLACE if count == 1 else HEIGHT_OF_PLACE // 2
    width = max(NARROWEST_PLACE, round(height * ratio))
    grid = st.grid(_columns(ratio, count), min_column_width=_narrowest(ratio), gap="small")
    for _ in range(count):
        with grid.cell():
            st.skeleton(height=min(height, round(WIDEST_PLACE / ratio)), width=width)


def width_for(picture: Picture, *, tallest: int) -> int:
    """How wide to draw a picture, in pixels, so that it is not taller than `tallest`.

    Where there is less room it is drawn smaller, in its own shape.
    """
    return max(1, round(tallest * _ratio(picture)))


def _draw(run: Run, picture: Picture, *, tallest: int) -> None:
    with st.container(gap="xxsmall"):
        if picture.problem:
            st.markdown(":orange[:material/broken_image:] This file cannot be shown. It is kept.")
            st.text(picture.problem)
        else:
            st.image(
                _address(picture, is_alone=len(run.pictures) == 1),
                width=width_for(picture, tallest=tallest),
                link=f"/app/static/img/{picture.sha256}?run={run.id}",
                alt=f"Picture {picture.index + 1} of {len(run.pictures)}",
            )
        st.link_button(
            _described(picture, is_narrow=_is_narrow(run)),
            f"/app/static/download/{picture.sha256}?run={run.id}",
            key=f"download_{run.id}_{picture.index}",
            icon=":material/download:",
            type="tertiary",
            help="Download, with the record of how it was made inside the file",
        )


def _address(picture: Picture, *, is_alone: bool) -> str:
    is_original = is_alone and picture.size_bytes <= LARGEST_INLINE
    return f"/app/static/{'img' if is_original else 'thumb'}/{picture.sha256}"


def _described(picture: Picture, *, is_narrow: bool) -> str:
    """Size and format; below a row of very tall pictures there is room for the format only."""
    kind = picture.mime.rpartition("/")[2].upper() if picture.width else "File"
    if is_narrow:
        return kind
    pixels = f"{picture.width} × {picture.height} · " if picture.width else ""
    return f"{pixels}{kind} · {in_words(picture.size_bytes)}"


def _is_narrow(run: Run) -> bool:
    return len(run.pictures) > 1 and _ratio(run.pictures[0]) < TALL


def _ratio(picture: Picture) -> float:
    return picture.width / picture.height if picture.width and picture.height else 1.0


def _asked_ratio(run: Run) -> float:
    """The shape that was asked for; a square where the model decides."""
    width, _, height = str(allowed_input(run).get("aspect_ratio", "")).partition(":")
    return int(width) / int(height) if width.isdecimal() and height.isdecimal() else 1.0


def _columns(ratio: float, count: int) -> int:
    """How many stand side by side: very wide pictures under one another, very tall ones in a row."""
    if ratio > WIDE or count == 1:
        return 1
    return count if ratio < TALL else 2


def _narrowest(ratio: float) -> int:
    return NARROWEST // 2 if ratio < TALL else NARROWEST
