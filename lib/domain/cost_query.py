"""What the report of costs is asked for: a period, filters, groups and bars; and its link.

`period` and the days of a period of one's own (`from`, `to`), `at` (one bar of it), `by` (one group
or two), `every` (what a bar stands for), and the groups as filters, once for each value.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lib.domain.bucket_names import NamedBucket, named_bucket
from lib.domain.buckets import Bucket
from lib.domain.history_query import readable
from lib.domain.periods import Days, Period, custom_days
from lib.domain.spend import LONGEST_VALUE, Chosen, Group, in_order

PERIOD, FROM, TO, AT, BY, EVERY = "period", "from", "to", "at", "by", "every"
PARAMETERS = (PERIOD, FROM, TO, AT, BY, EVERY, *Group)
MOST_GROUPS = 2
MOST_VALUES = 50
Parameters = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class CostQuery:
    """A question to the report of costs. Two that mean the same are equal.

    `own` are the days of Period.CUSTOM. `at` narrows the period to one bucket of it. `every` None
    is the usual bucket of such a period.
    """

    period: Period = Period.THIS_MONTH
    own: Days | None = None
    at: NamedBucket | None = None
    by: tuple[Group, ...] = (Group.SKU,)
    every: Bucket | None = None
    filters: Chosen = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "filters", in_order(self.filters))

    def where(self, group: Group, *values: str) -> "CostQuery":
        """The same question with these values of a group, any of them; none takes it away."""
        others = tuple((known, chosen) for known, chosen in self.filters if known is not group)
        return replace(self, filters=(*others, (group, values)))

    def without(self, group: Group, value: str) -> "CostQuery":
        """The same question with one value of a filter taken away."""
        kept = (chosen for chosen in dict(self.filters).get(group, ()) if chosen != value)
        return self.where(group, *kept)

    def during(self, bucket: NamedBucket | None) -> "CostQuery":
        """The same question about one bar of it, or with None the whole period; bars as usual."""
        return replace(self, at=bucket, every=None)

    def of(self, period: Period, own: Days | None = None) -> "CostQuery":
        """The same question about another period."""
        return replace(self, period=period, own=own, at=None, every=None)

    @property
    def is_filtered(self) -> bool:
        """Whether it asks for less than the whole period."""
        return bool(self.filters) or self.at is not None


def parameters_of(query: CostQuery) -> Parameters:
    """The parameters of a link that asks this question; what has its default is left out."""
    found: Parameters = {}
    if query.period is not Period.THIS_MONTH:
        found[PERIOD] = [query.period]
    if query.own is not None:
        found |= {FROM: [query.own.first.isoformat()], TO: [query.own.last.isoformat()]}
    if query.at is not None:
        found[AT] = [query.at.name]
    if query.by != (Group.SKU,):
        found[BY] = list(query.by)
    if query.every is not None:
        found[EVERY] = [query.every]
    return found | {str(group): list(values) for group, values in query.filters}


def query_from(parameters: Mapping[str, Sequence[str]]) -> tuple[CostQuery, list[str]]:
    """The question of a link, and a note for each part of it that could not be read.

    Never raises: what is unknown or wrong is left out, and its note says what would be right.
    """
    notes = [f"{name[:40]!r} is not known here." for name in parameters if name not in PARAMETERS]

    def read(name: str, reading: Callable[[str], Any], default: Any) -> Any:
        texts = parameters.get(name)
        if not texts:
            return default
        try:
            return reading(texts[-1])
        except ValueError as error:
            notes.append(_sentence(error))
            return default

    period = read(PERIOD, lambda text: _one_of(PERIOD, Period, text), Period.THIS_MONTH)
    own = None
    if period is Period.CUSTOM:
        own = read(FROM, lambda first: custom_days(first, _last(parameters, TO)), None)
        if own is None:
            if not parameters.get(FROM):
                notes.append("A custom period has its days: from=2026-11-01 and to=2026-11-15.")
            period = Period.THIS_MONTH
    at = read(AT, named_bucket, None)
    every = read(EVERY, lambda text: _one_of(EVERY, Bucket, text), None)
    by, filters = _groups(parameters, notes), _filters(parameters, notes)
    return CostQuery(period, own, at, by, every, filters), notes


def _groups(parameters: Mapping[str, Sequence[str]], notes: list[str]) -> tuple[Group, ...]:
    found: dict[Group, None] = {}
    for text in parameters.get(BY, ()):
        try:
            found[_one_of(BY, Group, text)] = None
        except ValueError as error:
            notes.append(_sentence(error))
    if len(found) > MOST_GROUPS:
        notes.append(f"{BY} can be {MOST_GROUPS} groups at most.")
    return tuple(found)[:MOST_GROUPS] or (Group.SKU,)


def _filters(parameters: Mapping[str, Sequence[str]], notes: list[str]) -> Chosen:
    found = []
    for group in Group:
        values = list(dict.fromkeys(map(readable, parameters.get(group, ()))))
        fitting = [value for value in values if len(value) <= LONGEST_VALUE][:MOST_VALUES]
        if len(fitting) < len(values):
            notes.append(f"{group}: {MOST_VALUES} values of {LONGEST_VALUE} characters at most.")
        found.append((group, tuple(fitting)))
    return in_order(found)


def _one_of(name: str, words: Any, text: str) -> Any:
    try:
        return words(text)
    except ValueError as error:
        raise ValueError(
            f"{name} cannot be {text[:40]!r}: choose of {', '.join(words)}."
        ) from error


def _last(parameters: Mapping[str, Sequence[str]], name: str) -> str:
    texts = parameters.get(name)
    return texts[-1] if texts else ""


def _sentence(error: ValueError) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]
