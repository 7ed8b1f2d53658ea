"""A forest in depth: layers of trunks that fade into mist, and a hanging hotel if asked for."""

from collections.abc import Iterator

import numpy as np

from lib.sandbox.pictures.canvas import Canvas, Fill, to_fill
from lib.sandbox.pictures.fields import line, plane
from lib.sandbox.pictures.palettes import Colour, Palette, mix
from lib.sandbox.pictures.shapes import Outline, ellipse, points, stroke
from lib.sandbox.pictures.treehouse import paint_treehouse

_HOTEL_WORDS = frozenset(
    [
        "treehouse",
        "treehouses",
        "pod",
        "pods",
        "hotel",
        "cabin",
        "lodge",
        "bioluminescent",
        "glowing",
        "lantern",
    ]
)
_LAYERS = 5


def paint_forest(
    canvas: Canvas, palette: Palette, luck: np.random.Generator, words: set[str]
) -> None:
    """Trunks from far to near, mist between them, ferns in front."""
    hotel = bool(words & _HOTEL_WORDS)
    canvas.backdrop([palette.deep, palette.middle, palette.pale, palette.light, palette.middle])
    heart = canvas.width * luck.uniform(0.35, 0.65)
    canvas.glow(heart, canvas.height * 0.6, 0.9, palette.light, 0.75)
    for layer in range(_LAYERS):
        nearness = layer / (_LAYERS - 1)
        _trunks(canvas, palette, luck, nearness, bare=hotel and nearness > 0.7)
        _canopy(canvas, palette, luck, nearness)
        if nearness < 0.9:
            _mist(canvas, palette, luck, nearness)
    if hotel:
        paint_treehouse(canvas, palette, luck)
    else:
        _shafts(canvas, palette, luck, heart)
        canvas.refine()
    _ferns(canvas, palette, luck)
    _fireflies(canvas, palette, luck, 26 if hotel else 12)


def _tone(palette: Palette, nearness: float) -> Colour:
    far = mix(palette.pale, palette.middle, 0.6)
    return mix(far, palette.dark, nearness**0.75)


def _trunks(
    canvas: Canvas, palette: Palette, luck: np.random.Generator, nearness: float, *, bare: bool
) -> None:
    count = max(2, round(canvas.width * (15 - 12 * nearness)))
    skin = _bark(luck, palette, _tone(palette, nearness))
    for place in range(count):
        x = (place + luck.uniform(0.1, 0.9)) / count * canvas.width
        girth = (0.018 + 0.075 * nearness**1.3) * luck.uniform(0.7, 1.5)
        lean = luck.normal(0, 0.02)
        wobble = np.interp(np.linspace(0, 3, 24), range(4), luck.normal(0, 0.007, 4))
        if not bare:
            _trunk(canvas, x, girth, lean, wobble, skin)


def _trunk(
    canvas: Canvas, x: float, girth: float, lean: float, wobble: np.ndarray, fill: Fill
) -> None:
    along = np.linspace(0, 1, 24)
    path = np.stack([x + lean * along + wobble, canvas.height * 1.02 * (1 - along)], axis=1)
    width = girth * (1 - 0.35 * along + 0.9 * np.exp(-along * canvas.height * 14))
    canvas.paint([stroke(path, width)], fill)


def _bark(luck: np.random.Generator, palette: Palette, tone: Colour) -> Fill:
    """A fill for a trunk: upright fissures, and a rim of light on one side."""
    grain = plane(luck, (9, 4), (96, 384), 4, 0.6)
    across = np.linspace(-1, 1, 96, dtype=np.float32)[None, :]
    light = np.clip(0.35 - across * 0.5, 0, 1) * 0.30 + (grain - 0.5) * 0.34
    low, high = np.array(tone, np.float32) * 0.72, np.array(mix(tone, palette.pale, 0.5))
    share = np.clip(light + 0.22, 0, 1)[:, :, None]
    return to_fill(low * (1 - share) + high * share)


def _canopy(canvas: Canvas, palette: Palette, luck: np.random.Generator, nearness: float) -> None:
    count = canvas.image.width
    rough = line(luck, canvas.width * 2, count, 4, 0.6)
    leaves = line(luck, canvas.width * 28, count, 5, 0.75)
    drop = canvas.height * (0.20 - 0.13 * nearness) + rough * 0.09 + leaves * 0.035
    tone = _tone(palette, nearness)
    canvas.ridge(drop.astype(np.float32), [mix(tone, palette.dark, 0.35), tone], hanging=True)


def _mist(canvas: Canvas, palette: Palette, luck: np.random.Generator, nearness: float) -> None:
    alpha = plane(luck, (canvas.width * 2, 3), (192, 96), 4, 0.55)
    rows = np.linspace(0, 1, 96, dtype=np.float32)[:, None]
    alpha *= np.clip(np.sin(np.pi * rows), 0, 1) ** 1.2 * (0.95 - 0.45 * nearness)
    top = canvas.height * (0.28 + 0.12 * nearness)
    tone = mix(palette.pale, palette.light, 0.45 - 0.4 * nearness)
    canvas.veil(alpha, tone, top, canvas.height * 1.02)


def _shafts(canvas: Canvas, palette: Palette, luck: np.random.Generator, heart: float) -> None:
    for _ in range(max(5, round(canvas.width * 5))):
        top = heart + luck.normal(0, 0.2 * canvas.width)
        spread = (top - heart) * 1.3 + luck.normal(0.1, 0.1)
        thick = luck.uniform(0.02, 0.07)
        beam = points(
            (top, -0.05),
            (top + thick, -0.05),
            (top + thick * 2.6 + spread, canvas.height * 0.9),
            (top + spread - thick, canvas.height * 0.9),
        )
        canvas.paint([beam], palette.light, luck.uniform(0.03, 0.10))


def _ferns(canvas: Canvas, palette: Palette, luck: np.random.Generator) -> None:
    for depth, tone in ((0.085, mix(palette.dark, palette.deep, 0.6)), (0.03, palette.dark)):
        ground = line(luck, canvas.width * 2, canvas.image.width, 4, 0.5) * np.float32(0.02)
        canvas.ridge(ground + np.float32(canvas.height - depth), [tone, mix(tone, (0, 0, 0), 0.5)])
        for _ in range(round(canvas.width * 9)):
            foot = luck.uniform(0, canvas.width), canvas.height - depth + 0.03
            fronds = list(_tuft(luck, foot, luck.uniform(0.05, 0.13)))
            canvas.paint(fronds, mix(tone, palette.deep, luck.uniform(0, 0.25)))


def _tuft(luck: np.random.Generator, foot: tuple[float, float], tall: float) -> Iterator[Outline]:
    """The arching fronds of one fern."""
    for turn in np.linspace(-1.25, 1.25, 9) + luck.normal(0, 0.12, 9):
        along = np.linspace(0, 1, 12)
        bent = turn * (0.55 + 0.6 * along)
        path = np.stack([np.sin(bent), -np.cos(bent)], axis=1) * along[:, None] * tall
        width = 0.16 * tall * np.sin(np.pi * (0.08 + 0.92 * along))
        yield stroke(path + foot, width)


def _fireflies(canvas: Canvas, palette: Palette, luck: np.random.Generator, count: int) -> None:
    for _ in range(round(count * canvas.width * canvas.height)):
        x = luck.uniform(0, canvas.width)
        y = canvas.height * luck.uniform(0.35, 0.97)
        size = luck.uniform(0.0012, 0.0032)
        canvas.glow(x, y, size * 9, palette.accent, 0.55)
        canvas.paint([ellipse(x, y, size)], mix(palette.accent, (255, 255, 255), 0.6))
