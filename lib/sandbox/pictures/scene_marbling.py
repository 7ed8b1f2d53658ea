"""Marbled ink: one smooth field, folded over itself, whose level lines are drawn in colour."""

import numpy as np
from PIL import Image

from lib.sandbox.pictures.canvas import Canvas, to_fill
from lib.sandbox.pictures.fields import Field, plane
from lib.sandbox.pictures.palettes import Palette, mix

_LEVELS = 4096
_STRIP = 512
_FINEST = 1100


def paint_marbling(
    canvas: Canvas, palette: Palette, luck: np.random.Generator, words: set[str]
) -> None:
    """The field is made small and stretched; its levels get their colours at full size."""
    canvas.refine()
    field = _folded(canvas, luck)
    colours = _colours(palette, luck)
    width, height = canvas.image.size
    small = Image.fromarray(field)
    for top in range(0, height, _STRIP):
        rows = min(_STRIP, height - top)
        part = (
            0.0,
            top / height * small.height,
            float(small.width),
            (top + rows) / height * small.height,
        )
        level = np.asarray(small.resize((width, rows), Image.Resampling.BILINEAR, box=part))
        index = (level * (_LEVELS - 1)).astype(np.uint16)
        canvas.image.paste(Image.fromarray(colours[index]), (0, top))


def _folded(canvas: Canvas, luck: np.random.Generator) -> Field:
    """Noise looked up at places that noise has moved (domain warping), between 0 and 1."""
    scale = _FINEST / max(canvas.width, canvas.height)
    size = (max(64, round(canvas.width * scale)), max(64, round(canvas.height * scale)))
    cells = (canvas.width * 2.6, canvas.height * 2.6)
    base = plane(luck, cells, size, 3, 0.38)
    for strength in (0.55, 0.3):
        push_x = plane(luck, cells, size, 2, 0.35) - 0.5
        push_y = plane(luck, cells, size, 2, 0.35) - 0.5
        far = strength * min(size)
        base = _moved(base, push_x * far, push_y * far)
    base -= base.min()
    return base / max(float(base.max()), 1e-6)


def _moved(field: Field, by_x: Field, by_y: Field) -> Field:
    rows, columns = field.shape
    x = _mirrored(np.arange(columns, dtype=np.float32)[None, :] + by_x, columns)
    y = _mirrored(np.arange(rows, dtype=np.float32)[:, None] + by_y, rows)
    left, top = x.astype(np.int32), y.astype(np.int32)
    fx, fy = x - left, y - top
    upper = field[top, left] * (1 - fx) + field[top, left + 1] * fx
    lower = field[top + 1, left] * (1 - fx) + field[top + 1, left + 1] * fx
    blended: Field = upper * (1 - fy) + lower * fy
    return blended


def _mirrored(at: Field, count: int) -> Field:
    """Places beyond the border, folded back inside."""
    inside: Field = np.clip(count - 1 - np.abs(count - 1 - np.abs(at)), 0, count - 1.01)
    return inside


def _colours(palette: Palette, luck: np.random.Generator) -> np.ndarray:
    """A table of colours: broad bands of the palette, with thin bright veins between some."""
    tones = [*palette.tones(), palette.accent]
    order = [tones[i] for i in luck.permutation(len(tones))]
    bands = [*order, *reversed(order[1:-1]), order[0], order[2]]
    at = np.linspace(0, len(bands) - 1, _LEVELS)
    near, share = at.astype(int), at - at.astype(int)
    soft = np.clip((share - 0.5) / luck.uniform(0.15, 0.7) + 0.5, 0, 1)[:, None]
    table = np.array(bands, dtype=np.float32)
    after = table[np.minimum(near + 1, len(bands) - 1)]
    blend = table[near] * (1 - soft) + after * soft
    vein = np.exp(-((((at / 2) % 1 - 0.5) / 0.09) ** 2))[:, None] * 0.6
    bright = np.array(mix(palette.light, (255, 255, 255), 0.5), dtype=np.float32)
    shading = 0.90 + 0.14 * np.cos(at * 2 * np.pi)[:, None]
    return to_fill(blend * shading * (1 - vein) + bright * vein)
