"""Counting what answers a question: how many, what they cost, and the counts beside each filter."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import sqlalchemy as sa

from lib.domain.history_filters import COUNTED, FACETS
from lib.store.asked import Asked
from lib.store.block_cache import BlockCache
from lib.store.blocks import TOGETHER, Blocks
from lib.store.columns import MARKS, SCOPE, Array, Dictionary
from lib.store.folding import SPEND
from lib.store.matching import Masks, Matcher, marks_seen
from lib.store.parts import Part

MATCHES_COUNTED = 100_000
"""Counting stops after so many runs that have the words of a search: those before are at least."""
FEW_VALUES = 16
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
            self.add(name, _counted(np.concatenate(codes)))
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
    # Tallies are by block, and searching words for one more block than needed takes long.
    is_whole = asked.is_whole
    together = 1 if is_whole or matcher.has_words else TOGETHER
    for part in matcher.parts(together=together):
        if matches > MATCHES_COUNTED:
            sums.is_exact = False
            break
        if is_whole and isinstance(part, Blocks) and not len(part.changed_here):
            tallied.append(part.numbers[0])
            continue
        masks = matcher.masks(part)
        matches += int(np.count_nonzero(masks.base)) if matcher.has_words else 0
        found = masks.all()
        at = np.flatnonzero(found)
        _add_sums(sums, part, at)
        if with_counts and masks.base.any():
            _add_counts(sums, part, masks, found, at)
    if tallied:
        _add_tallies(sums, db, matcher.scope, tallied)
    sums.count_noted()
    return sums


def _add_sums(sums: Sums, part: Part, at: Array) -> None:
    if len(at):
        costs = part.column("cost_key")[at]
        sums.runs += len(at)
        sums.spend_micros += int(costs[costs > 0].sum())


def _add_counts(sums: Sums, part: Part, masks: Masks, answers: Array, at: Array) -> None:
    """Count the lines that answer, and for each filter those that would without it."""
    part.fetch([known.name for known in COUNTED])
    for known in COUNTED:
        is_chosen = known.name in masks.filters
        found = masks.all(without=known.name) if is_chosen else answers
        if known.name in MARKS:
            entries, ids = part.marks(known.name)
            sums.note(known.name, ids[found[entries]].astype(np.int64))
        else:
            _count_codes(
                sums, known.name, part.column(known.name), found, None if is_chosen else at
            )


def _count_codes(sums: Sums, name: str, codes: Array, found: Array, at: Array | None) -> None:
    """Count how many of the found lines have each code. `at`: where they are, if that is known."""
    if codes.strides == (0,):
        # One value that all lines share.
        counts = np.zeros(int(codes[0]) + 1, np.int64)
        counts[-1] = np.count_nonzero(found) if at is None else len(at)
        sums.add(name, counts)
        return
    if (at is None or len(at) > len(codes) // 8) and codes.max(initial=0) <= FEW_VALUES:
        # Code 0 is a line that is not there.
        counts = _counted(codes * found)
        counts[0] = 0
        sums.add(name, counts)
        return
    sums.note(name, codes[np.flatnonzero(found) if at is None else at])


def _counted(codes: Array) -> Array:
    """How many there are of each code."""
    highest = int(codes.max(initial=0))
    if highest > FEW_VALUES:
        return np.bincount(codes)
    return np.array([np.count_nonzero(codes == code) for code in range(highest + 1)])


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
    all_chosen = dict(asked.query.filters)
    for known in COUNTED:
        counts = sums.counts.get(known.name, np.empty(0, np.int64)).tolist()
        chosen = all_chosen.get(known.name, ())
        names: Mapping[str, tuple[int, str]]
        if known in FACETS:
            names = {value: (code, value) for value, code in dictionary.values(known.name).items()}
        else:
            seen = marks_seen(db, known.name, asked.viewer)
            names = {value: (mark_id, label) for mark_id, value, label in seen}
        for value in [*names, *(value for value in chosen if value not in names)]:
            code, label = names.get(value, (0, value))
            runs = counts[code] if 0 < code < len(counts) else 0
            if runs or value in chosen:
                yield known.name, value, label, runs
