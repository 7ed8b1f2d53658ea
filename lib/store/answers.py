"""Answers to questions from the columns: the lines of a page, and all that answer."""

from collections.abc import Iterator

import numpy as np
import sqlalchemy as sa

from lib.domain.history_query import Cursor, Sort
from lib.store.asked import SORT_KEYS, Asked
from lib.store.block_cache import BlockCache
from lib.store.blocks import Blocks, block_tokens, zones
from lib.store.columns import KEYS, Array, Dictionary
from lib.store.matching import Matcher
from lib.store.parts import Part

ANY = (-(2**62), 2**62)
NEAR = 1_024
"""So many lines fill a page that asks for a common word."""
Keyed = list[tuple[int, int]]


def keys_of_page(
    db: sa.Connection, asked: Asked, limit: int, cursor: Cursor | None, cache: BlockCache
) -> Keyed:
    """The first `limit` lines that answer beyond a place, as key and number, nearest first."""
    dictionary = Dictionary(db)
    matcher = Matcher(db, asked, dictionary, cache)
    rises = (asked.query.sort is Sort.OLDEST) != bool(cursor and cursor.backwards)
    page = _PageSoFar(limit, 1 if rises else -1, cursor)
    sorted_by = SORT_KEYS[asked.query.sort].name
    known = zones(db, sorted_by, block_tokens(db), cache) if sorted_by in KEYS else {}
    for part in matcher.parts(newest_first=not rises):
        if isinstance(part, Blocks):
            zone = known.get(part.numbers[0], ANY)
            if not page.could_take_any(part, *zone):
                continue
        at = np.flatnonzero(matcher.masks_but_words(part).all())
        keys = _sort_keys(part, asked.query.sort, dictionary)[at]
        nos = part.nos[at]
        for step in _steps(keys * page.sign, nos) if matcher.has_words else [slice(None)]:
            could = page.could_take(keys[step], nos[step])
            if matcher.has_words and could.any():
                span = int(nos[step][0]), int(nos[step][-1])
                could &= matcher.words(part, span)[at[step]]
            page.take(keys[step][could], nos[step][could])
    return page.found()


def _steps(turned_keys: Array, nos: Array) -> Iterator[Array]:
    """Which lines to search for words, one step after the other.

    Words that are everywhere fill a page with the nearest lines. They come first, by themselves,
    where their numbers are close together: by number the index of words is read.
    """
    if len(nos) > 2 * NEAR:
        near = turned_keys <= np.partition(turned_keys, NEAR)[NEAR]
        if np.ptp(nos[near]) < 4 * NEAR:
            yield np.flatnonzero(near)
            yield np.flatnonzero(~near)
            return
    yield np.arange(len(nos))


def nos_of(db: sa.Connection, asked: Asked, cache: BlockCache) -> Iterator[Array]:
    """The numbers of all lines that answer, some at a time, in no particular order."""
    dictionary = Dictionary(db)
    matcher = Matcher(db, asked, dictionary, cache)
    for part in matcher.parts():
        yield part.nos[matcher.masks(part).all()]


class _PageSoFar:
    """The nearest lines beyond a place. Keys and numbers are turned so that they always rise."""

    def __init__(self, limit: int, sign: int, cursor: Cursor | None) -> None:
        self._limit = limit
        self.sign = sign
        self._cursor = None if cursor is None else (cursor.key * sign, cursor.no * sign)
        self._keys, self._nos = np.empty(0, np.int64), np.empty(0, np.int64)

    def could_take(self, keys: Array, nos: Array) -> Array:
        """Which lines lie beyond the cursor, and before the last one of a page that is full."""
        keys, nos = keys * self.sign, nos * self.sign
        mask = np.ones(len(keys), bool)
        if self._cursor:
            key, no = self._cursor
            mask &= (keys > key) | ((keys == key) & (nos > no))
        if self._is_full:
            mask &= (keys < self._keys[-1]) | ((keys == self._keys[-1]) & (nos < self._nos[-1]))
        return mask

    def could_take_any(self, block: Blocks, low: int, high: int) -> bool:
        """Whether a line of a block could be taken, by the lowest and highest key that it has."""
        nearest, farthest = sorted((low * self.sign, high * self.sign))
        if self._cursor and farthest < self._cursor[0]:
            return False
        if not self._is_full or nearest < self._keys[-1]:
            return True
        no = min(int(block.nos[0]) * self.sign, int(block.nos[-1]) * self.sign)
        return nearest == int(self._keys[-1]) and no < int(self._nos[-1])

    @property
    def _is_full(self) -> bool:
        return len(self._keys) >= self._limit

    def take(self, keys: Array, nos: Array) -> None:
        """Keep the nearest of these and those before."""
        keys = np.concatenate([self._keys, keys * self.sign])
        nos = np.concatenate([self._nos, nos * self.sign])
        if len(keys) > 4 * self._limit:
            # All that could be among the first, ties with the last of them included.
            near = keys <= np.partition(keys, self._limit - 1)[self._limit - 1]
            keys, nos = keys[near], nos[near]
        order = np.lexsort((nos, keys))[: self._limit]
        self._keys, self._nos = keys[order], nos[order]

    def found(self) -> Keyed:
        """The page, as keys and numbers."""
        pairs = zip(self._keys.tolist(), self._nos.tolist(), strict=True)
        return [(key * self.sign, no * self.sign) for key, no in pairs]


def _sort_keys(part: Part, sort: Sort, dictionary: Dictionary) -> Array:
    if sort is not Sort.RATING:
        # They are turned about, so they must be able to fall below zero.
        return part.column(SORT_KEYS[sort].name).astype(np.int64, copy=False)
    values = dictionary.values("rating")
    stars = np.zeros(max(values.values(), default=0) + 1, np.int64)
    for value, code in values.items():
        stars[code] = int(value or 0)
    return stars[part.column("rating")]
