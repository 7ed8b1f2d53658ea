"""Counting what answers a question: how many, what they cost, and the counts beside each filter."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import sqlalchemy as sa

from lib.domain.history_filters import COUNTED, FACETS
from lib.store.asked import Asked
from lib.store.block_cache import BlockCache
from lib.store.columns import MARKS, SCOPE, Array, Dictionary
from lib.store.folding import SPEND
from lib.store.matching import Masks, Matcher, marks_seen
from lib.store.parts import Block, Part

MATCHES_COUNTED = 100_000
"""Counting stops after so many runs that have the words of a search: those before are at least."""
FEW_VALUES = 24
"""Values that are counted faster one by one than all at once."""


@dataclass
class Sums:
    """What was counted; where it is not `is_exact`, there are more.

    `counts`: runs by filter and by code (or the id of a tag or collection), its own filter left
    aside.
    """

    runs: int = 0
    spend_micros: int = 0
    is_exact: bool = True
    counts: dict[str, Array] = field(default_factory=dict)
    _codes: dict[str, list[Array]] = field(default_factory=dict)

    def note(self, name: str, codes: Array) -> None:
        """Have these codes counted with all others in the end: counting has its price each time."""
        self._codes.setdefault(name, []).append(codes)

    def count_noted(self) -> None:
        """Count what was noted."""
        for name, codes in self._codes.items():
            self.add(name, np.bincount(np.concatenate(codes)))
        self._codes.clear()

    def add(self, name: str, counts: Array) -> None:
        """Add to the counts of a filter."""
        so_far = self.counts.get(name, np.zeros(0, np.int64))
        longer, shorter = (counts, so_far) if len(counts) > len(so_far) else (so_far, counts)
        total = longer.astype(np.int64)
        total[: len(shorter)] += shorter
        self.counts[name] = total


def sums_of(
    db: sa.Connection,
    asked: Asked,
    dictionary: Dictionary,
    cache: BlockCache,
    *,
    with_counts: bool = False,
) -> Sums:
    """How many runs answer, and what they cost; and the counts beside each filter's values."""
    matcher = Matcher(db, asked, dictionary, cache)
    sums, matches, tallied = Sums(), 0, []
    for part in matcher.parts():
        if matches > MATCHES_COUNTED:
            sums.is_exact = False
            break
        if asked.is_whole and isinstance(part, Block) and not len(part.changed_here):
            tallied.append(part.number)
            continue
        masks = matcher.masks(part)
        matches += int(np.count_nonzero(masks.base)) if matcher.has_words else 0
        _add_sums(sums, part, masks)
        if with_counts:
            _add_counts(sums, part, masks)
    if tallied:
        _add_tallies(sums, db, matcher.scope, tallied)
    sums.count_noted()
    return sums


def _add_sums(sums: Sums, part: Part, masks: Masks) -> None:
    found = np.flatnonzero(masks.all())
    if len(found):
        costs = part.column("cost_key")[found]
        sums.runs += len(found)
        sums.spend_micros += int(costs[costs > 0].sum())


def _add_counts(sums: Sums, part: Part, masks: Masks) -> None:
    if not masks.base.any():
        return
    part.fetch([known.name for known in COUNTED])
    everywhere = masks.all()
    at = np.flatnonzero(everywhere)
    for known in COUNTED:
        found, places = everywhere, at
        if known.name in masks.filters:
            found = masks.all(without=known.name)
            places = np.flatnonzero(found)
        if known.name in MARKS:
            entries, ids = part.marks(known.name)
            sums.note(known.name, ids[found[entries]].astype(np.int64))
        elif len(places):
            _count_codes(sums, known.name, part.column(known.name), found, places)


def _count_codes(sums: Sums, name: str, codes: Array, found: Array, places: Array) -> None:
    """Count how many of the found lines have each code."""
    if len(places) > len(codes) // 8:
        highest = int(codes.max(initial=0))
        if highest <= FEW_VALUES:
            every = range(highest + 1)
            counts = [np.count_nonzero((codes == code) & found) for code in every]
            sums.add(name, np.array(counts))
            return
    sums.note(name, codes[places])


def _add_tallies(sums: Sums, db: sa.Connection, scope: int | None, blocks: list[int]) -> None:
    """Whole blocks of the whole history, by what was counted when they were written."""
    query = (
        "SELECT name, code, sum(runs) FROM run_tally"
        " WHERE scope = ? AND block IN (SELECT value FROM json_each(?)) GROUP BY name, code"
    )
    by_name: dict[str, dict[int, int]] = {}
    for name, code, runs in db.exec_driver_sql(query, (scope, json.dumps(blocks))).fetchall():
        by_name.setdefault(name, {})[code] = runs
    sums.runs += sum(by_name.pop(SCOPE, {}).values())
    sums.spend_micros += sum(by_name.pop(SPEND, {}).values())
    for name, found in by_name.items():
        counts = np.zeros(max(found) + 1, np.int64)
        counts[list(found)] = list(found.values())
        sums.add(name, counts)


def counts_by_value(
    db: sa.Connection, asked: Asked, sums: Sums, dictionary: Dictionary
) -> Iterator[tuple[str, str, str, int]]:
    """Filter, value, label and count of each value that any run has, or that is chosen."""
    for known in COUNTED:
        counts = sums.counts.get(known.name, np.empty(0, np.int64))
        chosen = asked.query.chosen(known.name)
        names: Mapping[str, tuple[int, str]]
        if known in FACETS:
            names = {value: (code, value) for value, code in dictionary.values(known.name).items()}
        else:
            seen = marks_seen(db, known.name, asked.viewer)
            names = {value: (mark_id, label) for mark_id, value, label in seen}
        for value in [*names, *(value for value in chosen if value not in names)]:
            code, label = names.get(value, (0, value))
            runs = int(counts[code]) if 0 < code < len(counts) else 0
            if runs or value in chosen:
                yield known.name, value, label, runs
