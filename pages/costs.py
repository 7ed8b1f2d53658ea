"""Costs: what was spent, day by day, and whether it is what was expected."""

import streamlit as st

from lib.domain.periods import Days
from lib.ui import (
    account_view,
    anomaly_view,
    cost_insights,
    cost_parts,
    cost_take_away,
    cost_view,
    drift_view,
    month_view,
    wiring,
)

services = wiring.services()

st.title("Costs")
anomaly_view.draw(services)
report = services.costs.report(cost_view.draw_period())
days = Days(report.first, report.last)
if report.totals.runs:
    cost_view.draw_sums(report)
    cost_insights.draw_headline(services, days, report.totals.spend_micros)
    drift_view.draw(services, services.pricing.drifts())
    cost_view.draw_basis(report, services.costs.zone.key, is_sandbox=services.settings.uses_sandbox)
    cost_parts.draw_ties(services, report)
if report.totals.settled_runs:
    cost_view.draw_days(report)
    cost_parts.draw_parts(services, report)
    cost_insights.draw_questions(services, days)
else:
    cost_view.draw_nothing()
if report.totals.runs:
    cost_take_away.draw(services, days)
    month_view.draw(services)
    account_view.draw_beside_ledger(services)
