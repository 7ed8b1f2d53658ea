"""Budgets in words: whose, over which time, until when, and the requests that would fit."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from lib.domain.budget import BY_NUMBER, Budget, BudgetUse, Scope, Strength, Terms, Window
from lib.domain.days import local_time
from lib.domain.fitting import Smaller
from lib.ui import money

EACH: Mapping[Window, str] = {
    Window.DAY: "each day",
    Window.WEEK: "each week",
    Window.MONTH: "each month",
}
THIS: Mapping[Window, str] = {
    Window.DAY: "today",
    Window.WEEK: "this week",
    Window.MONTH: "this month",
}
STRENGTHS: Mapping[Strength, str] = {
    Strength.HARD: "refuses what does not fit",
    Strength.SOFT: "warns",
}


def title(budget: Budget) -> str:
    """`Team, each month`; may hold what a person typed, so it is no Markdown."""
    return f"{whose(budget)}, {when(budget.terms)}"


def whose(budget: Budget) -> str:
    """Whose runs count."""
    terms = budget.terms
    if terms.scope is Scope.TEAM:
        return "Team"
    return f"{terms.scope.capitalize()} {budget.subject_name or f'no. {terms.subject}'}"


def when(terms: Terms) -> str:
    """Which time the budget is for."""
    if terms.window is Window.ONCE:
        return f"from {terms.first_day} to {terms.last_day}"
    return EACH[terms.window]


def until(use: BudgetUse) -> str:
    """When the window is over: `2026-12-01 00:00 CET`."""
    zone = ZoneInfo(use.budget.terms.zone)
    moment = local_time(use.span.to_ms, zone)
    return moment.strftime("%Y-%m-%d %H:%M %Z")


def left(use: BudgetUse) -> str:
    """`$3.10 of $50.00 today`."""
    limit = money.price(use.budget.terms.limit_micros)
    return f"{money.price(max(0, use.left_micros))} of {limit} {_this(use)}"


def _this(use: BudgetUse) -> str:
    return THIS.get(use.budget.terms.window) or f"until {until(use)}"


def owner_of(use: BudgetUse) -> str:
    """Whom the budget is named after on the page of someone who may use it. No Markdown."""
    scope = use.budget.terms.scope
    if scope in BY_NUMBER:
        return whose(use.budget)
    if scope is Scope.EXPERIMENT:
        return "The experiment"
    return "The team" if scope is Scope.TEAM else "You"


def has_a_name(use: BudgetUse) -> bool:
    """Whether `owner_of` holds what a person typed."""
    return use.budget.terms.scope in BY_NUMBER


def too_small(use: BudgetUse, needed_micros: int) -> str:
    """Why a run does not fit."""
    owner = owner_of(use)
    has = "have" if use.budget.terms.scope is Scope.PERSON else "has"
    remains = f"{money.price(max(0, use.left_micros))} left until {until(use)}"
    return (
        f"This costs {money.price(needed_micros)}; {owner[0].lower()}{owner[1:]} {has} {remains}."
    )


def smaller(one: Smaller) -> str:
    """`3 at 4K, $0.480`."""
    less = " without extras" if one.without_extras else ""
    return f"{one.images} at {one.size}{less}, {money.price(one.total_micros)}"
