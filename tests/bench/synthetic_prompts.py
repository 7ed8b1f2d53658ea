"""Prompts of made-up words, as common and as rare as people's words are."""

from collections.abc import Iterator

import numpy as np

VOCABULARY = 40_000
COMMON_WORD = "light"
"""Stands in about a third of all prompts."""
SYLLABLES = tuple(a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ai", "or"))


def prompts(chance: np.random.Generator, start: int, count: int) -> Iterator[str]:
    """Prompts of 4 to 40 words of the vocabulary, by Zipf's law."""
    words = vocabulary()
    shares = 1 / np.arange(1, len(words) + 1)
    lengths = chance.integers(4, 41, count)
    drawn = chance.choice(len(words), size=int(lengths.sum()), p=shares / shares.sum())
    at = 0
    for number, length in enumerate(lengths.tolist(), start):
        prompt = " ".join(words[word] for word in drawn[at : at + length].tolist())
        at += length
        if number % 100 == 1:
            prompt += " 桜の木 mit Blüten"
        yield prompt


def vocabulary() -> list[str]:
    """Made-up words that can be spoken; the first ones are the most common."""
    if not _words:
        chance = np.random.default_rng(7)
        common = ["a", "of", COMMON_WORD, "the", "in", "with", "red", "kite", "forest", "city"]
        made = {
            "".join(SYLLABLES[at] for at in row[: 2 + int(row[0]) % 3])
            for row in chance.integers(0, len(SYLLABLES), size=(2 * VOCABULARY, 4)).tolist()
        }
        _words.extend([*common, *sorted(made)[:VOCABULARY]])
        tail = np.array(_words[len(common) :])
        chance.shuffle(tail)
        _words[len(common) :] = tail.tolist()
    return _words


_words: list[str] = []
