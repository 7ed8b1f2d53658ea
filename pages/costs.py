"""Costs: what was spent, on what, by whom and when, and whether all the books say the same."""

import streamlit as st

from lib.ui import (
    account_view,
    anomaly_view,
    cost_accounts,
    cost_chart,
    cost_groups,
    cost_insights,
    cost_link,
    cost_period,
    cost_take_away,
    cost_ties,
    cost_view,
    cost_words,
    drift_view,
    month_view,
    wiring,
)

services = wiring.services()

st.title("Costs")
anomaly_view.draw(services)
words = cost_words.words_of(services)
report = services.costs.report(cost_link.follow(services.costs))
is_whole = not report.query.is_filtered
cost_period.draw(report)
cost_period.draw_filters(report, words)
if report.has_figures:
    cost_view.draw_sums(report)
    if is_whole:
        cost_insights.draw_headline(services, report.days, report.spend_micros)
    cost_view.draw_basis(report, is_sandbox=services.settings.uses_sandbox)
    month_view.draw_state(services, report.days)
if report.has_figures or not report.ties_out:
    cost_ties.draw(services, report)
shown = cost_view.draw_runs(services, report) if report.totals.runs else 0
if report.is_empty:
    cost_view.draw_nothing(report)
else:
    cost_chart.draw_choices(report)
    cost_chart.draw(services, report, words)
    cost_groups.draw(services, report, words, shown)
    if is_whole:
        cost_insights.draw_questions(services, report.days)
cost_accounts.draw(services, report)
drift_view.draw(services, services.pricing.drifts())
if report.has_figures:
    cost_take_away.draw(services, report.days)
month_view.draw(services)
if report.totals.runs:
    account_view.draw_beside_ledger(services)
