"""Drawing a sheet: pictures in lanes under their heads, with words where there is none."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from lib.images.lettering import lines_of

MOST_PIXELS = 16_000_000
"""Of a sheet: 48 MB while it is drawn."""
MOST_SIDE = 8_000
"""Pixels; WebP ends at 16,383."""
PAPER, INK, FAINT, EMPTY = "#ffffff", "#1a1a1a", "#6b6b6b", "#efefef"
GAP, TITLE, LETTER = 8, 20, 13
LINE = 18
HEAD_LINES = 4
CAPTION = LINE


@dataclass(frozen=True, slots=True)
class Tile:
    """A place for a picture: its small caption, and the words that stand there without one."""

    caption: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """How large everything on a sheet is. `px`: the longest side of a picture."""

    px: int

    @property
    def tile_height(self) -> int:
        return self.px + CAPTION + GAP

    @property
    def tile_width(self) -> int:
        return self.px + GAP

    @property
    def left(self) -> int:
        """What the heads of the rows take."""
        return max(150, min(260, self.px)) + 2 * GAP

    @property
    def top(self) -> int:
        """What the title and the heads of the columns take."""
        return 3 * GAP + TITLE + LINE * 2 + HEAD_LINES * LINE

    @property
    def most_across(self) -> int:
        """So many pictures are on a sheet beside each other at most."""
        by_pixels = MOST_PIXELS // (self.top + self.tile_height + GAP)
        return (min(MOST_SIDE, by_pixels) - self.left) // self.tile_width

    def most_down(self, across: int) -> int:
        """So many lanes of that many pictures are on a sheet at most."""
        side = min(MOST_SIDE, MOST_PIXELS // self.width(across))
        return max(1, (side - self.top - GAP) // self.tile_height)

    def width(self, across: int) -> int:
        """Pixels. Never so narrow that the title has no room."""
        return max(self.left + max(1, across) * self.tile_width, 480)

    def height(self, down: int) -> int:
        return self.top + max(1, down) * self.tile_height + GAP


class Canvas:
    """One sheet that is being drawn: first its heads, then lane after lane."""

    def __init__(self, frame: Frame, *, across: int, down: int) -> None:
        self._frame = frame
        self.image = Image.new("RGB", (frame.width(across), frame.height(down)), PAPER)
        self._draw = ImageDraw.Draw(self.image)
        self._lanes = 0

    def draw_title(self, title: str, facts: Sequence[str]) -> None:
        """The title, and a line for each of the two facts below it."""
        room = self.image.width - 2 * GAP
        self._write(GAP, GAP, title, width=room, most=1, size=TITLE)
        for nth, fact in enumerate(facts[:2]):
            top = GAP + TITLE + 6 + nth * LINE
            self._write(GAP, top, fact, width=room, most=1, ink=FAINT)

    def draw_heads(self, heads: Sequence[tuple[str, int]]) -> None:
        """The heads of the columns, each with how many pictures wide it is."""
        left = self._frame.left
        top = self._frame.top - GAP - HEAD_LINES * LINE
        for words, span in heads:
            width = span * self._frame.tile_width
            self._write(left, top, words, width=width - GAP, most=HEAD_LINES)
            left += width

    def draw_lane(self, head: str, tiles: Sequence[tuple[Tile, Image.Image | None] | None]) -> None:
        """The next lane: its head, and its pictures, None where there is no cell."""
        top = self._frame.top + self._lanes * self._frame.tile_height
        most = max(1, self._frame.tile_height // LINE - 1)
        self._write(GAP, top, head, width=self._frame.left - 2 * GAP, most=most)
        for nth, tile in enumerate(tiles):
            if tile is not None:
                self._draw_tile(self._frame.left + nth * self._frame.tile_width, top, *tile)
        self._lanes += 1

    def _draw_tile(self, left: int, top: int, tile: Tile, picture: Image.Image | None) -> None:
        px = self._frame.px
        if picture is None:
            self._draw.rectangle((left, top, left + px - 1, top + px - 1), fill=EMPTY)
            most = (px - 2 * GAP) // LINE
            self._write(left + GAP, top + GAP, tile.words, width=px - 2 * GAP, most=most, ink=FAINT)
        else:
            at = (left + (px - picture.width) // 2, top + (px - picture.height) // 2)
            self.image.paste(picture, at)
        self._write(left, top + px + 2, tile.caption, width=px, most=1, ink=FAINT)

    def _write(
        self,
        left: int,
        top: int,
        text: str,
        *,
        width: int,
        most: int,
        size: int = LETTER,
        ink: str = INK,
    ) -> None:
        """Write each line of the text, and go on below where one is too long, `most` lines in all."""
        for part in text.split("\n"):
            for line in lines_of(part, size=size, width=width, most=most):
                self._draw.text((left, top), line.text, fill=ink, font=line.font)
                top, most = top + LINE, most - 1
            if most <= 0:
                return
