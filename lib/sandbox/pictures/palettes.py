"""Colours: curated palettes, chosen by the prompt's words or else by the prompt as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from lib.sandbox.pictures.wording import chance, words_of

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Five tones from night to light, and one accent that stands out from them."""

    dark: Colour
    deep: Colour
    middle: Colour
    pale: Colour
    light: Colour
    accent: Colour

    def tones(self) -> list[Colour]:
        """The five tones, darkest first, without the accent."""
        return [self.dark, self.deep, self.middle, self.pale, self.light]


def _palette(colours: str) -> Palette:
    dark, deep, middle, pale, light, accent = (_colour(text) for text in colours.split())
    return Palette(dark, deep, middle, pale, light, accent)


def _colour(text: str) -> Colour:
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


PALETTES: Mapping[str, Palette] = {
    "twilight": _palette("0a1026 1c2a56 54528c b98bb0 f6c9a8 ffd9a0"),
    "lagoon": _palette("04141c 0b2f3a 15616d 5fb3b3 bff3e4 3ef0d8"),
    "gold": _palette("2a1608 6b3410 b8651b e8a33d fbe0a0 d8443c"),
    "neon": _palette("0a0618 241046 6a1b8a d63aa8 ff9ad5 22e6ff"),
    "woodland": _palette("08150f 163524 2f6b45 7fae79 dfe9b8 f4d35e"),
    "sunset": _palette("1d1135 5a1f5c b93a63 f27a5e ffc48a ffe9b5"),
    "winter": _palette("0d1b2a 1b3a57 4d7ea8 a8c8dc eef5f7 ff9e7a"),
    "earth": _palette("2b140e 6e2f1c b65a34 e2a071 f6dcb8 3a7d7c"),
    "ink": _palette("0e0e10 2b2c30 5b5d63 a3a5a8 ededea e0442e"),
    "blossom": _palette("3b2a4d 74507f b97ba4 f2b0bf fdeed9 5fb8a4"),
    "ocean": _palette("03172b 06395f 0e6b9a 58b4cf d5f1ee ffb35c"),
    "citrus": _palette("27320b 5c7a12 a8b820 f2cf3b fdf3b4 f2662f"),
}

_MOODS: Mapping[str, str] = {
    "twilight": "twilight dusk evening night midnight moon moonlight star starry galaxy nocturnal",
    "sunset": "sunset sunrise dawn coral romantic pink peach warm",
    "gold": "golden gold amber honey autumn candle whiskey luxury brass",
    "neon": "neon cyberpunk synthwave vaporwave retrowave arcade club disco",
    "woodland": "forest green jungle moss garden spring leaf nature botanical emerald",
    "winter": "winter ice icy snow snowy frost glacier arctic cold alpine",
    "earth": "desert dune terracotta clay canyon rust mars sand rustic",
    "ink": "ink monochrome black white charcoal noir minimal minimalist sumi graphite",
    "blossom": "pastel blossom cherry lavender soft dreamy sakura floral",
    "ocean": "ocean sea underwater blue wave marine coast harbor harbour lake azure",
    "citrus": "lemon citrus lime orange yellow fruit summer fresh banana",
    "lagoon": "turquoise teal aqua lagoon cyan",
}

_ACCENTS: Mapping[str, str] = {
    "3ef0d8": "turquoise teal aqua cyan bioluminescent phosphorescent",
    "ffc857": "golden gold amber yellow honey banana",
    "ff5d73": "red crimson scarlet coral ruby",
    "ff8ac4": "pink magenta rose blossom orchid",
    "a98bff": "purple violet lavender amethyst",
    "6fdc6a": "green emerald lime",
    "56a8ff": "blue azure sapphire cobalt",
    "ff9a3d": "orange tangerine copper",
}


def palette_for(prompt: str) -> Palette:
    """The palette of a prompt: a mood from its first such word, an accent from a colour word."""
    words = words_of(prompt)
    luck = chance("palette", prompt)
    name = _first_named(words, _MOODS) or sorted(PALETTES)[luck.integers(len(PALETTES))]
    accent = _first_named(words, _ACCENTS)
    chosen = _turned(PALETTES[name], float(luck.uniform(-0.05, 0.05)))
    return replace(chosen, accent=_colour(accent)) if accent else chosen


def _first_named(words: list[str], table: Mapping[str, str]) -> str | None:
    named = {word: name for name, hints in table.items() for word in hints.split()}
    return next((named[word] for word in words if word in named), None)


def _turned(palette: Palette, amount: float) -> Palette:
    """A little of each channel given to the next, so that two prompts rarely match exactly."""
    rows = np.array([*palette.tones(), palette.accent], dtype=np.float32)
    moved = rows * (1 - abs(amount)) + np.roll(rows, 1 if amount > 0 else -1, axis=1) * abs(amount)
    return Palette(*(to_colour(row) for row in moved))


def to_colour(values: np.ndarray) -> Colour:
    """Three numbers as a colour, rounded and clipped."""
    red, green, blue = (int(v) for v in np.clip(np.rint(values), 0, 255))
    return red, green, blue


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """The first colour with a share (0 to 1) of the second."""
    return to_colour(np.array(first) * (1 - share) + np.array(second) * share)
