"""What scenes paint on: a picture in units, so that one scene fits every size and ratio.

Lengths are in units: the shorter side of the picture is 1. Smooth things (gradients, glow, mist)
are made small and stretched; edges are drawn, with antialiasing, at the picture's own size and
only where they are, which is what keeps sixteen megapixels quick and truly sharp.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from lib.sandbox.pictures.fields import Field, falloff
from lib.sandbox.pictures.palettes import Colour, mix
from lib.sandbox.pictures.shapes import Outline

Fill = Colour | NDArray[np.uint8]
"""One colour, or a small picture (rows, columns, 3) that is stretched over the shape."""

_SMOOTH = Image.Resampling.BILINEAR
_GLOW = falloff()
_LARGE = 5_000_000


class Canvas:
    """A picture being painted.

    A large picture starts at half its size: what lies far off in haze is painted there, quickly.
    `refine` takes it to full size, and what is painted after that is sharp to the pixel.
    """

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        halves = 2 if width * height > _LARGE else 1
        self.image = Image.new("RGB", (width // halves, height // halves))
        self.width = width / min(width, height)
        self.height = height / min(width, height)

    @property
    def unit(self) -> float:
        """The pixels that one unit has now."""
        return min(self.image.size)

    def refine(self) -> None:
        """Go on at full size."""
        if self.image.size != self._size:
            self.image = self.image.resize(self._size, _SMOOTH)

    def backdrop(self, stops: Sequence[Colour]) -> None:
        """Fill everything with a gradient from top to bottom."""
        self.image.paste(_stretch(gradient(stops), self.image.size))

    def paint(self, outlines: Sequence[Outline], fill: Fill, opacity: float = 1.0) -> None:
        """Fill the union of the outlines."""
        corners = np.concatenate(outlines) * self.unit
        whole = (*np.floor(corners.min(axis=0)), *np.ceil(corners.max(axis=0)) + 1)
        seen = self._seen(whole)
        if seen:
            mask = self._mask(outlines, seen, opacity)
            self._lay(fill, mask, seen, whole)

    def paint_each(self, outlines: Sequence[Outline], fill: Fill, opacity: float = 1.0) -> None:
        """Fill small outlines one by one: quick when they are few and far apart."""
        for outline in outlines:
            self.paint([outline], fill, opacity)

    def glow(
        self, x: float, y: float, reach: float, colour: Colour, strength: float, squash: float = 1.0
    ) -> None:
        """A round light (or, in a dark colour, a soft shadow); `squash` flattens it."""
        reach_px, down_px = reach * self.unit, reach * squash * self.unit
        x_px, y_px = x * self.unit, y * self.unit
        whole = (x_px - reach_px, y_px - down_px, x_px + reach_px, y_px + down_px)
        seen = self._seen(whole)
        if seen:
            light = Image.fromarray((_GLOW * (255 * strength)).astype(np.uint8))
            self._lay(colour, _cut(light, seen, whole), seen, whole)

    def veil(self, alpha: Field, colour: Colour, top: float, bottom: float) -> None:
        """Lay mist over the rows from top to bottom; `alpha` (0 to 1) is stretched over them."""
        whole = (0.0, top * self.unit, float(self.image.width), bottom * self.unit)
        seen = self._seen(whole)
        if seen:
            mist = Image.fromarray((np.clip(alpha, 0, 1) * 255).astype(np.uint8))
            self._lay(colour, _cut(mist, seen, whole), seen, whole)

    def ridge(
        self, profile: Field, stops: Sequence[Colour], *, depth: float = 9.0, hanging: bool = False
    ) -> None:
        """Fill all below the profile (one height for each column), or all above it if hanging.

        `depth` ends the fill so far below the profile's highest point; the gradient spans it.
        """
        edge = profile * self.unit
        if hanging:
            span = (0, 0, self.image.width, min(self.image.height, int(edge.max()) + 2))
        else:
            end = min(self.image.height, int(edge.min() + depth * self.unit))
            span = (0, max(0, int(edge.min()) - 1), self.image.width, end)
        if span[3] > span[1]:
            self._fill_ridge(edge, gradient(stops), span, hanging)

    def columns(self) -> Field:
        """The x of every column of pixels, in units: what profiles are made over."""
        return (np.arange(self.image.width, dtype=np.float32) + 0.5) / np.float32(self.unit)

    def _fill_ridge(
        self, edge: Field, fill: Fill, span: tuple[int, int, int, int], hanging: bool
    ) -> None:
        left, top, right, bottom = span
        first, last = max(top, int(edge.min()) - 1), min(bottom, int(edge.max()) + 2)
        solid = (left, top, right, first) if hanging else (left, last, right, bottom)
        if solid[3] > solid[1]:
            self._lay(fill, None, solid, span)
        if last > first:
            rows = np.arange(first, last, dtype=np.float32)[:, None]
            inside = (edge[None, :] - rows) if hanging else (rows + 1 - edge[None, :])
            mask = Image.fromarray((np.clip(inside, 0, 1) * 255).astype(np.uint8))
            self._lay(fill, mask, (left, first, right, last), span)

    def _seen(self, whole: Sequence[float]) -> tuple[int, int, int, int] | None:
        left, top = max(0, int(whole[0])), max(0, int(whole[1]))
        right = min(self.image.width, int(np.ceil(whole[2])))
        bottom = min(self.image.height, int(np.ceil(whole[3])))
        return (left, top, right, bottom) if right > left and bottom > top else None

    def _mask(
        self, outlines: Sequence[Outline], seen: tuple[int, int, int, int], opacity: float
    ) -> Image.Image:
        left, top, right, bottom = seen
        finer = _fineness((right - left) * (bottom - top))
        mask = Image.new("L", ((right - left) * finer, (bottom - top) * finer))
        draw = ImageDraw.Draw(mask)
        for outline in outlines:
            corners = (outline * self.unit - (left, top)) * finer
            draw.polygon(corners.ravel().tolist(), fill=round(255 * opacity))
        return mask.reduce(finer) if finer > 1 else mask

    def _lay(
        self,
        fill: Fill,
        mask: Image.Image | None,
        seen: tuple[int, int, int, int],
        whole: Sequence[float],
    ) -> None:
        if isinstance(fill, tuple):
            self.image.paste(fill, seen, mask)
        else:
            self.image.paste(_cut(Image.fromarray(fill), seen, whole), seen, mask)


def gradient(stops: Sequence[Colour], rows: int = 128) -> NDArray[np.uint8]:
    """A column of colours from the first to the last."""
    at = np.linspace(0, len(stops) - 1, rows)
    table = np.array(stops, dtype=np.float32)
    bands = [np.interp(at, np.arange(len(stops)), table[:, band]) for band in range(3)]
    return np.stack(bands, axis=1)[:, None, :].round().astype(np.uint8)


def ball(base: Colour, light: Colour, shade: Colour, size: int = 128) -> NDArray[np.uint8]:
    """The shading of a sphere lit from the upper left, as a fill for an ellipse."""
    axis = np.linspace(-1, 1, size, dtype=np.float32)
    lit = np.clip(1 - np.hypot(axis[None, :] + 0.38, axis[:, None] + 0.42) / 1.75, 0, 1)
    ramp = gradient([shade, mix(shade, base, 0.7), base, mix(base, light, 0.55), light], 256)
    return to_fill(ramp[(lit * 255).astype(np.uint8), 0])


def to_fill(values: NDArray[np.floating[Any] | np.uint8]) -> NDArray[np.uint8]:
    """Colours as numbers, clipped to what a picture can hold."""
    return np.asarray(np.clip(values, 0, 255), dtype=np.uint8)


def _fineness(pixels: int) -> int:
    if pixels < 300_000:
        return 3
    return 2 if pixels < 5_000_000 else 1


def _stretch(fill: NDArray[np.uint8], size: tuple[int, int]) -> Image.Image:
    return Image.fromarray(fill).resize(size, _SMOOTH)


def _cut(
    small: Image.Image, seen: tuple[int, int, int, int], whole: Sequence[float]
) -> Image.Image:
    """The part of a small picture, stretched over `whole`, that lies in `seen`."""
    across = small.width / (whole[2] - whole[0])
    down = small.height / (whole[3] - whole[1])
    part = (
        max(0.0, (seen[0] - whole[0]) * across),
        max(0.0, (seen[1] - whole[1]) * down),
        min(float(small.width), (seen[2] - whole[0]) * across),
        min(float(small.height), (seen[3] - whole[1]) * down),
    )
    return small.resize((seen[2] - seen[0], seen[3] - seen[1]), _SMOOTH, box=part)
