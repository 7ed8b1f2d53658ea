"""How many pixels a picture has for an aspect ratio and a resolution.

The API's own page names ratios and resolutions but gives no pixels. The figures here are those
that Google publishes for Gemini 3.1 Flash Image, the model behind Nano Banana 2 (Gemini API,
"Image generation", table "3.1 Flash Image Preview", as of 2026-04-24): about one megapixel at 1K,
every other resolution a multiple of it per side. One published cell, 21:9 at 512 ("792x168"),
contradicts its own ratio; here it is half of 1K like all its neighbours, 792 x 336.

Assumptions: "0.5K" is what Google calls "512"; and the real model may miss the table by a few
pixels at the extreme ratios, so nothing should count on an exact size of a real picture.

================  =============  =============  =============  =============
aspect ratio      0.5K           1K             2K             4K
================  =============  =============  =============  =============
1:1                512 x 512     1024 x 1024    2048 x 2048     4096 x 4096
3:2 (2:3)          632 x 424     1264 x 848     2528 x 1696     5056 x 3392
4:3 (3:4)          600 x 448     1200 x 896     2400 x 1792     4800 x 3584
5:4 (4:5)          576 x 464     1152 x 928     2304 x 1856     4608 x 3712
16:9 (9:16)        688 x 384     1376 x 768     2752 x 1536     5504 x 3072
21:9               792 x 336     1584 x 672     3168 x 1344     6336 x 2688
4:1 (1:4)         1024 x 256     2048 x 512     4096 x 1024     8192 x 2048
8:1 (1:8)         1536 x 192     3072 x 384     6144 x 768     12288 x 1536
================  =============  =============  =============  =============

A ratio in brackets is the same with its sides swapped.
"""

from collections.abc import Mapping
from types import MappingProxyType

from lib.sandbox.pictures.wording import words_of

_ONE_K: Mapping[str, tuple[int, int]] = {
    "21:9": (1584, 672),
    "16:9": (1376, 768),
    "3:2": (1264, 848),
    "4:3": (1200, 896),
    "5:4": (1152, 928),
    "1:1": (1024, 1024),
    "4:5": (928, 1152),
    "3:4": (896, 1200),
    "2:3": (848, 1264),
    "9:16": (768, 1376),
    "4:1": (2048, 512),
    "1:4": (512, 2048),
    "8:1": (3072, 384),
    "1:8": (384, 3072),
}
_HALVES_PER_SIDE: Mapping[str, int] = {"0.5K": 1, "1K": 2, "2K": 4, "4K": 8}

SIZES: Mapping[str, Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        aspect_ratio: MappingProxyType(
            {
                resolution: (width * halves // 2, height * halves // 2)
                for resolution, halves in _HALVES_PER_SIDE.items()
            }
        )
        for aspect_ratio, (width, height) in _ONE_K.items()
    }
)
"""Width and height in pixels: `SIZES[aspect_ratio][resolution]`."""

_RATIO_WORDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("21:9", frozenset({"panorama", "panoramic", "ultrawide", "cinemascope", "anamorphic"})),
    ("9:16", frozenset({"story", "reel", "smartphone", "phone", "wallpaper", "lockscreen"})),
    ("16:9", frozenset({"landscape", "wide", "cinematic", "widescreen", "banner", "skyline"})),
    ("2:3", frozenset({"poster", "cover", "book", "magazine", "flyer"})),
    ("3:4", frozenset({"portrait", "tall", "treehouse", "tower", "waterfall", "fashion"})),
    ("4:3", frozenset({"interior", "room", "kitchen", "product"})),
)


def size_of(aspect_ratio: str, resolution: str, prompt: str = "") -> tuple[int, int]:
    """Width and height in pixels; "auto" takes the ratio that the prompt's words ask for.

    Raises `ValueError`, naming the field and what it allows, for any other value.
    """
    ratio = _ratio_for(prompt) if aspect_ratio == "auto" else aspect_ratio
    if ratio not in SIZES:
        allowed = ", ".join(SIZES)
        raise ValueError(f"aspect_ratio: {aspect_ratio!r} is unknown; use auto, {allowed}")
    if resolution not in SIZES[ratio]:
        allowed = ", ".join(_HALVES_PER_SIDE)
        raise ValueError(f"resolution: {resolution!r} is unknown; use {allowed}")
    return SIZES[ratio][resolution]


def _ratio_for(prompt: str) -> str:
    words = frozenset(words_of(prompt))
    return next((ratio for ratio, hints in _RATIO_WORDS if words & hints), "1:1")
