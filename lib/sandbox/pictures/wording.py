"""The words of a prompt, and the chance that a prompt, a seed and an index stand for."""

import hashlib
import re

import numpy as np

_WORD = re.compile(r"[a-z]+")


def words_of(prompt: str) -> list[str]:
    """The Latin words of the prompt, in lower case and in order, plurals also as singulars."""
    found: list[str] = []
    for word in _WORD.findall(prompt.lower()):
        found.append(word)
        if len(word) > 3 and word.endswith("s"):
            found.append(word[:-1])
    return found


def chance(*parts: object) -> np.random.Generator:
    """A random generator that the parts alone decide: the same in every process."""
    text = "\x1f".join(str(part) for part in parts)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))
