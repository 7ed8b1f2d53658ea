"""A picture's file name for whoever downloads it: readable, and safe on every system."""

import re
import unicodedata

from lib.images.formats import EXTENSIONS

_LONGEST_WORDS = 50
_LOOKED_AT = 1000  # a prompt may have 50,000 characters, of which the first few make the name
_RUN_ID_DIGITS = 8


def download_name(*, prompt: str, run_id: str, index: int, mime: str) -> str:
    """
    `a-red-fox-in-snow-9f3c2a71-0.png`: the prompt's first words, the end of the run's id (the end,
    since ids made within a minute begin alike), the index, and the extension of the media type
    (`bin` for what is no picture). At most 80 characters of a-z, 0-9, `-` and one dot.
    """
    words = plain_words(prompt) or "picture"
    short_id = re.sub("[^0-9a-z]", "", run_id.lower())[-_RUN_ID_DIGITS:] or "run"
    return f"{words}-{short_id}-{index:d}.{EXTENSIONS.get(mime, 'bin')}"


def plain_words(text: str, longest: int = _LONGEST_WORDS) -> str:
    """The first words of a text as a part of a file name: a-z, 0-9 and `-`; nothing of other scripts."""
    return _shortened(_plain(text), longest)


def _plain(prompt: str) -> str:
    letters = unicodedata.normalize("NFKD", prompt[:_LOOKED_AT])
    ascii_only = letters.encode("ascii", "ignore").decode().lower().replace("'", "")
    return re.sub("[^0-9a-z]+", "-", ascii_only).strip("-")


def _shortened(words: str, longest: int) -> str:
    if len(words) <= longest:
        return words
    whole, dash, _cut = words[: longest + 1].rpartition("-")
    return whole if dash else words[:longest]
