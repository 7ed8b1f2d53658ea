"""Dunes in low light: every crest has a bright side and a side in shadow."""

import numpy as np

from lib.sandbox.pictures.canvas import Canvas
from lib.sandbox.pictures.fields import Field, line, plane
from lib.sandbox.pictures.palettes import Colour, Palette, mix
from lib.sandbox.pictures.shapes import Outline, ellipse

_DUNES = 5


def paint_dunes(
    canvas: Canvas, palette: Palette, luck: np.random.Generator, words: set[str]
) -> None:
    """Sky and sun, then dunes from far to near, with wind-blown dust between."""
    sky = [palette.accent, mix(palette.accent, palette.light, 0.6), palette.light, palette.light]
    canvas.backdrop([mix(tone, palette.light, 0.15) for tone in sky])
    sun = (canvas.width * luck.uniform(0.15, 0.85), canvas.height * luck.uniform(0.16, 0.36))
    canvas.glow(*sun, 0.7, (255, 250, 235), 0.7)
    canvas.paint([ellipse(*sun, luck.uniform(0.05, 0.09))], (255, 252, 244))
    for place in range(_DUNES):
        nearness = place / (_DUNES - 1)
        if place == _DUNES - 2:
            canvas.refine()
        _dune(canvas, palette, luck, nearness)
        _dust(canvas, palette, luck, nearness)


def _dune(canvas: Canvas, palette: Palette, luck: np.random.Generator, nearness: float) -> None:
    x = canvas.columns()
    wave = line(luck, canvas.width * (1.5 - 0.5 * nearness), len(x), 3, 0.32)
    base = canvas.height * (0.46 + 0.40 * nearness**1.1)
    profile = base - wave * (0.05 + 0.10 * nearness) * canvas.height**0.5
    lit = mix(palette.light, palette.pale, 0.35 + 0.65 * nearness)
    low = mix(lit, palette.middle, 0.35 + 0.4 * nearness)
    canvas.ridge(profile.astype(np.float32), [lit, low, palette.middle], depth=9)
    shade = mix(mix(palette.middle, palette.pale, 0.5), palette.deep, 0.25 + 0.6 * nearness)
    for peak in _peaks(canvas, x, profile):
        _shadow(canvas, luck, (x, profile), peak, shade)


def _peaks(canvas: Canvas, x: Field, profile: Field) -> list[float]:
    """The x of every crest, looked for in steps that do not depend on the picture's pixels."""
    at = np.linspace(0, canvas.width, round(80 * canvas.width))
    high = np.interp(at, x, profile)
    inner = high[1:-1]
    return [float(v) for v in at[1:-1][(inner < high[:-2]) & (inner <= high[2:])]]


def _shadow(
    canvas: Canvas,
    luck: np.random.Generator,
    outline: tuple[Field, Field],
    peak: float,
    shade: Colour,
) -> None:
    """The lee side: from the peak along the crest to the right, back along a curved spine."""
    along = np.linspace(0, 1, 40)
    crest_x = peak + luck.uniform(0.35, 0.7) * np.linspace(0, 1, 80)
    crest = np.stack([crest_x, np.interp(crest_x, *outline)], axis=1)
    top, end = crest[0], crest[-1]
    foot = (peak - luck.uniform(-0.05, 0.22), top[1] + luck.uniform(0.25, 0.5) * canvas.height**0.7)
    bend = 0.10 * np.sin(along * 2 * np.pi) * (1 - along)
    spine_x = foot[0] + (peak - foot[0]) * along + bend
    spine = np.stack([spine_x, foot[1] + (top[1] - foot[1]) * along], axis=1)
    low = (foot[0] + 0.45 * (end[0] - foot[0]), foot[1] + 0.02)
    base = _bent((end[0], end[1]), low, foot)
    canvas.paint([np.concatenate([crest, base, spine])], shade, 0.92)


def _bent(start: tuple[float, float], by: tuple[float, float], end: tuple[float, float]) -> Outline:
    along = np.linspace(0, 1, 40)[:, None]
    towards, onwards = np.array(start) * (1 - along), np.array(end) * along
    return towards * (1 - along) + 2 * np.array(by) * along * (1 - along) + onwards * along


def _dust(canvas: Canvas, palette: Palette, luck: np.random.Generator, nearness: float) -> None:
    if nearness > 0.8:
        return
    alpha = plane(luck, (canvas.width * 2, 2), (160, 48), 4, 0.5)
    rows = np.linspace(0, 1, 48, dtype=np.float32)[:, None]
    alpha *= np.clip(np.sin(np.pi * rows), 0, 1) * (0.65 - 0.35 * nearness)
    middle = canvas.height * (0.56 + 0.34 * nearness)
    canvas.veil(alpha, palette.light, middle - 0.10, middle + 0.13)
