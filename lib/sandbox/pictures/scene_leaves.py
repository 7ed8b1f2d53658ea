"""Leaves and flowers: layers of foliage from the edges inwards, blossoms on top."""

import numpy as np
from numpy.typing import NDArray

from lib.sandbox.pictures.canvas import Canvas
from lib.sandbox.pictures.palettes import Colour, Palette, mix
from lib.sandbox.pictures.shapes import ellipse, leaf, shifted, stroke

_LAYERS = 4


def paint_leaves(
    canvas: Canvas, palette: Palette, luck: np.random.Generator, words: set[str]
) -> None:
    """Dark leaves far back, bright ones in front; flowers where they have room."""
    canvas.backdrop([palette.deep, mix(palette.dark, palette.deep, 0.5), palette.dark])
    canvas.glow(
        canvas.width * luck.uniform(0.3, 0.7), canvas.height * 0.35, 0.9, palette.middle, 0.6
    )
    for layer in range(_LAYERS):
        nearness = layer / (_LAYERS - 1)
        if layer == _LAYERS - 1:
            canvas.refine()
        for _ in range(round((26 - 12 * nearness) * max(canvas.width, canvas.height))):
            _any_leaf(canvas, palette, luck, nearness)
    for _ in range(round(4 * canvas.width * canvas.height)):
        x = canvas.width * luck.uniform(0.1, 0.9)
        y = canvas.height * luck.uniform(0.12, 0.88)
        _flower(canvas, palette, luck, x, y, luck.uniform(0.05, 0.12))


def _any_leaf(canvas: Canvas, palette: Palette, luck: np.random.Generator, nearness: float) -> None:
    """A leaf from somewhere along the border, more or less towards the middle."""
    angle = luck.uniform(0, 2 * np.pi)
    middle = np.array([canvas.width, canvas.height]) / 2
    reach = 1.12 - 0.55 * (1 - nearness) * luck.random()
    foot = middle + middle * reach * np.array([np.cos(angle), np.sin(angle)]) * 1.15
    inward = np.arctan2(*(middle - foot)[::-1]) + luck.normal(0, 0.7)
    length = luck.uniform(0.22, 0.46) * (0.8 + 0.35 * nearness)
    green = mix(mix(palette.deep, palette.middle, 0.55), palette.pale, luck.uniform(0, 0.5))
    tone = mix(palette.dark, green, 0.25 + 0.75 * nearness)
    width = length * luck.uniform(0.26, 0.44)
    if nearness > 0.5:
        shadow = leaf(foot[0] + 0.008, foot[1] + 0.014, length, width, float(inward))
        canvas.paint([shadow], palette.dark, 0.35)
    _leaf(canvas, palette, foot, length, float(inward), tone, width)


def _leaf(
    canvas: Canvas,
    palette: Palette,
    foot: NDArray[np.float64],
    length: float,
    turn: float,
    tone: Colour,
    width: float,
) -> None:
    ahead = np.array([np.cos(turn), np.sin(turn)])
    aside = np.array([-ahead[1], ahead[0]])
    shape = leaf(foot[0], foot[1], length, width, turn)
    canvas.paint([shape], tone)
    half = np.concatenate([shape[:32], shape[[0]]])
    canvas.paint([half], mix(tone, palette.light, 0.16))
    spine = [stroke(np.stack([foot, foot + ahead * length * 0.97]), 0.004)]
    for share in np.linspace(0.14, 0.82, 8):
        root = foot + ahead * length * share
        out = width * 0.44 * np.sin(np.pi * min(1.0, share + 0.1) ** 0.8)
        for side in (-1, 1):
            tip = root + ahead * length * 0.11 + aside * side * out
            spine.append(stroke(np.stack([root, tip]), 0.0018))
    canvas.paint(spine, mix(tone, palette.light, 0.38), 0.8)


def _flower(
    canvas: Canvas, palette: Palette, luck: np.random.Generator, x: float, y: float, size: float
) -> None:
    base = mix(palette.accent, palette.light, luck.uniform(0, 0.7))
    canvas.glow(x + 0.01, y + 0.02, size * 1.5, palette.dark, 0.55)
    count, turn = int(luck.integers(5, 9)), luck.uniform(0, 6)
    for ring, reach in ((0, 1.0), (1, 0.68)):
        tone = mix(base, palette.light, 0.35 * ring)
        for angle in turn + ring * 0.4 + np.arange(count) * 2 * np.pi / count:
            petal = leaf(x, y, size * reach, size * reach * 0.62, angle)
            canvas.paint([shifted(petal, 0.002, 0.003)], mix(base, palette.dark, 0.55), 0.5)
            canvas.paint([petal], mix(tone, palette.dark, 0.10 * luck.random()))
            vein = leaf(x, y, size * reach * 0.7, size * 0.10, angle)
            canvas.paint([vein], mix(base, palette.deep, 0.4), 0.45)
    heart = mix(palette.light, (255, 214, 90), 0.6)
    canvas.paint([ellipse(x, y, size * 0.2)], mix(heart, palette.dark, 0.35))
    for _ in range(22):
        away, angle = size * 0.2 * luck.random() ** 0.5, luck.uniform(0, 6.3)
        spot = ellipse(x + away * np.cos(angle), y + away * np.sin(angle), size * 0.028)
        canvas.paint([spot], heart)
