"""The report's sums, what they stand on, the way to its runs, and what is said where there is nothing."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.days import local_time
from lib.domain.history_link import parameters_of as history_parameters
from lib.domain.periods import Period
from lib.domain.spend import Cut
from lib.domain.spend_link import days_of_cut, runs_behind
from lib.services.cost_report import CostReport
from lib.ui import cost_link, cost_period, money, person
from lib.ui.cost_figures import counted, per_picture
from lib.ui.page_files import GENERATE, HISTORY
from lib.ui.plain import dollars

NOT_BY_PART = "What open runs and those in doubt will be charged for is known at their end."


def draw_sums(report: CostReport) -> None:
    """What was spent, what is still open, and how much that is a picture."""
    totals = report.totals
    with st.grid(5, min_column_width=190):
        _card("Spend", report.spend_micros, _compared(report), help=_spend_help(report))
        if report.compares_runs:
            held, doubt = totals.held_micros, totals.in_doubt_micros
            _card("Held", held, counted(totals.held_runs, "open run"), help=_exactly(held))
            _card("In doubt", doubt, counted(totals.in_doubt_runs, "run"), help=_exactly(doubt))
            _card(
                "Average per picture",
                per_picture(report),
                "too many to count"
                if report.pictures is None
                else f"over {counted(report.pictures, 'picture')}",
                help="Spend by the pictures that came.",
            )
        else:
            for label in ("Held", "In doubt"):
                _card(label, None, "not known in parts", help=NOT_BY_PART)
        expected = f"estimate {money.price(totals.estimate_of_settled_micros)}"
        st.metric(
            "Runs",
            f"{totals.settled_runs:,}",
            dollars(expected) if report.compares_runs else "with this charge",
            delta_color="off",
            delta_arrow="off",
            border=True,
            height="stretch",
            help="Of known cost. Failed runs are among them: they cost nothing.",
        )


def _compared(report: CostReport) -> str:
    if report.before is None:
        return f"{money.price(report.totals.confirmed_micros)} confirmed"
    return f"{money.signed(report.spend_micros - report.before_micros)} vs before"


def _spend_help(report: CostReport) -> str:
    if report.before is None:
        return _exactly(report.spend_micros)
    before = f"Before ({cut_words(report.before)}) it was {money.exact(report.before_micros)}."
    return f"{_exactly(report.spend_micros)} {dollars(before)}"


def _exactly(micros: int) -> str:
    return dollars(f"Exactly {money.exact(micros)}.")


def _card(label: str, micros: int | None, below: str, *, help: str) -> None:
    st.metric(
        label,
        money.price(micros),
        dollars(below),
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
        help=help,
    )


def draw_basis(report: CostReport, *, is_sandbox: bool) -> None:
    """Whose days they are, what they are compared with, and where the figures come from."""
    zone = report.cut.zone
    parts = [f"{cut_words(report.cut)} in {zone.key}, by the time of the click."]
    if report.before is not None:
        parts.append(f"Compared with {cut_words(report.before)}.")
    computed = report.lines.line_micros - report.lines.confirmed_micros
    parts.append(
        f"{money.price(report.lines.confirmed_micros)} confirmed by the API,"
        f" {money.price(computed)} computed from the price book."
    )
    if report.is_provisional(report.cut.to_ms):
        parts.append(_not_final(report))
    if is_sandbox:
        parts.append("All of it is the sandbox's play money.")
    st.caption(dollars(" ".join(parts)))


def _not_final(report: CostReport) -> str:
    if not report.totals.held_runs:
        return "Today is provisional."
    runs = counted(report.totals.held_runs, "open run")
    return f"Today is provisional: {runs} may still cost {money.price(report.totals.held_micros)}."


def cut_words(cut: Cut) -> str:
    """From when to when: days, or moments where it is less than a day."""
    days = days_of_cut(cut)
    if days is not None:
        return f"{days.first} to {days.last}" if days.count > 1 else f"{days.first}"
    first, last = (local_time(at, cut.zone) for at in (cut.from_ms, cut.to_ms))
    return f"{first:%Y-%m-%d %H:%M} to {last:%H:%M %Z}"


def draw_runs(services: Services, report: CostReport) -> int | None:
    """The ways to the runs behind the report, and how many of them the history shows."""
    query, deleted = runs_behind(report.cut), runs_behind(report.cut, deleted=True)
    if query is None or deleted is None:
        return None
    shown, in_bin = (
        services.search.totals(asked, viewer=person.name()).runs.value for asked in (query, deleted)
    )
    ways = [(query, shown, "in History", ":material/history:")]
    if in_bin:
        ways.append((deleted, in_bin, "more in the bin", ":material/delete:"))
    with st.container(horizontal=True, gap="small"):
        for asked, count, where, icon in ways:
            label = f"{counted(count, 'run')} {where}"
            st.page_link(HISTORY, label=label, icon=icon, query_params=history_parameters(asked))
    return shown


def draw_nothing(report: CostReport) -> None:
    """What will stand here, or what keeps it away, and the next step."""
    if report.query.is_filtered:
        st.caption("Nothing was spent on what these filters leave.")
        st.button(
            "Take the filters away",
            key="cost_unfilter",
            icon=":material/filter_alt_off:",
            on_click=cost_period.take_filters_away,
        )
        return
    if report.query.period is not Period.ALL_TIME:
        st.caption(f"No spend in this period, {cut_words(report.cut)}.")
    st.caption("What runs cost will stand here: on what, by whom, and day by day.")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(GENERATE, label="Make a picture", icon=":material/brush:")
        if report.query.period is not Period.ALL_TIME:
            st.button("Show all time", key="cost_all_time", type="tertiary", on_click=_all_time)


def _all_time() -> None:
    cost_link.ask(cost_link.asked().of(Period.ALL_TIME))
