"""Which lines of the history answer a question, part by part: masks over the columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

from lib.domain.history_filters import UNSET, FilterKind, find_filter
from lib.domain.search_text import parse
from lib.store.asked import Asked, index, looked_up
from lib.store.block_cache import BlockCache
from lib.store.blocks import Blocks, block_tokens, group_of, zones
from lib.store.columns import MARKS, SCOPE, Array, Dictionary, scope_of
from lib.store.kept_lines import KEPT, MADE_OF, kept_lines
from lib.store.names import seen_by
from lib.store.parts import Lines, Part, changed_nos, lines_with, read_lines
from lib.store.schema_history import Place, collection, tag
from lib.store.words import any_of, expression, matching_nos, some_matching_nos

FEW_LINES = 256
"""So many lines are read one by one rather than looked for in the columns."""
ENDLESS = 2**62


@dataclass(frozen=True, slots=True)
class Masks:
    """Which lines of a part answer. `base`: all but the filters; `filters`: each by itself."""

    base: Array
    filters: Mapping[str, Array]

    def all(self, *, without: str = "") -> Array:
        """The lines that answer; `without` leaves one filter out."""
        found = self.base
        for name, mask in self.filters.items():
            if name != without:
                found = found & mask
        return found


class Matcher:
    """Looks through parts for the lines that answer one question."""

    def __init__(
        self, db: sa.Connection, asked: Asked, dictionary: Dictionary, cache: BlockCache
    ) -> None:
        self._db = db
        self._cache = cache
        self._asked = asked
        self._dictionary = dictionary
        terms = parse(asked.query.text)
        self._wanted = [term for term in terms if not term.minus]
        self._unwanted = [term for term in terms if term.minus]
        self._were_found_by_words = False
        self._looked_up = {
            name: self._look_up(name, values)
            for name, values in asked.query.filters
            if find_filter(name).kind is FilterKind.LOOKUP
        }
        # What no experiment made is all but what any has: that is never written out.
        is_asked = UNSET in asked.query.chosen("experiment")
        self._made_for_any = self._look_up("experiment", ()) if is_asked else None
        self._marked = {
            name: [mark_id for mark_id, value, _label in self._seen(name) if value in values]
            for name, values in asked.query.filters
            if name in MARKS
        }

    @property
    def _columns(self) -> list[str]:
        """The columns that decide."""
        filters = [name for name, _ in self._asked.query.filters if name not in self._looked_up]
        made_of = MADE_OF if KEPT in filters else ()
        filters = [name for name in filters if name != KEPT]
        return [SCOPE, *filters, *made_of, *(name for name, _low, _high in self._ranges())]

    @property
    def has_words(self) -> bool:
        """Whether the question searches text at all."""
        return bool(self._wanted or self._unwanted)

    @property
    def scope(self) -> int | None:
        """The code of where the question looks; None when no run is there."""
        place = Place.BIN if self._asked.query.deleted else Place.SHOWN
        return self._dictionary.find(SCOPE, scope_of(self._asked.origin, place))

    # -- parts -----------------------------------------------------------------------------------

    def parts(self, *, newest_first: bool = True, together: int = 1) -> Iterator[Part]:
        """The parts that may hold lines that answer: the changed ones, then the blocks in order.

        `together`: so many neighbouring blocks are one part.
        """
        few = self._few()
        if few is not None:
            yield read_lines(self._db, self._dictionary, few)
            return
        changed = changed_nos(self._db)
        if len(changed):
            yield read_lines(self._db, self._dictionary, changed)
        tokens = block_tokens(self._db)
        groups = {number // together for number in self._reachable(tokens)}
        for group in sorted(groups, reverse=newest_first):
            numbers = group_of(group, together, tokens)
            yield Blocks(self._db, numbers, tokens, changed, self._cache)

    def _few(self) -> Array | None:
        """The only lines that can answer, where a look-up or a rare word leaves few."""
        for name, nos in self._looked_up.items():
            if name == "experiment" and self._made_for_any is not None:
                continue
            if len(nos) <= FEW_LINES:
                return nos
        if self._wanted:
            some = some_matching_nos(self._db, expression(self._wanted), FEW_LINES + 1)
            if len(some) <= FEW_LINES:
                self._were_found_by_words = True
                return np.array(sorted(some), np.int64)
        return None

    def _reachable(self, tokens: Mapping[int, int]) -> set[int]:
        """The blocks whose keys meet the ranges of the question."""
        found = set(tokens)
        for name, low, high in self._ranges():
            known = zones(self._db, name, tokens, self._cache)
            found = {at for at in found if known[at][1] >= low and known[at][0] <= high}
        return found

    def _ranges(self) -> Iterator[tuple[str, int, int]]:
        """The lowest and the highest key that are asked for, by column."""
        asked, query = self._asked, self._asked.query
        if asked.from_ms is not None or asked.to_ms is not None:
            end = ENDLESS if asked.to_ms is None else asked.to_ms - 1
            yield "created_at", -ENDLESS if asked.from_ms is None else asked.from_ms, end
        low, high = query.cost_from_micros, query.cost_to_micros
        if low is not None or high is not None:
            # An unknown cost is none of any range.
            yield "cost_key", max(low or 0, 0), ENDLESS if high is None else high

    # -- masks -----------------------------------------------------------------------------------

    def masks(self, part: Part) -> Masks:
        """What answers in a part."""
        masks = self.masks_but_words(part)
        if self.has_words and masks.base.any():
            return Masks(masks.base & self.words(part), masks.filters)
        return masks

    def masks_but_words(self, part: Part) -> Masks:
        """What would answer if no words were searched for: words take longer than all the rest."""
        part.fetch(self._columns)
        base = part.column(SCOPE) == (-1 if self.scope is None else self.scope)
        for name, low, high in self._ranges():
            keys = part.column(name)
            base = base & (keys >= low) & (keys <= high)
        filters = {
            name: self._filter(part, name, values) for name, values in self._asked.query.filters
        }
        return Masks(base, filters)

    def _filter(self, part: Part, name: str, values: Sequence[str]) -> Array:
        if name in self._looked_up:
            found = among(part, self._looked_up[name])
            if name == "experiment" and self._made_for_any is not None:
                found |= ~among(part, self._made_for_any)
            return found
        if name == KEPT:
            is_shown = not self._asked.query.deleted
            return kept_lines(part, self._dictionary, values, is_shown=is_shown)
        if name in MARKS:
            found = np.zeros(len(part), bool)
            places, ids = part.marks(name)
            found[places[np.isin(ids, self._marked[name])]] = True
            if UNSET in values and name == "tag":
                found |= ~_are_at(places, len(part))
            return found
        return lines_with(part, self._dictionary, name, values)

    def _look_up(self, name: str, values: tuple[str, ...]) -> Array:
        nos = sa.select(index.c.no).where(looked_up(name, values, self._asked)).subquery()
        joined = self._db.scalar(sa.select(sa.func.group_concat(nos.c.no)))
        return np.unique(numbers_in(joined))

    def _seen(self, name: str) -> Sequence[tuple[int, str, str]]:
        return marks_seen(self._db, name, self._asked.viewer)

    # -- words -----------------------------------------------------------------------------------

    def words(self, part: Part, span: tuple[int, int] | None = None) -> Array:
        """Which lines have the words that are searched for, those of a span of numbers at least."""
        span = span or (int(part.nos[0]), int(part.nos[-1]))
        found = np.ones(len(part), bool)
        if self._wanted and not self._were_found_by_words:
            found &= self._having(part, expression(self._wanted), span)
        if self._unwanted:
            found &= ~self._having(part, any_of(self._unwanted), span)
        return found

    def _having(self, part: Part, words: str, span: tuple[int, int]) -> Array:
        only = part.nos.tolist() if isinstance(part, Lines) else None
        found = matching_nos(self._db, words, *span, only=only)
        return among(part, numbers_in(found))


def numbers_in(joined: str | None) -> Array:
    """The numbers of a text that joins them by commas."""
    return np.fromstring(joined or "", np.int64, sep=",")


def among(part: Part, nos: Array) -> Array:
    """Which lines of a part have one of these numbers, which rise."""
    mine = part.nos
    if isinstance(part, Lines):
        return np.isin(mine, nos)
    start, end = np.searchsorted(nos, (mine[0], mine[-1] + 1))
    found = np.zeros(len(mine), bool)
    found[nos[start:end] - mine[0]] = True
    return found


def _are_at(places: Array, count: int) -> Array:
    """A mask of so many lines, true at these places."""
    found = np.zeros(count, bool)
    found[places] = True
    return found


def marks_seen(db: sa.Connection, name: str, viewer: str) -> Sequence[tuple[int, str, str]]:
    """The id, the value in a link and the label of each tag or collection that the viewer sees."""
    if name == "tag":
        rows: Sequence[Any] = db.execute(sa.select(tag.c.id, tag.c.name)).all()
        return [(row[0], row[1], row[1]) for row in rows]
    query = sa.select(collection.c.id, collection.c.name).where(seen_by(collection, viewer))
    return [(row[0], str(row[0]), row[1]) for row in db.execute(query).all()]
