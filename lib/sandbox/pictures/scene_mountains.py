"""Mountains that fade into the distance, under stars or a low sun, with mist in the valleys."""

import numpy as np

from lib.sandbox.pictures.canvas import Canvas
from lib.sandbox.pictures.fields import Field, line, plane
from lib.sandbox.pictures.palettes import Colour, Palette, mix
from lib.sandbox.pictures.shapes import ellipse

_NIGHT_WORDS = frozenset(
    [
        "night",
        "star",
        "starry",
        "moon",
        "galaxy",
        "aurora",
        "twilight",
        "midnight",
        "space",
        "planet",
        "milky",
    ]
)
_RIDGES = 6


def paint_mountains(
    canvas: Canvas, palette: Palette, luck: np.random.Generator, words: set[str]
) -> None:
    """Sky, sun or moon, six ridges with mist between them, firs on the nearest."""
    night = bool(words & _NIGHT_WORDS)
    sky = [palette.dark, palette.deep, palette.middle, palette.pale, palette.light]
    canvas.backdrop([*sky, palette.light] if night else [*sky[1:], palette.light, palette.light])
    if night:
        _milky_way(canvas, palette, luck)
    disc = (canvas.width * luck.uniform(0.2, 0.8), canvas.height * luck.uniform(0.2, 0.42))
    canvas.glow(*disc, 0.75, palette.accent, 0.55)
    canvas.glow(*disc, 0.28, palette.light, 0.8)
    size = luck.uniform(0.05, 0.1)
    canvas.paint([ellipse(*disc, size)], mix(palette.light, (255, 255, 255), 0.6))
    if night:
        stars(canvas, luck, 0.55)
    for place in range(_RIDGES):
        nearness = place / (_RIDGES - 1)
        if nearness > 0.7:
            canvas.refine()
        _ridge(canvas, palette, luck, nearness)


def stars(canvas: Canvas, luck: np.random.Generator, down_to: float) -> None:
    """Small bright points, fewer towards the horizon."""
    for _ in range(round(130 * canvas.width * canvas.height)):
        x, y = luck.uniform(0, canvas.width), canvas.height * down_to * luck.random() ** 1.3
        bright, size = luck.random() ** 3, luck.uniform(0.0007, 0.0011)
        if bright > 0.7:
            canvas.glow(x, y, 0.018, (255, 255, 255), 0.5)
        canvas.paint([ellipse(x, y, size * (1 + bright))], (255, 255, 255), 0.45 + 0.55 * bright)


def _milky_way(canvas: Canvas, palette: Palette, luck: np.random.Generator) -> None:
    cloud = plane(luck, (canvas.width * 3, 3), (220, 130), 5, 0.6)
    across = np.linspace(0, 1, 220, dtype=np.float32)[None, :]
    down = np.linspace(0, 1, 130, dtype=np.float32)[:, None]
    lean = luck.uniform(-0.8, 0.8)
    band = np.exp(-(((down - 0.45 - lean * (across - 0.5)) / 0.22) ** 2))
    tone = mix(palette.pale, palette.accent, 0.35)
    canvas.veil(cloud**2 * band * 0.75, tone, -0.1, canvas.height * 0.7)


def _ridge(canvas: Canvas, palette: Palette, luck: np.random.Generator, nearness: float) -> None:
    count = canvas.image.width
    tall = (0.20 - 0.10 * nearness) * canvas.height**0.5
    height = line(luck, canvas.width * (1.3 + nearness), count, 9, 0.46)
    profile = canvas.height * (0.50 + 0.36 * nearness) - np.abs(height) * tall * 1.6
    tone = _tone(palette, nearness)
    if nearness > 0.7:
        profile += firs(canvas, luck, 0.03 + 0.10 * (nearness - 0.7) / 0.3)
    hazy = mix(tone, palette.light, 0.5 * (1 - nearness))
    canvas.ridge(
        profile.astype(np.float32),
        [tone, hazy, hazy],
        depth=0.55 * canvas.height if nearness < 1 else 9,
    )
    if nearness < 0.95:
        _mist(canvas, palette, luck, nearness)


def _tone(palette: Palette, nearness: float) -> Colour:
    far = mix(palette.pale, palette.middle, 0.45)
    middle = mix(palette.middle, palette.deep, 0.5)
    if nearness < 0.5:
        return mix(far, middle, nearness * 2)
    return mix(middle, palette.dark, nearness * 2 - 1)


def _mist(canvas: Canvas, palette: Palette, luck: np.random.Generator, nearness: float) -> None:
    alpha = plane(luck, (canvas.width * 1.5, 2), (160, 60), 4, 0.5)
    rows = np.linspace(0, 1, 60, dtype=np.float32)[:, None]
    alpha *= np.clip(np.sin(np.pi * rows), 0, 1) * (0.75 - 0.3 * nearness)
    middle = canvas.height * (0.60 + 0.34 * nearness)
    canvas.veil(alpha, mix(palette.light, palette.pale, nearness), middle - 0.16, middle + 0.16)


def firs(canvas: Canvas, luck: np.random.Generator, tall: float) -> Field:
    """What a row of firs adds to a profile (less is higher)."""
    x = canvas.columns()
    rise = np.zeros(len(x), dtype=np.float32)
    for _ in range(round(canvas.width * 3.2 / tall)):
        foot, high = luck.uniform(0, canvas.width), tall * luck.uniform(0.35, 1.0) ** 1.2
        half = high * 0.22
        low, top = np.searchsorted(x, (foot - half, foot + half))
        reach = 1 - np.abs(x[low:top] - foot) / half
        boughs = reach + 0.07 * np.sin(reach * 42) * (1 - reach)
        rise[low:top] = np.minimum(rise[low:top], -high * np.clip(boughs, 0, 1))
    return rise
