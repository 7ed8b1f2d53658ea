"""One geodesic glass pod: lit from within, with a guest and a bed behind its struts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.sandbox.pictures.canvas import Canvas, to_fill
from lib.sandbox.pictures.geodesic import struts
from lib.sandbox.pictures.palettes import Colour, Palette, mix
from lib.sandbox.pictures.shapes import arc, box, ellipse, points, stroke

_WHITE: Colour = (255, 255, 255)
LAMP: Colour = (255, 226, 160)
"""The warm light of the hotel."""


@dataclass(frozen=True, slots=True)
class Pod:
    """A glass pod: its middle and its radius."""

    x: float
    y: float
    radius: float


def paint_pod(canvas: Canvas, palette: Palette, luck: np.random.Generator, pod: Pod) -> None:
    """The glow around it, the lit glass, what is inside, and the struts over it."""
    canvas.glow(pod.x, pod.y, pod.radius * 1.5, palette.accent, 0.6)
    canvas.paint([ellipse(pod.x, pod.y, pod.radius)], _glass(palette))
    _room(canvas, palette, luck, pod)
    back, front = struts(luck.uniform(0, 2 * np.pi))
    _frame(canvas, pod, back, mix(palette.accent, _WHITE, 0.35), 0.35, 0.010)
    _frame(canvas, pod, front, mix(palette.dark, palette.accent, 0.18), 0.92, 0.018)
    canvas.paint([_ring(pod, 0.035)], mix(palette.dark, palette.accent, 0.25))
    shine = ellipse(
        pod.x - pod.radius * 0.38,
        pod.y - pod.radius * 0.5,
        pod.radius * 0.26,
        pod.radius * 0.12,
        -0.7,
    )
    canvas.paint([shine], _WHITE, 0.30)
    canvas.glow(pod.x, pod.y - pod.radius, pod.radius * 0.4, LAMP, 0.5)


def _glass(palette: Palette, size: int = 160) -> NDArray[np.uint8]:
    axis = np.linspace(-1, 1, size, dtype=np.float32)
    away = np.clip(np.hypot(axis[None, :], (axis[:, None] - 0.25) * 0.9), 0, 1.2)[:, :, None]
    core = np.array(mix(LAMP, palette.accent, 0.35), np.float32)
    body = np.array(palette.accent, np.float32)
    rim = np.array(mix(palette.accent, palette.deep, 0.72), np.float32)
    inner = np.clip(away / 0.55, 0, 1)
    outer = np.clip((away - 0.45) / 0.6, 0, 1)
    return to_fill((core * (1 - inner) + body * inner) * (1 - outer) + rim * outer)


def _room(canvas: Canvas, palette: Palette, luck: np.random.Generator, pod: Pod) -> None:
    """Floor, a bed and a guest, as shadows against the light."""
    shade = mix(palette.dark, palette.accent, 0.30)
    r = pod.radius
    canvas.paint([arc(pod.x, pod.y, r * 0.985, None, 0.55, np.pi - 0.55)], shade)
    floor = pod.y + r * 0.52
    side = -1 if luck.random() < 0.5 else 1
    bed = pod.x - side * r * 0.28
    canvas.paint([box(bed - r * 0.26, floor - r * 0.13, bed + r * 0.26, floor + 0.002)], shade)
    guest = pod.x + side * r * 0.3
    body = points(
        (guest - r * 0.055, floor),
        (guest - r * 0.075, floor - r * 0.3),
        (guest + r * 0.075, floor - r * 0.3),
        (guest + r * 0.055, floor),
    )
    canvas.paint([body, ellipse(guest, floor - r * 0.36, r * 0.055)], shade)
    canvas.glow(pod.x, pod.y - r * 0.1, r * 0.3, LAMP, 0.8)


def _frame(
    canvas: Canvas,
    pod: Pod,
    edges: NDArray[np.float64],
    colour: Colour,
    opacity: float,
    width: float,
) -> None:
    lines = edges * pod.radius + (pod.x, pod.y)
    canvas.paint([stroke(edge, pod.radius * width) for edge in lines], colour, opacity)


def _ring(pod: Pod, width: float) -> NDArray[np.float64]:
    whole = ellipse(pod.x, pod.y, pod.radius)
    return stroke(whole, pod.radius * width)
