"""Shapes as outlines: each function returns the corner points of one closed polygon.

Points are in canvas units (the shorter side of the picture is 1), as rows of x and y.
"""

import numpy as np
from numpy.typing import NDArray

Outline = NDArray[np.float64]


def points(*pairs: tuple[float, float]) -> Outline:
    """The polygon with these corners."""
    return np.array(pairs, dtype=np.float64)


def box(left: float, top: float, right: float, bottom: float) -> Outline:
    """An upright rectangle."""
    return points((left, top), (right, top), (right, bottom), (left, bottom))


def ellipse(
    x: float, y: float, across: float, down: float | None = None, turn: float = 0.0
) -> Outline:
    """An ellipse by its middle and half its width and height, turned by an angle in radians."""
    return arc(x, y, across, down, 0, 2 * np.pi, turn)


def arc(
    x: float,
    y: float,
    across: float,
    down: float | None = None,
    start: float = 0.0,
    end: float = np.pi,
    turn: float = 0.0,
) -> Outline:
    """A slice of an ellipse, closed by a straight line between its ends."""
    angle = np.linspace(start, end, 72)
    wide, high = across * np.cos(angle), (across if down is None else down) * np.sin(angle)
    return np.stack(
        [
            x + wide * np.cos(turn) - high * np.sin(turn),
            y + wide * np.sin(turn) + high * np.cos(turn),
        ],
        axis=1,
    )


def stroke(path: Outline, width: float | NDArray[np.float64]) -> Outline:
    """A line along the path, as wide as said (one width, or one for each point)."""
    ahead = np.gradient(path, axis=0)
    length = np.maximum(np.hypot(ahead[:, 0], ahead[:, 1]), 1e-9)
    side = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1) / length[:, None]
    half = np.broadcast_to(np.asarray(width, dtype=np.float64) / 2, length.shape)[:, None]
    return np.concatenate([path + side * half, (path - side * half)[::-1]])


def curve(start: tuple[float, float], end: tuple[float, float], sag: float) -> Outline:
    """A hanging line from start to end, lower by `sag` in its middle."""
    along = np.linspace(0, 1, 40)
    x = start[0] + (end[0] - start[0]) * along
    y = start[1] + (end[1] - start[1]) * along + 4 * sag * along * (1 - along)
    return np.stack([x, y], axis=1)


def shifted(outline: Outline, right: float, down: float) -> Outline:
    """The same outline elsewhere."""
    moved: Outline = outline + np.array([right, down])
    return moved


def leaf(x: float, y: float, length: float, width: float, turn: float) -> Outline:
    """A pointed leaf that grows from (x, y) in the direction of the angle."""
    along = np.linspace(0, 1, 32)
    bulge = width / 2 * np.sin(np.pi * along**0.8) ** 0.9
    flat = np.concatenate(
        [
            np.stack([along * length, bulge], axis=1),
            np.stack([along[::-1] * length, -bulge[::-1]], axis=1),
        ]
    )
    cos, sin = np.cos(turn), np.sin(turn)
    grown: Outline = flat @ np.array([[cos, sin], [-sin, cos]])
    return shifted(grown, x, y)
