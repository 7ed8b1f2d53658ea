"""A geometric poster: a grid of flat shapes in few colours."""

from collections.abc import Callable

import numpy as np

from lib.sandbox.pictures.canvas import Canvas
from lib.sandbox.pictures.palettes import Colour, Palette, mix
from lib.sandbox.pictures.shapes import Outline, arc, box, ellipse, points

Motif = Callable[[np.random.Generator, float, float, float], list[Outline]]
"""The outlines of one motif in a square cell: left, top and side."""


def paint_poster(
    canvas: Canvas, palette: Palette, luck: np.random.Generator, words: set[str]
) -> None:
    """Square cells, each with a ground and a motif; some of them cover four cells."""
    paper = mix(palette.light, (255, 255, 255), 0.35)
    canvas.backdrop([paper, mix(paper, palette.pale, 0.12)])
    canvas.refine()
    inks = [palette.dark, palette.middle, palette.accent, palette.pale, palette.deep]
    cells = int(luck.integers(3, 5))
    margin = 0.07
    side = (1 - 2 * margin) / cells
    columns = int((canvas.width - 2 * margin) / side + 1e-6)
    rows = int((canvas.height - 2 * margin) / side + 1e-6)
    start = ((canvas.width - columns * side) / 2, (canvas.height - rows * side) / 2)
    taken = np.zeros((rows, columns), dtype=bool)
    for row, column in np.ndindex(rows, columns):
        if not taken[row, column]:
            span = _span(luck, taken, row, column)
            taken[row : row + span, column : column + span] = True
            place = (start[0] + column * side, start[1] + row * side)
            _cell(canvas, luck, inks, place, side * span)


def _span(luck: np.random.Generator, taken: np.ndarray, row: int, column: int) -> int:
    room = taken[row : row + 2, column : column + 2]
    return 2 if room.shape == (2, 2) and not room.any() and luck.random() < 0.3 else 1


def _cell(
    canvas: Canvas,
    luck: np.random.Generator,
    inks: list[Colour],
    place: tuple[float, float],
    side: float,
) -> None:
    first, second, third = (inks[i] for i in luck.permutation(len(inks))[:3])
    if luck.random() < 0.72:
        canvas.paint([box(*place, place[0] + side, place[1] + side)], first)
    motif = _MOTIFS[int(luck.integers(len(_MOTIFS)))]
    canvas.paint(motif(luck, *place, side), second)
    if luck.random() < 0.3:
        canvas.paint([ellipse(place[0] + side / 2, place[1] + side / 2, side * 0.14)], third)


def _quarter(luck: np.random.Generator, left: float, top: float, side: float) -> list[Outline]:
    right, down = luck.integers(2), luck.integers(2)
    corner = (left + right * side, top + down * side)
    start = np.pi / 2 * ((0, 3), (1, 2))[right][down]
    rim = arc(*corner, side, None, start, start + np.pi / 2)
    return [np.concatenate([rim, [corner]])]


def _rings(luck: np.random.Generator, left: float, top: float, side: float) -> list[Outline]:
    middle = (left + side / 2, top + side / 2)
    return [_ring(*middle, side * reach, side * 0.05) for reach in (0.46, 0.34, 0.22, 0.10)]


def _ring(x: float, y: float, outer: float, width: float) -> Outline:
    return np.concatenate([ellipse(x, y, outer), ellipse(x, y, outer - width)[::-1]])


def _half(luck: np.random.Generator, left: float, top: float, side: float) -> list[Outline]:
    turn = np.pi / 2 * luck.integers(4)
    shift = (side / 4 * np.sin(turn), -side / 4 * np.cos(turn))
    middle = (left + side / 2 + shift[0], top + side / 2 + shift[1])
    return [arc(*middle, side / 2, None, 0, np.pi, turn)]


def _disc(luck: np.random.Generator, left: float, top: float, side: float) -> list[Outline]:
    return [ellipse(left + side / 2, top + side / 2, side * luck.uniform(0.32, 0.5))]


def _stripes(luck: np.random.Generator, left: float, top: float, side: float) -> list[Outline]:
    count = int(luck.integers(4, 8))
    at = np.arange(count) / count * side
    thick = side / count / 2
    if luck.random() < 0.5:
        return [box(left, top + a, left + side, top + a + thick) for a in at]
    return [box(left + a, top, left + a + thick, top + side) for a in at]


def _corner(luck: np.random.Generator, left: float, top: float, side: float) -> list[Outline]:
    square = [(left, top), (left + side, top), (left + side, top + side), (left, top + side)]
    skip = int(luck.integers(4))
    return [points(*(corner for i, corner in enumerate(square) if i != skip))]


def _dots(luck: np.random.Generator, left: float, top: float, side: float) -> list[Outline]:
    count = int(luck.integers(3, 6))
    at = (np.arange(count) + 0.5) / count * side
    return [ellipse(left + a, top + b, side / count * 0.28) for a in at for b in at]


def _petals(luck: np.random.Generator, left: float, top: float, side: float) -> list[Outline]:
    middle = (left + side / 2, top + side / 2)
    turns = np.arange(4) * np.pi / 2 + np.pi / 4
    return [
        ellipse(
            middle[0] + np.cos(turn) * side * 0.27,
            middle[1] + np.sin(turn) * side * 0.27,
            side * 0.27,
            side * 0.13,
            turn,
        )
        for turn in turns
    ]


_MOTIFS: tuple[Motif, ...] = (
    _quarter, _quarter, _half, _disc, _rings, _stripes, _corner, _dots, _petals,
)  # fmt: skip
