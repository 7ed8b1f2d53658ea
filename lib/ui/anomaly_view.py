"""Spending out of the ordinary, on top of Costs until somebody says what it is."""

from datetime import date, timedelta

import streamlit as st

from lib.bootstrap import Services
from lib.domain.anomaly import FALSE_MUTES_DAYS, Anomaly, AnomalyKind, Answer, Verdict
from lib.domain.errors import NotWritten
from lib.ui import history_question, money, person, state
from lib.ui.cost_figures import counted

MOST_SHOWN = 3
HELP = (
    "A person or a SKU on one of the last 7 days: at least $1.00 and 50% above the median of the "
    "days with spend in the 28 days before, and more than 3.5 deviations (by the median distance) "
    "away from it. A person's last 15 minutes: at least $2.00 and 200% above the median of the "
    "quarters of an hour with spend in the last 28 days, open runs with their estimate; or $10.00 "
    "where there are fewer than 7 of them."
)
PLAN_AHEAD = timedelta(days=7)
LONGEST_PLAN = timedelta(days=366)
ANSWERS = {
    Verdict.REAL: "real",
    Verdict.FALSE: "false alarm",
    Verdict.PLANNED: "planned",
}


def draw(services: Services) -> None:
    """Draw what nobody has answered yet; nothing when there is nothing."""
    found = services.insights.anomalies.unanswered()
    if not found:
        return
    with st.container(border=True, key="anomalies", gap="xsmall"):
        words = f":orange[:material/notifications_active:] {counted(len(found), 'alarm')} of unusual spend"
        st.markdown(words, help=HELP.replace("$", r"\$"))
        for one in found[:MOST_SHOWN]:
            _draw_one(services, one)
        if len(found) > MOST_SHOWN:
            st.caption("The others follow when these are answered.")


def draw_answered(services: Services) -> None:
    """Draw what was answered and is not shown for that, with the way back."""
    muting = services.insights.anomalies.muting()
    if not muting:
        return
    with st.expander("Answered alarms", icon=":material/notifications_off:", key="answered"):
        for place, answer in enumerate(muting):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(answer_words(answer, _name(services, answer)), width="content")
                st.button(
                    "Undo",
                    key=f"anomaly_undo_{place}",
                    type="tertiary",
                    on_click=_answer,
                    args=(services, answer, Verdict.UNDONE),
                )


def _draw_one(services: Services, one: Anomaly) -> None:
    key = f"anomaly_{one.kind}_{one.subject}_{one.day}"
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        # A person may be called anything: no Markdown.
        st.text(anomaly_words(one, _name(services, one)), width="content")
        query = services.insights.anomalies.question(one)
        st.link_button(
            history_question.SHOWN_AS,
            history_question.address_of(query),
            key=f"{key}_runs",
            icon=":material/list:",
            type="tertiary",
        )
        for verdict, label, help in (
            (Verdict.REAL, "Real", "It is as it looks: this alarm is not shown again."),
            (Verdict.FALSE, "False alarm", f"No such alarm again for {FALSE_MUTES_DAYS} days."),
        ):
            st.button(
                label,
                key=f"{key}_{verdict}",
                help=help,
                type="tertiary",
                on_click=_answer,
                args=(services, one, verdict),
            )
        _draw_planned(services, one, key)


def _draw_planned(services: Services, one: Anomaly, key: str) -> None:
    today = services.insights.anomalies.today()
    with st.popover("Planned", type="tertiary", key=f"{key}_planned"):
        until = st.date_input(
            "Until",
            today + PLAN_AHEAD,
            min_value=one.day,
            max_value=today + LONGEST_PLAN,
            key=f"{key}_until",
            help="No such alarm is shown for the days up to this one.",
        )
        st.button(
            "It was planned",
            key=f"{key}_plan",
            on_click=_answer,
            args=(services, one, Verdict.PLANNED, until),
        )


def _answer(
    services: Services, one: Anomaly | Answer, verdict: Verdict, until: date | None = None
) -> None:
    try:
        services.insights.anomalies.answer(one, verdict, by=person.name(), until=until)
    except NotWritten:
        state.say("Nothing was noted: the database cannot be written now. Try again.")


def _name(services: Services, one: Anomaly | Answer) -> str:
    is_sku = one.kind is AnomalyKind.SKU
    return services.insights.anomalies.label(one.subject) if is_sku else one.subject


def anomaly_words(one: Anomaly, name: str) -> str:
    """`ana: $12.30 on Mon 2026-11-23, where $2.10 is usual on a day with spend`."""
    spent = f"{name}: {money.price(one.amount_micros)}"
    if one.kind is AnomalyKind.BURST:
        if one.usual_micros is None:
            return f"{spent} in the last 15 minutes; nothing is usual yet"
        usual = money.price(one.usual_micros)
        return f"{spent} in the last 15 minutes, where {usual} is usual while there is spend"
    usual = money.price(one.usual_micros)
    return f"{spent} on {one.day:%a %Y-%m-%d}, where {usual} is usual on a day with spend"


def answer_words(answer: Answer, name: str) -> str:
    """What was said, of what, by whom, and until when that holds."""
    what = "a quarter of an hour" if answer.kind is AnomalyKind.BURST else "the day"
    said = f"{name}, {what} of {answer.day}: {ANSWERS[answer.verdict]}, says {answer.by}"
    if answer.verdict is Verdict.REAL:
        return said
    return f"{said}; no such alarm until {answer.mutes_until}"
