"""A hotel in the trees: geodesic pods that glow, hung between great trunks, joined by bridges."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lib.sandbox.pictures.canvas import Canvas, to_fill
from lib.sandbox.pictures.fields import plane
from lib.sandbox.pictures.palettes import Colour, Palette, mix
from lib.sandbox.pictures.shapes import arc, box, curve, ellipse, shifted, stroke
from lib.sandbox.pictures.treehouse_pod import LAMP, Pod, paint_pod

_WHITE: Colour = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Trunk:
    """A great trunk: its middle and half its width."""

    x: float
    half: float


def paint_treehouse(canvas: Canvas, palette: Palette, luck: np.random.Generator) -> None:
    """Trunks, stairs, bridges, then the pods in front of all."""
    pods = _pods(canvas, luck)
    trunks = _great_trunks(canvas, pods, luck)
    for pod in pods:
        canvas.glow(pod.x, pod.y, pod.radius * 3.6, palette.accent, 0.42)
        canvas.glow(pod.x, pod.y, pod.radius * 1.9, palette.accent, 0.75)
    canvas.refine()
    for trunk in trunks:
        _great_trunk(canvas, palette, luck, trunk)
    for trunk in trunks:
        _growth(canvas, palette, luck, trunk)
    for trunk in trunks[int(luck.integers(len(trunks))) % 2 :: 2]:
        _stairs(canvas, palette, trunk, luck.uniform(0, 6))
    _bridges(canvas, palette, luck, pods)
    for pod in pods:
        hang = np.array([[pod.x, -0.02], [pod.x, pod.y - pod.radius]])
        canvas.paint([stroke(hang, 0.006)], mix(palette.dark, (110, 84, 60), 0.4))
    for pod in pods:
        paint_pod(canvas, palette, luck, pod)


def _pods(canvas: Canvas, luck: np.random.Generator) -> list[Pod]:
    wide = canvas.width >= canvas.height * 0.9
    length = canvas.width if wide else canvas.height
    count = max(3, round(length * 1.35))
    radius = min(0.17, 0.36 * length / count)
    pods = []
    for place in range(count):
        along = (place + 0.5 + luck.uniform(-0.1, 0.1)) / count
        x = along * canvas.width
        y = canvas.height * (0.50 + (0.13 if place % 2 else -0.07) + luck.uniform(-0.03, 0.03))
        if not wide:
            x = canvas.width * (0.5 + (0.2 if place % 2 else -0.2) + luck.uniform(-0.05, 0.05))
            y = canvas.height * (0.14 + 0.72 * along)
        pods.append(Pod(x, y, radius * luck.uniform(0.78, 1.08)))
    return pods


def _great_trunks(canvas: Canvas, pods: list[Pod], luck: np.random.Generator) -> list[Trunk]:
    if canvas.width < canvas.height * 0.9:
        sides = [canvas.width * 0.13, canvas.width * 0.88]
    else:
        middles = [(a.x + b.x) / 2 for a, b in pairwise(pods)]
        sides = [0.02, *middles, canvas.width - 0.03]
    return [Trunk(x + luck.uniform(-0.02, 0.02), luck.uniform(0.052, 0.08)) for x in sides]


def _great_trunk(canvas: Canvas, palette: Palette, luck: np.random.Generator, trunk: Trunk) -> None:
    along = np.linspace(0, 1, 40)
    path = np.stack(
        [trunk.x + 0.01 * np.sin(along * 5 + trunk.x), canvas.height * 1.02 * along], axis=1
    )
    flare = 1 + 0.8 * np.exp(-(1 - along) * canvas.height * 9)
    width = trunk.half * 2 * (0.82 + 0.18 * along) * flare
    canvas.paint([stroke(path, width)], _lit_bark(canvas, palette, luck))


def _lit_bark(canvas: Canvas, palette: Palette, luck: np.random.Generator) -> NDArray[np.uint8]:
    rows = round(480 * canvas.height)
    grain = plane(luck, (14, 2 * canvas.height), (256, rows), 5, 0.72)
    grain = np.clip((grain - 0.5) * 1.5 + 0.5, 0, 1)
    across = np.linspace(-1, 1, 256, dtype=np.float32)[None, :]
    middle = 1 - np.abs(np.linspace(-1.05, 0.95, rows, dtype=np.float32))[:, None]
    rim = np.clip(np.abs(across) * 1.5 - 0.45, 0, 1) ** 1.6
    wood = np.array(mix(palette.dark, (70, 40, 34), 0.55), np.float32)
    glow = np.array(mix(palette.accent, palette.deep, 0.45), np.float32)
    base = wood * (0.45 + 0.95 * grain[:, :, None])
    share = (rim * np.clip(middle, 0, 1) * (0.25 + 0.6 * grain))[:, :, None]
    return to_fill(base * (1 - share) + glow * share)


def _stairs(canvas: Canvas, palette: Palette, trunk: Trunk, start: float) -> None:
    """A spiral of treads with a handrail; what is behind the trunk is not drawn."""
    wood = mix((214, 160, 104), palette.accent, 0.12)
    reach, pitch = trunk.half * 1.32, trunk.half * 3.0
    for turn in range(int((canvas.height - 0.05) / pitch)):
        angle = np.linspace(-1.5, 1.5, 11) + start * 0.02
        x = trunk.x + reach * np.sin(angle)
        y = canvas.height - pitch * (turn + (angle + 1.5) / (2 * np.pi))
        foot = np.stack([x, y], axis=1)
        canvas.paint([stroke(shifted(foot, 0, 0.016), 0.008)], mix(wood, palette.dark, 0.75))
        for (left, top), near in zip(foot, np.cos(angle), strict=True):
            _tread(
                canvas, left, top, 0.010 + 0.008 * near, mix(palette.dark, wood, 0.4 + 0.6 * near)
            )
        canvas.paint([stroke(shifted(foot, 0, -0.040), 0.004)], mix(wood, palette.dark, 0.3))


def _tread(canvas: Canvas, x: float, y: float, half: float, colour: Colour) -> None:
    canvas.paint([box(x - half, y, x + half, y + 0.006)], colour)
    canvas.paint([box(x - half, y + 0.006, x + half, y + 0.012)], mix(colour, (0, 0, 0), 0.6))
    canvas.paint([box(x - 0.001, y - 0.040, x + 0.001, y)], mix(colour, (0, 0, 0), 0.3))


def _growth(canvas: Canvas, palette: Palette, luck: np.random.Generator, trunk: Trunk) -> None:
    """Mushrooms that glow along the bark, and orchids among them."""
    for _ in range(round(11 * canvas.height)):
        side = -1 if luck.random() < 0.5 else 1
        x = trunk.x + side * trunk.half * luck.uniform(0.55, 1.0)
        y, size = canvas.height * luck.uniform(0.3, 0.98), luck.uniform(0.007, 0.018)
        canvas.glow(x, y, size * 3.2, palette.accent, 0.55)
        cap = mix(palette.accent, _WHITE, luck.uniform(0.2, 0.6))
        canvas.paint([arc(x, y, size, size * 0.75, np.pi, 2 * np.pi)], cap)
        canvas.paint([ellipse(x, y, size, size * 0.22)], mix(cap, palette.deep, 0.45))
    for _ in range(round(4 * canvas.height)):
        x = trunk.x + luck.uniform(-0.8, 0.8) * trunk.half
        _orchid(canvas, luck, x, canvas.height * luck.uniform(0.3, 0.95))


def _orchid(canvas: Canvas, luck: np.random.Generator, x: float, y: float) -> None:
    petal = mix((226, 120, 196), (250, 214, 240), luck.uniform(0, 0.8))
    size, turn = luck.uniform(0.008, 0.014), luck.uniform(0, 6)
    for angle in turn + np.arange(5) * 2 * np.pi / 5:
        middle = (x + size * 0.7 * np.cos(angle), y + size * 0.7 * np.sin(angle))
        canvas.paint([ellipse(*middle, size * 0.75, size * 0.42, angle)], petal)
    canvas.paint([ellipse(x, y, size * 0.3)], (255, 226, 120))


def _bridges(canvas: Canvas, palette: Palette, luck: np.random.Generator, pods: list[Pod]) -> None:
    for left, right in pairwise(pods):
        span = (left.x + left.radius * 0.2, left.y + left.radius * 0.62)
        to = (right.x - right.radius * 0.2, right.y + right.radius * 0.62)
        _bridge(canvas, palette, luck, span, to)
    first, last = pods[0], pods[-1]
    for pod, x in ((first, -0.05), (last, canvas.width + 0.05)):
        _bridge(canvas, palette, luck, (pod.x, pod.y + pod.radius * 0.62), (x, pod.y + 0.02))


def _bridge(
    canvas: Canvas,
    palette: Palette,
    luck: np.random.Generator,
    start: tuple[float, float],
    end: tuple[float, float],
) -> None:
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    deck = curve(start, end, length * 0.12)
    rail = shifted(deck, 0, -0.042)
    wood, rope = mix((150, 104, 70), palette.accent, 0.15), mix((120, 96, 70), palette.dark, 0.25)
    places = np.linspace(0, len(deck) - 1.001, max(6, round(length / 0.013))).astype(int)
    canvas.paint([stroke(deck, 0.012)], mix(wood, (0, 0, 0), 0.6))
    canvas.paint([stroke(shifted(deck, 0, -0.003), 0.005)], mix(wood, LAMP, 0.4))
    posts = [stroke(np.stack([deck[i], rail[i]]), 0.0022) for i in places[::2]]
    canvas.paint([stroke(rail, 0.004), stroke(shifted(rail, 0, 0.02), 0.0022), *posts], rope)
    vine = mix((70, 130, 80), palette.accent, 0.2)
    for i in places:
        x, y = rail[i] + luck.normal(0, 0.004, 2)
        canvas.paint([ellipse(x, y, 0.006, 0.003, luck.uniform(0, 3))], vine)
    for i in places[3::6]:
        canvas.glow(rail[i][0], rail[i][1], 0.035, LAMP, 0.7)
        canvas.paint([ellipse(rail[i][0], rail[i][1], 0.0035)], mix(LAMP, _WHITE, 0.6))
