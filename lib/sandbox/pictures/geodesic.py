"""The struts of a geodesic sphere: an icosahedron whose faces are split once."""

import numpy as np
from numpy.typing import NDArray

Edges = NDArray[np.float64]
"""Line segments in the plane: (edge, end, x and y)."""

_TILT = 0.42


def struts(turn: float) -> tuple[Edges, Edges]:
    """The sphere's struts at the back and at the front, for a radius of 1, turned by an angle."""
    corners, edges = _split(*_icosahedron())
    flat = corners @ _turned(turn)
    ends = flat[edges]
    front = ends[:, :, 2].mean(axis=1) >= 0
    return ends[~front][:, :, :2], ends[front][:, :, :2]


def _icosahedron() -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    golden = (1 + 5**0.5) / 2
    signs = [(a, b * golden) for a in (-1, 1) for b in (-1, 1)]
    rows = [row for a, b in signs for row in ((0, a, b), (a, b, 0), (b, 0, a))]
    corners = np.array(rows, dtype=np.float64)
    return corners / np.linalg.norm(corners[0]), _edges(corners, 2.0)


def _split(
    corners: NDArray[np.float64], edges: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    middles = corners[edges].mean(axis=1)
    middles /= np.linalg.norm(middles, axis=1)[:, None]
    more = np.concatenate([corners, middles])
    return more, _edges(more, 0.62)


def _edges(corners: NDArray[np.float64], length: float) -> NDArray[np.intp]:
    """Pairs of corners that lie no further apart than the length."""
    away = np.linalg.norm(corners[:, None] - corners[None, :], axis=2)
    first, second = np.nonzero((away > 0) & (away <= length * 1.02))
    once = first < second
    return np.stack([first[once], second[once]], axis=1)


def _turned(turn: float) -> NDArray[np.float64]:
    cos, sin = np.cos(turn), np.sin(turn)
    around = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
    cos, sin = np.cos(_TILT), np.sin(_TILT)
    nodding = np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]])
    both: NDArray[np.float64] = around @ nodding
    return both
