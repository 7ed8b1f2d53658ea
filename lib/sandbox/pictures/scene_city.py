"""A city after dark: towers with lit windows, haze, signs, and a wet street that mirrors them."""

import numpy as np
from PIL import Image, ImageDraw

from lib.sandbox.pictures.canvas import Canvas
from lib.sandbox.pictures.fields import plane
from lib.sandbox.pictures.palettes import Colour, Palette, mix
from lib.sandbox.pictures.shapes import box, ellipse

_ROWS = 4
_LAMP: Colour = (255, 214, 150)


def paint_city(
    canvas: Canvas, palette: Palette, luck: np.random.Generator, words: set[str]
) -> None:
    """Sky and moon, four rows of towers from far to near, then their reflection."""
    street = canvas.height * luck.uniform(0.74, 0.82)
    canvas.backdrop([palette.dark, palette.deep, palette.middle, palette.pale, palette.pale])
    moon = (canvas.width * luck.uniform(0.2, 0.8), canvas.height * luck.uniform(0.16, 0.34))
    canvas.glow(*moon, 0.7, palette.accent, 0.4)
    canvas.paint([ellipse(*moon, luck.uniform(0.07, 0.15))], mix(palette.light, palette.pale, 0.2))
    for row in range(_ROWS):
        nearness = row / (_ROWS - 1)
        if row == _ROWS - 2:
            canvas.refine()
        _towers(canvas, palette, luck, nearness, street)
        if row < _ROWS - 1:
            _haze(canvas, palette, luck, nearness, street)
    _signs(canvas, palette, luck, street)
    _reflection(canvas, palette, luck, street)


def _towers(
    canvas: Canvas, palette: Palette, luck: np.random.Generator, nearness: float, street: float
) -> None:
    tone = mix(mix(palette.middle, palette.pale, 0.45), palette.dark, 0.25 + 0.72 * nearness)
    x = -luck.uniform(0, 0.1)
    while x < canvas.width:
        wide = luck.uniform(0.06, 0.13) * (0.8 + 0.9 * nearness)
        tall = canvas.height * luck.uniform(0.18, 0.62 - 0.12 * nearness)
        top = max(street - tall, canvas.height * 0.05)
        face = mix(tone, palette.middle, luck.uniform(0, 0.12))
        canvas.paint([box(x, top, x + wide, street)], face)
        _roof(canvas, luck, face, x, top, wide)
        _windows(canvas, palette, luck, nearness, (x, top, x + wide, street))
        x += wide + max(0.0, luck.normal(0.0, 0.03)) * (1 + nearness)


def _roof(
    canvas: Canvas, luck: np.random.Generator, face: Colour, x: float, top: float, wide: float
) -> None:
    kind = luck.integers(3)
    if kind == 0:
        middle = x + wide * luck.uniform(0.3, 0.7)
        canvas.paint([box(middle - 0.0015, top - 0.06, middle + 0.0015, top)], face)
    elif kind == 1:
        canvas.paint([box(x + wide * 0.2, top - 0.025, x + wide * 0.8, top + 0.005)], face)


def _windows(
    canvas: Canvas,
    palette: Palette,
    luck: np.random.Generator,
    nearness: float,
    tower: tuple[float, float, float, float],
) -> None:
    """Windows in whole pixels, straight onto the picture: there are thousands."""
    draw, unit = ImageDraw.Draw(canvas.image), canvas.unit
    step = 0.011 + 0.011 * nearness
    across, down = int((tower[2] - tower[0]) / step - 0.6), int((tower[3] - tower[1]) / step / 1.25)
    lit = luck.random((max(down, 0), max(across, 0))) < luck.uniform(0.12, 0.5)
    tones = [mix(_LAMP, palette.light, 0.4), palette.accent, mix(palette.light, palette.pale, 0.5)]
    tones = [mix(tone, palette.middle, 0.5 - 0.45 * nearness) for tone in tones]
    favourite = int(luck.integers(3))
    inset = (tower[2] - tower[0] - across * step) / 2
    for floor, place in np.argwhere(lit):
        left = (tower[0] + inset + (place + 0.18) * step) * unit
        top = (tower[1] + (floor + 0.5) * step * 1.25) * unit
        tone = tones[favourite if (floor * 7 + place * 3) % 5 else (favourite + 1) % 3]
        draw.rectangle((left, top, left + step * 0.62 * unit, top + step * 0.72 * unit), fill=tone)


def _haze(
    canvas: Canvas, palette: Palette, luck: np.random.Generator, nearness: float, street: float
) -> None:
    alpha = plane(luck, (canvas.width * 2, 2), (160, 64), 4, 0.5)
    alpha *= np.linspace(0, 1, 64, dtype=np.float32)[:, None] ** 1.3 * (0.85 - 0.35 * nearness)
    tone = mix(palette.pale, palette.middle, 0.2 + 0.4 * nearness)
    canvas.veil(alpha, tone, street - canvas.height * 0.4, street)


def _signs(canvas: Canvas, palette: Palette, luck: np.random.Generator, street: float) -> None:
    for _ in range(round(7 * canvas.width)):
        x, y = luck.uniform(0, canvas.width), street - luck.uniform(0.06, 0.3)
        tall, wide = luck.uniform(0.05, 0.13), luck.uniform(0.010, 0.020)
        tone = (palette.accent, palette.pale, _LAMP)[int(luck.integers(3))]
        canvas.glow(x, y, tall * 1.3, tone, 0.6)
        canvas.paint(
            [box(x - wide, y - tall / 2, x + wide, y + tall / 2)], mix(tone, palette.dark, 0.55)
        )
        for part in np.linspace(-0.36, 0.36, 4) * tall:
            glyph = box(
                x - wide * 0.6, y + part - tall * 0.07, x + wide * 0.6, y + part + tall * 0.07
            )
            canvas.paint([glyph], mix(tone, (255, 255, 255), 0.55))
    canvas.glow(canvas.width / 2, street, canvas.width * 0.6, palette.accent, 0.25, 0.12)


def _reflection(canvas: Canvas, palette: Palette, luck: np.random.Generator, street: float) -> None:
    """The lower part mirrored, drawn out downwards and broken by ripples."""
    picture, edge = canvas.image, int(street * canvas.unit)
    deep = picture.height - edge
    source = picture.crop((0, max(0, edge - round(deep * 1.5)), picture.width, edge))
    soft = source.resize((max(1, picture.width // 6), max(1, deep // 14)), Image.Resampling.BOX)
    mirror = soft.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    picture.paste(mirror.resize((picture.width, deep), Image.Resampling.BICUBIC), (0, edge))
    shade = np.linspace(0.15, 0.75, 32, dtype=np.float32)[:, None] * np.ones((1, 4), np.float32)
    canvas.veil(shade, palette.dark, street, canvas.height)
    for _ in range(round(150 * canvas.width)):
        nearness = luck.random()
        y = street + nearness * (canvas.height - street)
        half = luck.uniform(0.01, 0.06) * (0.4 + nearness)
        tone = palette.dark if luck.random() < 0.6 else palette.pale
        shape = ellipse(luck.uniform(0, canvas.width), y, half, 0.0008 + 0.0018 * nearness)
        canvas.paint([shape], tone, luck.uniform(0.15, 0.5))
