"""The sea under a low sun: clouds, a path of light on the water, perhaps a sail."""

import numpy as np

from lib.sandbox.pictures.canvas import Canvas
from lib.sandbox.pictures.fields import line, plane
from lib.sandbox.pictures.palettes import Palette, mix
from lib.sandbox.pictures.shapes import ellipse, points

_SAIL_WORDS = frozenset(
    ["boat", "ship", "sail", "sailboat", "yacht", "harbor", "harbour", "regatta"]
)


def paint_sea(canvas: Canvas, palette: Palette, luck: np.random.Generator, words: set[str]) -> None:
    """Sky, sun and clouds above the horizon; water and its light below."""
    horizon = canvas.height * luck.uniform(0.48, 0.6)
    sun = (canvas.width * luck.uniform(0.25, 0.75), horizon - luck.uniform(0.02, 0.2))
    _sky(canvas, palette, luck, horizon, sun)
    _island(canvas, palette, luck, horizon)
    _water(canvas, palette, luck, horizon)
    canvas.glow(sun[0], horizon + 0.03, 0.6, palette.light, 0.5, 0.35)
    canvas.refine()
    _swell(canvas, palette, luck, horizon)
    _glitter(canvas, palette, luck, horizon, sun[0])
    for _ in range(luck.integers(1, 4) if words & _SAIL_WORDS else 0):
        _sail(canvas, palette, luck, horizon)


def _sky(
    canvas: Canvas,
    palette: Palette,
    luck: np.random.Generator,
    horizon: float,
    sun: tuple[float, float],
) -> None:
    tones = [palette.deep, palette.middle, palette.pale, palette.light]
    canvas.backdrop([*tones, *([palette.light] * round(4 * (canvas.height / horizon - 1)))])
    canvas.glow(*sun, 0.9, palette.accent, 0.6)
    canvas.glow(*sun, 0.35, palette.light, 0.85)
    canvas.paint(
        [ellipse(*sun, luck.uniform(0.06, 0.11))], mix(palette.light, (255, 255, 255), 0.7)
    )
    for tone, share in ((palette.pale, 0.8), (palette.light, 0.6), (palette.middle, 0.45)):
        cloud = plane(luck, (canvas.width * 1.4, 5), (260, 90), 5, 0.55)
        rows = np.linspace(0, 1, 90, dtype=np.float32)[:, None]
        thin = np.clip((cloud - 0.5) * 2.6, 0, 1) * np.clip(np.sin(np.pi * rows), 0, 1)
        canvas.veil(thin * share, tone, horizon * luck.uniform(-0.1, 0.2), horizon)


def _island(canvas: Canvas, palette: Palette, luck: np.random.Generator, horizon: float) -> None:
    for nearness in (0.0, 1.0):
        x = canvas.columns()
        middle = canvas.width * luck.uniform(0, 1)
        reach = np.clip(1 - np.abs(x - middle) / (0.42 - 0.1 * nearness), 0, None)
        rough = 1 + 0.5 * line(luck, canvas.width * 6, len(x), 7, 0.55)
        profile = horizon + 0.001 - reach**1.4 * 0.13 * rough
        tone = mix(palette.pale, palette.deep, 0.35 + 0.35 * nearness)
        canvas.ridge(profile.astype(np.float32), [tone, mix(tone, palette.light, 0.25)], depth=0.3)


def _water(canvas: Canvas, palette: Palette, luck: np.random.Generator, horizon: float) -> None:
    flat = np.full(canvas.image.width, horizon, dtype=np.float32)
    near = mix(palette.dark, palette.deep, 0.5)
    canvas.ridge(
        flat, [mix(palette.light, palette.middle, 0.45), palette.middle, palette.deep, near]
    )
    sheen = plane(luck, (canvas.width * 1.5, 14), (160, 120), 4, 0.6)
    canvas.veil(np.clip(sheen - 0.45, 0, 1) * 0.8, palette.pale, horizon + 0.01, canvas.height)


def _swell(canvas: Canvas, palette: Palette, luck: np.random.Generator, horizon: float) -> None:
    """Long dark and light ripples, larger towards the viewer."""
    for _ in range(round(220 * canvas.width)):
        nearness = luck.random() ** 1.7
        y = horizon + 0.004 + nearness * (canvas.height - horizon)
        x = luck.uniform(0, canvas.width)
        half = 0.012 + 0.11 * nearness * luck.uniform(0.4, 1)
        tone = mix(palette.deep, palette.dark, nearness)
        if luck.random() < 0.45:
            tone = mix(palette.pale, palette.middle, nearness)
        thick = 0.0008 + 0.005 * nearness
        canvas.paint([ellipse(x, y, half, thick)], tone, luck.uniform(0.15, 0.45))


def _glitter(
    canvas: Canvas, palette: Palette, luck: np.random.Generator, horizon: float, sun: float
) -> None:
    bright = mix(palette.light, (255, 255, 255), 0.5)
    for _ in range(320):
        nearness = luck.random() ** 1.25
        y = horizon + 0.003 + nearness * (canvas.height - horizon)
        x = sun + luck.normal(0, 0.018 + 0.085 * nearness)
        half = (0.006 + 0.03 * nearness) * luck.uniform(0.4, 1.2)
        canvas.paint(
            [ellipse(x, y, half, 0.0008 + 0.0035 * nearness)], bright, luck.uniform(0.4, 1)
        )


def _sail(canvas: Canvas, palette: Palette, luck: np.random.Generator, horizon: float) -> None:
    size = luck.uniform(0.06, 0.17)
    x, y = canvas.width * luck.uniform(0.1, 0.9), horizon + size * 0.5
    cloth = mix(palette.light, (255, 255, 255), 0.5)
    lean = luck.uniform(-0.05, 0.12)
    mast = (x + lean * size, y - size * 1.5)
    hull = points(
        (x - 0.5 * size, y - 0.12 * size),
        (x + 0.62 * size, y - 0.14 * size),
        (x + 0.42 * size, y + 0.06 * size),
        (x - 0.38 * size, y + 0.06 * size),
    )
    canvas.paint([ellipse(x, y + 0.12 * size, size * 0.5, size * 0.07)], palette.dark, 0.45)
    canvas.paint([hull], palette.dark)
    canvas.paint(
        [points(mast, (x + 0.03 * size, y - 0.18 * size), (x + 0.6 * size, y - 0.22 * size))], cloth
    )
    canvas.paint(
        [points(mast, (x - 0.03 * size, y - 0.18 * size), (x - 0.45 * size, y - 0.2 * size))],
        mix(cloth, palette.accent, 0.55),
    )
