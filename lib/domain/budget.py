"""Budgets: whose spending is limited, over which time, to how much, and what is left of it.

A run counts in the window of its click, with its cost once that is known and its estimate until
then: an open run holds its estimate, one in doubt keeps holding it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from lib.domain.days import day_of, span_ms, start_ms
from lib.domain.errors import PlantainError
from lib.domain.run import RunState


class Scope(StrEnum):
    """Which runs a budget counts."""

    TEAM = "team"
    """All of an origin, those that were made elsewhere too."""
    PERSON = "person"
    """Those of one person."""
    TAG = "tag"
    """Those that have a tag, from their click on or since."""
    COLLECTION = "collection"
    """Those in a collection."""
    EXPERIMENT = "experiment"
    """Those of an experiment."""


BY_NUMBER = frozenset({Scope.TAG, Scope.COLLECTION})
"""Their subject is an id: names may change."""


class Window(StrEnum):
    """The time that a budget is for. All but `once` begin anew, in the budget's time zone."""

    DAY = "day"
    WEEK = "week"
    """From Monday."""
    MONTH = "month"
    ONCE = "once"
    """From one day to another."""


class Strength(StrEnum):
    """What happens when a run does not fit."""

    SOFT = "soft"
    """It is said."""
    HARD = "hard"
    """The run is refused."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, ms UTC: the first moment is in it, the last one is not."""

    from_ms: int
    to_ms: int

    def has(self, moment_ms: int) -> bool:
        return self.from_ms <= moment_ms < self.to_ms


@dataclass(frozen=True, slots=True)
class Terms:
    """What a person sets. Micro-dollars; `subject` is the person's name, or the id of the tag etc.

    `zone` is written down with the budget: two processes that are set to different zones must not
    disagree about a window.
    """

    scope: Scope
    subject: str
    window: Window
    limit_micros: int
    strength: Strength
    zone: str
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget of one origin. Times are ms UTC.

    `subject_name` is what people call the subject: the person, or the name of the tag or the
    collection; empty for the team, and where the collection is gone or only its maker's.
    """

    id: int
    origin: str
    terms: Terms
    created_at: int
    created_by: str
    ended_at: int | None = None
    subject_name: str = ""

    @property
    def is_hard(self) -> bool:
        return self.terms.strength is Strength.HARD


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """What a budget's window holds, in micro-dollars: each run is in one of the three sums."""

    budget: Budget
    span: Span
    spent_micros: int = 0
    held_micros: int = 0
    in_doubt_micros: int = 0

    @property
    def used_micros(self) -> int:
        return self.spent_micros + self.held_micros + self.in_doubt_micros

    @property
    def left_micros(self) -> int:
        """Below zero when more was charged than was estimated, or the limit was lowered."""
        return self.budget.terms.limit_micros - self.used_micros

    def fits(self, amount_micros: int) -> bool:
        """Whether that much more may be held. What is free always fits."""
        return amount_micros == 0 or amount_micros <= self.left_micros


class ChangeOfBudget(StrEnum):
    """What was done to a budget."""

    MADE = "made"
    CHANGED = "changed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class BudgetChange:
    """One line of the history: `at` ms UTC, `limit_micros` and `strength` as they were from then."""

    budget: Budget
    at: int
    by: str
    kind: ChangeOfBudget
    limit_micros: int
    strength: Strength


@dataclass(frozen=True, slots=True)
class Hold:
    """A run whose estimate is held. `created_at` ms UTC; an ended one is in doubt."""

    run_id: str
    state: RunState
    created_at: int
    created_by: str
    amount_micros: int


class OverBudget(PlantainError):
    """A run does not fit into hard budgets; `refused` has each of them as it stood."""

    def __init__(self, refused: Sequence[BudgetUse], needed_micros: int) -> None:
        which = "one budget" if len(refused) == 1 else f"{len(refused)} budgets"
        super().__init__(f"Nothing was sent: this run does not fit into {which}.")
        self.refused = tuple(refused)
        self.needed_micros = needed_micros


class BudgetWrong(PlantainError):
    """A budget cannot be as it was asked for; the message names the field and the remedy."""


def window_at(terms: Terms, now_ms: int) -> Span | None:
    """The window that a moment is in; None outside of a budget that is for one time.

    Made from local midnights, so a day may have 23 or 25 hours.
    """
    zone = ZoneInfo(terms.zone)
    if terms.window is Window.ONCE:
        span = whole_span(terms)
        return span if span.has(now_ms) else None
    today = day_of(now_ms, zone)
    first, following = _days_around(terms.window, today)
    return Span(start_ms(first, zone), start_ms(following, zone))


def whole_span(terms: Terms) -> Span:
    """From the first day to the end of the last one, of a budget that is for one time."""
    begins, is_over = span_ms(terms.first_day, terms.last_day, ZoneInfo(terms.zone))
    if begins is None or is_over is None:
        raise ValueError("a budget for one time has a first and a last day")
    return Span(begins, is_over)


def _days_around(window: Window, today: date) -> tuple[date, date]:
    """The first day of the window that a day is in, and that of the next one."""
    if window is Window.DAY:
        return today, today + timedelta(days=1)
    if window is Window.WEEK:
        monday = today - timedelta(days=today.weekday())
        return monday, monday + timedelta(days=7)
    first = today.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def problem_with(terms: Terms) -> str | None:
    """Why a budget cannot be like this; None when it can."""
    if terms.scope is Scope.EXPERIMENT:
        return "scope: an experiment gets its cap when it is started, choose another one."
    if (terms.scope is Scope.TEAM) is bool(terms.subject):
        return "subject: say whose budget it is, and leave it out for the team."
    if terms.scope in BY_NUMBER and not (terms.subject.isascii() and terms.subject.isdecimal()):
        return f"subject: give the id of a {terms.scope}."
    if terms.limit_micros < 0:
        return "limit: give an amount from $0 up."
    if terms.window is not Window.ONCE:
        return None
    if terms.first_day is None or terms.last_day is None:
        return "first_day, last_day: give both for a budget that is for one time."
    if terms.last_day < terms.first_day:
        return "last_day: give one that does not come before the first day."
    return None
