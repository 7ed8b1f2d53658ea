"""The insights on the page of costs, for one period: what stands above the sums' chart, and below."""

from lib.bootstrap import Services
from lib.domain.periods import Days
from lib.ui import anomaly_view, cost_headline, waste_view, what_if_view, worth_view


def draw_headline(services: Services, days: Days, spend_micros: int) -> None:
    """Draw the figures beyond sums, and what was of no use."""
    waste = services.insights.waste.between(days)
    cost_headline.draw(services, days, spend_micros, waste)
    waste_view.draw(services, days, waste)


def draw_questions(services: Services, days: Days) -> None:
    """Draw what is reckoned only when somebody asks."""
    worth_view.draw(services, days)
    what_if_view.draw(services, days)
    anomaly_view.draw_answered(services)
