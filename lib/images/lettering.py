"""Words in pictures: drawn with the fonts of this machine, and never as boxes.

Pillow's own font has hardly more than ASCII, so well-known fonts are looked for by their names;
none is brought along, since those that have the scripts of the world weigh tens of megabytes. What
no font here has is drawn as `[?]`, and whoever draws is told.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

FONTS = (
    *("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf"),
    *("Arial.ttf", "arial.ttf", "Arial Unicode.ttf", "Helvetica.ttc", "segoeui.ttf"),
    *("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansJP-Regular.ttf"),
    *("DroidSansFallbackFull.ttf", "wqy-microhei.ttc", "PingFang.ttc", "msyh.ttc", "malgun.ttf"),
    *("NotoSansDevanagari-Regular.ttf", "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf"),
    *("NotoSansThai-Regular.ttf", "NotoSansBengali-Regular.ttf", "NotoSansTamil-Regular.ttf"),
    *("FreeSans.ttf", "unifont.otf", "unifont.ttf"),
)
MISSING = "[?]"
NO_CHARACTER = "\uffff"
JOINERS = "\u200c\u200d"
LOOKED_AT = 2_000
"""A head has no room for more, and a prompt may have 50,000 characters."""


@dataclass(frozen=True, slots=True)
class Lettered:
    """A text as it can be drawn, with what; `is_whole`: no character of it is missing."""

    text: str
    font: FreeTypeFont
    is_whole: bool


def lettered(text: str, size: int) -> Lettered:
    """The text in the font that has the most of it. `size` in pixels."""
    wanted = _printable(text)
    signs = set(wanted)
    fonts = _fonts(size)
    best = min(range(len(fonts)), key=lambda nth: sum(not _has(nth, sign) for sign in signs))
    missing = {sign for sign in signs if not _has(best, sign)}
    drawn = "".join(
        MISSING if is_missing else "".join(some)
        for is_missing, some in groupby(wanted, missing.__contains__)
    )
    return Lettered(drawn, fonts[best], not missing)


def lines_of(text: str, *, size: int, width: int, most: int) -> list[Lettered]:
    """The text in lines of at most `width` pixels; what is beyond `most` lines ends in three dots."""
    whole = lettered(text, size)
    lines: list[str] = []
    rest = whole.text
    while rest and len(lines) < most:
        taken = _fitting(rest, whole.font, width)
        lines.append(rest[:taken].rstrip())
        rest = rest[taken:].lstrip()
    if rest:
        lines[-1] = lines[-1][: max(1, len(lines[-1]) - 3)] + "..."
    return [Lettered(line, whole.font, whole.is_whole) for line in lines]


def _fitting(text: str, font: FreeTypeFont, width: int) -> int:
    """How many characters go into a line, words kept whole where they fit: one at least."""
    low, high = 1, min(len(text), max(1, width))
    while low < high:
        middle = (low + high + 1) // 2
        if font.getlength(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    if low < len(text) and " " in text[:low]:
        return text[: low + 1].rfind(" ") + 1 or low
    return low


def _printable(text: str) -> str:
    """Without what has no shape; an order of writing that is forced upon the reader is none either."""
    kept = (
        " " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign
        for sign in text[:LOOKED_AT]
        if unicodedata.category(sign) != "Cf" or sign in JOINERS
    )
    return " ".join("".join(kept).split())


@lru_cache(maxsize=16)
def _fonts(size: int) -> tuple[FreeTypeFont, ...]:
    """The fonts there are; Pillow's own comes last."""
    found = []
    for name in FONTS:
        try:
            found.append(ImageFont.truetype(name, size))
        except OSError:
            continue
    own = ImageFont.load_default(size)
    return (*found, own) if isinstance(own, FreeTypeFont) else tuple(found)


@lru_cache(maxsize=20_000)
def _has(nth: int, sign: str) -> bool:
    """Whether a font has a character: else it draws what it draws for no character at all."""
    if sign.isspace() or sign in JOINERS:
        return True
    font = _fonts(16)[nth]
    try:
        return _shape(font, sign) != _shape(font, NO_CHARACTER)
    except (OSError, ValueError, UnicodeError):
        return False


def _shape(font: FreeTypeFont, sign: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(sign)
    return mask.size, bytes(mask)
