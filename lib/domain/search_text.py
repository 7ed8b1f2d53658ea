"""What a person types to find text, and what it means.

    red kite        both words, anywhere
    "red kite"      these words in this order, side by side
    -kite           not this word; -"red kite" not this phrase
    kit*            words that begin so

Capitals and accents do not matter. Scripts that are written without spaces, such as Chinese or
Japanese, and emoji are found by any part of them. Whatever is typed is valid: signs that mean
nothing are left out, and a quote that is not closed reaches to the end.
"""

import re
import unicodedata
from dataclasses import dataclass

_ACCENTS = re.compile("[\u0300-\u036f]")
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese, Korean: one letter, one token."""
_SYMBOLS = "\u2190-\u2bff\U0001f000-\U0001faff"
"""Arrows, signs and emoji."""
_TOKENS = re.compile(f"[{_UNSPACED}{_SYMBOLS}]|[^\\W_{_UNSPACED}{_SYMBOLS}]+")
_TERMS = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<star>\*?)')


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to find, or with `minus` not to find: tokens in this order, side by side.

    With `is_prefix` the last token may go on.
    """

    tokens: tuple[str, ...]
    minus: bool = False
    is_prefix: bool = False


def parse(text: str) -> tuple[Term, ...]:
    """What a search asks for; nothing when no sign of it can be searched for."""
    terms = (_term(found) for found in _TERMS.finditer(text))
    return tuple(dict.fromkeys(term for term in terms if term.tokens))


def _term(found: re.Match[str]) -> Term:
    word = found["word"]
    tokens = tuple(tokens_of(found["phrase"] if word is None else word))
    is_prefix = bool(found["star"]) or (word or "").endswith("*")
    return Term(tokens, bool(found["minus"]), is_prefix)


def tokens_of(text: str) -> list[str]:
    """The tokens of a text, folded: those of a prompt and of a search are made alike."""
    return _TOKENS.findall(folded(text))


def folded(text: str) -> str:
    """The text without capitals, accents, and the many forms of one letter (NFKD, then NFC)."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed)).casefold()


def same_words(text: str) -> str:
    """What two prompts must share to count as the same: all but capitals, accents and spaces."""
    return " ".join(folded(text).split())
