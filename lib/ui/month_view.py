"""The months of the books on Costs: which are closed, and closing one."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.errors import PlantainError
from lib.domain.months import Month, NotToBeClosed
from lib.domain.periods import Days
from lib.services.closing import MonthOfBooks
from lib.services.owners import is_owner
from lib.ui import address, money, notice, person, state, times
from lib.ui.refusal import draw_refusal

CHOSEN = "month_chosen"
BOX = "month_box"
PROBLEM = "month_problem"
"""Why a month was not closed: the words, and the ids of runs."""
EXPLAINED = (
    "A closed month stays as it is, to the micro-dollar: what becomes known of its runs later "
    "counts in the open month, and points back. It is never opened again."
)
OWNERS_ONLY = "Months are closed by owners."
ALL_CLOSED = "All months that are over are closed."
RIGHT = ("Spend at closing", "Runs")


def draw(services: Services) -> None:
    """Draw the months, and for owners the way to close one that is over; nothing without runs."""
    months = services.books.closing.months()
    if not months:
        return
    with st.expander("Months of the books", icon=":material/event_available:", key="months"):
        notice.draw()
        st.caption(EXPLAINED)
        st.dataframe(
            months_table(months, services.costs.zone),
            hide_index=True,
            height="content" if len(months) < 12 else 460,
            column_config=dict.fromkeys(RIGHT, st.column_config.TextColumn(alignment="right")),
            alt="The months of the books, and which of them are closed",
        )
        if not is_owner(person.name()):
            st.caption(OWNERS_ONLY)
            return
        _draw_closing(services, [found.month for found in months if found.can_be_closed])


def draw_state(services: Services, days: Days) -> None:
    """Say that the month of these days is closed; nothing when they are of more, or it is open."""
    month = Month.of(days.first)
    if Month.of(days.last) != month:
        return
    closed = services.books.closing.closed(month)
    if closed is not None:
        at = times.exact(closed.closed_at, services.costs.zone)
        st.caption(f":material/lock: {name(month)} was closed at {at}: it stays as it is.")


def _draw_closing(services: Services, to_close: Sequence[Month]) -> None:
    if not to_close:
        st.caption(ALL_CLOSED)
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        month = st.selectbox("Month", to_close, format_func=name, key=CHOSEN, width=220)
        box = st.popover(f"Close {name(month)}", icon=":material/lock:", key=BOX, on_change="rerun")
    if box.open:
        with box:
            _draw_question(services, month)
    _draw_problem()


def _draw_question(services: Services, month: Month) -> None:
    st.markdown(f"Close **{name(month)}** for good?")
    st.caption(
        f"The days from {month.first} to {month.last} in {services.costs.zone.key}. Its sums are "
        "kept as they tie out now, with your name. Later corrections count in the open month. "
        "This cannot be undone."
    )
    st.button(
        f"Close {name(month)} for good",
        key="month_close",
        type="primary",
        icon=":material/lock:",
        on_click=_close,
        args=(services, month),
    )


def _close(services: Services, month: Month) -> None:
    st.session_state[BOX] = False
    st.session_state.pop(PROBLEM, None)
    try:
        done = services.books.closing.close(month, by=person.name())
    except NotToBeClosed as error:
        st.session_state[PROBLEM] = (f"{name(month)} stays open. {error}", error.run_ids)
    except PlantainError as error:
        st.session_state[PROBLEM] = (f"{name(month)} stays open. {error}", ())
    else:
        state.say(f"{name(month)} is closed." if done else f"{name(month)} was closed already.")


def _draw_problem() -> None:
    why, run_ids = st.session_state.get(PROBLEM, ("", ()))
    if not why:
        return
    draw_refusal(why)
    if run_ids:
        links = [f"{address.base()}history?run={run_id}" for run_id in run_ids]
        run = st.column_config.LinkColumn("Run", display_text=r"run=(.+)$")
        table = pd.DataFrame({"Run": links}, dtype="str")
        st.dataframe(table, hide_index=True, height="content", column_config={"Run": run})


def months_table(months: Sequence[MonthOfBooks], zone: ZoneInfo) -> pd.DataFrame:
    """A line a month: where it stands, and what was kept when it was closed."""
    rows = [
        {
            "Month": name(found.month),
            "State": _state(found),
            "Spend at closing": money.exact(told.tie_out.line_micros)
            if (told := found.closed)
            else "",
            "Runs": f"{told.tie_out.runs:,}" if told else "",
            "Closed": times.exact(told.closed_at, zone) if told else "",
            "By": told.closed_by if told else "",
            "Days of": told.zone if told else zone.key,
        }
        for found in months
    ]
    return pd.DataFrame(rows, dtype="str")


def _state(found: MonthOfBooks) -> str:
    if found.closed is not None:
        return "Closed"
    return "Open" if found.is_over else "Under way"


def name(month: Month) -> str:
    """`October 2026`."""
    return month.first.strftime("%B %Y")
