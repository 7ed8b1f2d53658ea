"""A still life: fruit, a vessel and leaves on a table, in light from the upper left."""

import numpy as np
from numpy.typing import NDArray

from lib.sandbox.pictures.canvas import Canvas, ball, gradient
from lib.sandbox.pictures.fields import plane
from lib.sandbox.pictures.palettes import Colour, Palette, mix
from lib.sandbox.pictures.shapes import Outline, ellipse, leaf, stroke

_PRODUCT_WORDS = frozenset(
    [
        "product",
        "perfume",
        "bottle",
        "cosmetic",
        "jar",
        "packaging",
        "pedestal",
        "studio",
        "skincare",
        "cream",
    ]
)


def paint_still_life(
    canvas: Canvas, palette: Palette, luck: np.random.Generator, words: set[str]
) -> None:
    """A wall with a pool of light, a table, and things on it from back to front."""
    table = canvas.height * 0.64
    _room(canvas, palette, luck, table)
    canvas.refine()
    for place in range(max(1, round(canvas.width / 1.3))):
        middle = (place + 0.5) / max(1, round(canvas.width / 1.3)) * canvas.width
        if words & _PRODUCT_WORDS:
            _podium(canvas, palette, middle, table + 0.16)
            _vessel(canvas, palette, luck, middle, table + 0.05)
        else:
            side = -1 if luck.random() < 0.5 else 1
            _vessel(canvas, palette, luck, middle + side * 0.17, table + 0.1)
            _fruits(canvas, palette, luck, middle - side * 0.1, table + 0.17)


def _room(canvas: Canvas, palette: Palette, luck: np.random.Generator, table: float) -> None:
    wall = mix(palette.middle, palette.pale, 0.35)
    canvas.backdrop([mix(wall, palette.deep, 0.35), wall, wall])
    stain = plane(luck, (canvas.width * 3, canvas.height * 3), (200, 200), 5, 0.6)
    canvas.veil(np.clip(stain - 0.4, 0, 1) * 0.35, palette.pale, 0, canvas.height)
    canvas.glow(canvas.width * 0.38, table * 0.55, 0.85, palette.light, 0.75)
    slab = np.full(canvas.image.width, table, dtype=np.float32)
    top = mix(palette.light, palette.pale, 0.55)
    canvas.ridge(slab, [mix(top, palette.middle, 0.25), top, mix(top, palette.middle, 0.5)])
    canvas.glow(canvas.width * 0.3, table + 0.16, 0.7, palette.light, 0.6, 0.25)
    canvas.glow(canvas.width, canvas.height, 0.9, palette.deep, 0.5)


def _shadow(canvas: Canvas, palette: Palette, x: float, y: float, size: float) -> None:
    canvas.glow(x + size * 0.75, y, size * 2.1, palette.dark, 0.75, 0.24)
    canvas.glow(x + size * 0.1, y, size * 1.15, palette.dark, 0.9, 0.22)


def _podium(canvas: Canvas, palette: Palette, x: float, foot: float) -> None:
    tone = mix(palette.light, palette.pale, 0.35)
    _shadow(canvas, palette, x, foot, 0.25)
    body = _turned(_profile([(0, 0.23), (1, 0.23)]), x, foot - 0.12, foot)
    canvas.paint([body, ellipse(x, foot, 0.23, 0.035)], _round_fill(tone, palette))
    canvas.paint([ellipse(x, foot - 0.12, 0.23, 0.035)], mix(tone, (255, 255, 255), 0.45))


def _vessel(
    canvas: Canvas, palette: Palette, luck: np.random.Generator, x: float, foot: float
) -> None:
    tall, wide = luck.uniform(0.32, 0.42), luck.uniform(0.085, 0.125)
    neck = luck.uniform(0.28, 0.5)
    knots = [
        (0, neck * 1.15),
        (0.06, neck),
        (0.22, neck * 0.9),
        (0.45, 1.0),
        (0.8, 0.92),
        (1, 0.62),
    ]
    tone = mix(palette.accent, palette.light, luck.uniform(0, 0.25))
    _shadow(canvas, palette, x, foot, wide)
    shape = _turned(_profile([(a, b * wide) for a, b in knots]), x, foot - tall, foot)
    base = ellipse(x, foot, wide * 0.62, wide * 0.14)
    canvas.paint([shape, base], _round_fill(tone, palette))
    mouth = foot - tall
    canvas.paint(
        [ellipse(x, mouth, wide * neck * 1.15, wide * neck * 0.28)], mix(tone, palette.dark, 0.6)
    )
    canvas.paint(
        [ellipse(x - wide * 0.45, foot - tall * 0.42, wide * 0.10, tall * 0.13)],
        (255, 255, 255),
        0.35,
    )
    _sprig(canvas, palette, luck, x, mouth)


def _sprig(canvas: Canvas, palette: Palette, luck: np.random.Generator, x: float, y: float) -> None:
    """A few leafy twigs out of the vessel."""
    for lean in luck.normal(0, 0.35, 4):
        along = np.linspace(0, 1, 14)
        high = luck.uniform(0.16, 0.26)
        path = np.stack([x + np.sin(lean * along * 1.6) * high * along, y - high * along], axis=1)
        green = mix(palette.deep, palette.middle, luck.uniform(0, 0.6))
        canvas.paint([stroke(path, 0.004)], mix(green, palette.dark, 0.4))
        for i in range(4, 14, 2):
            for side in (-1, 1):
                turn = -np.pi / 2 + lean + side * luck.uniform(0.5, 1.0)
                blade = leaf(path[i][0], path[i][1], luck.uniform(0.04, 0.065), 0.02, turn)
                canvas.paint([blade], mix(green, palette.pale, luck.uniform(0, 0.35)))


def _fruits(
    canvas: Canvas, palette: Palette, luck: np.random.Generator, x: float, y: float
) -> None:
    places = [
        (-0.17, -0.06),
        (0.06, -0.07),
        (-0.05, 0.0),
        (0.17, 0.01),
        (-0.26, 0.03),
        (0.04, 0.08),
    ]
    tones = [palette.accent, palette.pale, palette.middle, mix(palette.accent, palette.light, 0.5)]
    for place, (right, down) in enumerate(places[: int(luck.integers(4, 7))]):
        size = luck.uniform(0.062, 0.092)
        tone = tones[(place + int(luck.integers(2))) % len(tones)]
        middle = (x + right + luck.normal(0, 0.012), y + down - size * 0.8)
        if luck.random() < 0.3:
            _half_fruit(canvas, palette, middle, size, tone)
        else:
            _fruit(canvas, palette, luck, middle, size, tone)


def _fruit(
    canvas: Canvas,
    palette: Palette,
    luck: np.random.Generator,
    middle: tuple[float, float],
    size: float,
    tone: Colour,
) -> None:
    x, y = middle
    _shadow(canvas, palette, x, y + size * 0.9, size)
    skin = ball(tone, mix(tone, (255, 255, 255), 0.75), mix(tone, palette.dark, 0.72))
    canvas.paint([ellipse(x, y, size, size * luck.uniform(0.9, 1.02))], skin)
    canvas.glow(x - size * 0.38, y - size * 0.42, size * 0.42, (255, 255, 255), 0.55)
    stem = np.array([[x, y - size * 0.86], [x + size * 0.12, y - size * 1.2]])
    canvas.paint([stroke(stem, size * 0.09)], palette.dark)
    if luck.random() < 0.6:
        green = mix(palette.deep, palette.middle, 0.5)
        canvas.paint(
            [leaf(stem[1][0], stem[1][1], size * 0.75, size * 0.3, luck.uniform(-0.7, 0.4))], green
        )


def _half_fruit(
    canvas: Canvas, palette: Palette, middle: tuple[float, float], size: float, tone: Colour
) -> None:
    """A cut citrus fruit that faces the viewer."""
    x, y = middle
    _shadow(canvas, palette, x, y + size * 0.9, size)
    canvas.paint([ellipse(x, y, size)], mix(tone, palette.dark, 0.15))
    canvas.paint([ellipse(x, y, size * 0.9)], mix(palette.light, (255, 255, 255), 0.5))
    flesh = ball(mix(tone, palette.light, 0.25), mix(tone, (255, 255, 255), 0.6), tone)
    canvas.paint([_wedge(x, y, size * 0.82, turn) for turn in np.arange(9) * 2 * np.pi / 9], flesh)


def _wedge(x: float, y: float, size: float, turn: float) -> Outline:
    angle = np.linspace(turn + 0.06, turn + 0.64, 12)
    rim = np.stack([x + size * np.cos(angle), y + size * np.sin(angle)], axis=1)
    heart = (x + size * 0.12 * np.cos(turn + 0.35), y + size * 0.12 * np.sin(turn + 0.35))
    return np.concatenate([rim, [heart]])


def _profile(knots: list[tuple[float, float]]) -> NDArray[np.float64]:
    """Half widths from top to bottom, smoothed between the knots."""
    at, half = np.array(knots).T
    fine = np.interp(np.linspace(0, 1, 61), at, half)
    return np.convolve(np.pad(fine, 4, mode="edge"), np.ones(9) / 9, mode="valid")


def _turned(half: NDArray[np.float64], x: float, top: float, foot: float) -> Outline:
    y = np.linspace(top, foot, len(half))
    left, right = np.stack([x - half, y], axis=1), np.stack([x + half, y], axis=1)
    return np.concatenate([left, right[::-1]])


def _round_fill(tone: Colour, palette: Palette) -> NDArray[np.uint8]:
    """The shading of something turned on a lathe, lit from the left."""
    dark = mix(tone, palette.dark, 0.7)
    stops = [
        mix(tone, dark, 0.35),
        mix(tone, (255, 255, 255), 0.55),
        tone,
        mix(tone, dark, 0.5),
        dark,
    ]
    return gradient(stops).transpose(1, 0, 2)
