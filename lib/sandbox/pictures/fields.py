"""Smooth noise, made small and stretched: cheap at any size, and the same picture at each."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Field = NDArray[np.float32]
"""A plane of float32 values, row by row."""

_SMOOTH = Image.Resampling.BICUBIC


def stretched(field: Field, width: int, height: int) -> Field:
    """The field at another size in pixels, interpolated smoothly."""
    picture = Image.fromarray(np.ascontiguousarray(field, dtype=np.float32))
    return np.array(picture.resize((width, height), _SMOOTH), dtype=np.float32)


def plane(
    luck: np.random.Generator,
    cells: tuple[float, float],
    size: tuple[int, int],
    octaves: int = 4,
    gain: float = 0.5,
) -> Field:
    """Fractal noise between 0 and 1, `cells` across and down at its coarsest."""
    total = np.zeros((size[1], size[0]), dtype=np.float32)
    for octave in range(octaves):
        across, down = (max(2, round(n * 2**octave)) for n in cells)
        coarse = luck.random((down, across), dtype=np.float32)
        total += stretched(coarse, *size) * gain**octave
    total -= total.min()
    total /= max(float(total.max()), 1e-6)
    return total


def line(
    luck: np.random.Generator, cells: float, count: int, octaves: int = 6, gain: float = 0.5
) -> Field:
    """Fractal noise along a line, about -1 to 1; the finest octave may be finer than a pixel."""
    total = np.zeros(count, dtype=np.float32)
    at = (np.arange(count, dtype=np.float32) + 0.5) / count
    for octave in range(octaves):
        steps = max(2, round(cells * 2**octave))
        values = luck.uniform(-1, 1, steps + 2).astype(np.float32)
        total += _smooth_steps(values, at * steps) * np.float32(gain**octave)
    return total * np.float32(1 - gain) * 1.6


def _smooth_steps(values: Field, at: Field) -> Field:
    left = at.astype(np.int32)
    share = at - left
    share = share * share * (3 - 2 * share)
    blended: Field = values[left] * (1 - share) + values[left + 1] * share
    return blended


def falloff(size: int = 256, power: float = 2.0) -> Field:
    """A round glow: 1 in the middle, 0 at the rim and outside of it."""
    axis = np.linspace(-1, 1, size, dtype=np.float32)
    reach = np.clip(1 - np.hypot(axis[None, :], axis[:, None]), 0, 1)
    glow: Field = reach**power
    return glow
