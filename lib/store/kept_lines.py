"""Which lines of the history were kept, as `schema_attention.IS_KEPT` says it, by the columns."""

from collections.abc import Sequence

import numpy as np

from lib.domain.history_filters import NO, YES
from lib.domain.organising import BEST_RATING
from lib.store.columns import Array, Dictionary
from lib.store.parts import Part, lines_with
from lib.store.schema_attention import KEPT_FROM

KEPT = "kept"
MADE_OF = ("favourite", "rating", "downloaded", "has_pictures")
"""The columns that tell it."""
KEPT_RATINGS = tuple(str(rating) for rating in range(KEPT_FROM, BEST_RATING + 1))


def kept_lines(
    part: Part, dictionary: Dictionary, values: Sequence[str], *, is_shown: bool
) -> Array:
    """The lines that were kept, or have pictures and were not. In the bin nothing is kept."""

    def has(name: str, *wanted: str) -> Array:
        return lines_with(part, dictionary, name, wanted)

    kept = has("favourite", YES) | has("rating", *KEPT_RATINGS) | has("downloaded", YES)
    kept &= is_shown
    found = np.zeros(len(part), bool)
    if YES in values:
        found |= kept
    if NO in values:
        found |= has("has_pictures", YES) & ~kept
    return found
