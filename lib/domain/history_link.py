"""A question to the history as the parameters of a link, and back, without loss.

`q` is the text. A filter's name stands once for each of its values. Costs are dollars, days are
ISO dates, moments are minutes in UTC. What has its default is left out, so the whole history needs
no parameter at all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from lib.domain.history_filters import FILTERS, NO, YES
from lib.domain.history_query import LARGEST_MICROS, LONGEST_TEXT, HistoryQuery, Sort, readable
from lib.domain.money import dollars_from_micros, micros_from_dollars

TEXT, SORT, DELETED = "q", "sort", "deleted"
COSTS = {"cost_from": "cost_from_micros", "cost_to": "cost_to_micros"}
DAYS = ("created_from", "created_to")
MOMENTS = {"clicked_from": "clicked_from_ms", "clicked_to": "clicked_to_ms"}
MINUTE = "%Y-%m-%dT%H:%MZ"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PARAMETERS = (TEXT, *(known.name for known in FILTERS), *COSTS, *DAYS, *MOMENTS, DELETED, SORT)
"""Every parameter that a question can have."""

Parameters = dict[str, list[str]]


@dataclass(slots=True)
class _Reading:
    """What was read so far, and what could not be."""

    values: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def take(self, name: str, read: Callable[[str], Any], text: str) -> None:
        try:
            self.values[name] = read(text)
        except ValueError as error:
            self.notes.append(str(error))


def parameters_of(query: HistoryQuery) -> Parameters:
    """The parameters of a link that asks this question."""
    found: Parameters = {TEXT: [query.text]} if query.text else {}
    found.update({name: list(values) for name, values in query.filters})
    for name, attribute in COSTS.items():
        micros = getattr(query, attribute)
        if micros is not None:
            found[name] = [_dollars(micros)]
    for name in DAYS:
        day = getattr(query, name)
        if day is not None:
            found[name] = [day.isoformat()]
    for name, attribute in MOMENTS.items():
        at_ms = getattr(query, attribute)
        if at_ms is not None:
            found[name] = [minute(at_ms)]
    if query.deleted:
        found[DELETED] = [YES]
    if query.sort is not Sort.NEWEST:
        found[SORT] = [str(query.sort)]
    return found


def query_from(parameters: Mapping[str, Sequence[str]]) -> tuple[HistoryQuery, list[str]]:
    """The question of a link, and a note for each part of it that could not be read.

    Never raises: what is unknown or wrong is left out, and its note says what would be right. The
    page's own parameters, such as the run that is open, are for the page to take out before.
    """
    reading = _Reading()
    for name, texts in parameters.items():
        if name not in PARAMETERS:
            reading.notes.append(f"{name[:40]!r} is not known here: it was left out.")
        elif texts and name not in (known.name for known in FILTERS):
            _read_single(reading, name, texts[-1])
    reading.values["filters"] = tuple(_read_filters(reading, parameters))
    return HistoryQuery(**reading.values), reading.notes


def _read_single(reading: _Reading, name: str, text: str) -> None:
    if name == TEXT:
        if len(text) > LONGEST_TEXT:
            reading.notes.append(f"{TEXT} was cut off after {LONGEST_TEXT} characters.")
        reading.values["text"] = text
    elif name in COSTS:
        reading.take(COSTS[name], lambda dollars: _micros(name, dollars), text)
    elif name in DAYS:
        reading.take(name, lambda day: _day(name, day), text)
    elif name in MOMENTS:
        reading.take(MOMENTS[name], lambda moment: _moment(name, moment), text)
    elif name == SORT:
        reading.take("sort", _sort, text)
    else:
        reading.take("deleted", _flag, text)


def _read_filters(
    reading: _Reading, parameters: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for known in FILTERS:
        values = [readable(value) for value in parameters.get(known.name, ())]
        problems = {value: known.problem_with(value) for value in values}
        reading.notes.extend(problem for problem in problems.values() if problem)
        yield known.name, tuple(value for value in values if not problems[value])


def minute(at_ms: int) -> str:
    """A moment as a link names it: `2026-11-22T13:00Z`."""
    return (EPOCH + timedelta(milliseconds=at_ms)).strftime(MINUTE)


def _dollars(micros: int) -> str:
    return format(dollars_from_micros(micros).normalize(), "f")


def _micros(name: str, text: str) -> int:
    try:
        micros = micros_from_dollars(text)
    except ValueError as error:
        raise ValueError(f"{name} cannot be {text[:40]!r}: give dollars, such as 0.08.") from error
    if abs(micros) > LARGEST_MICROS:
        raise ValueError(f"{name} cannot be {text[:40]!r}: nothing costs that much.")
    return micros


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{name} cannot be {text[:40]!r}: give a day as 2026-11-22.") from error


def _moment(name: str, text: str) -> int:
    try:
        moment = datetime.strptime(text, MINUTE).replace(tzinfo=UTC)
    except ValueError as error:
        raise ValueError(
            f"{name} cannot be {text[:40]!r}: give a minute in UTC as 2026-11-22T13:00Z."
        ) from error
    return (moment - EPOCH) // timedelta(milliseconds=1)


def _sort(text: str) -> Sort:
    try:
        return Sort(text)
    except ValueError as error:
        raise ValueError(f"{SORT} cannot be {text[:40]!r}: choose of {', '.join(Sort)}.") from error


def _flag(text: str) -> bool:
    if text not in (YES, NO):
        raise ValueError(f"{DELETED} cannot be {text[:40]!r}: choose {YES} or {NO}.")
    return text == YES
