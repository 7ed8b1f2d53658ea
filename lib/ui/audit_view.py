"""Audits, as Settings shows them: the last one, what it counted, and the newest differences."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.audit import Audit, Difference, DifferenceKind
from lib.services.audit import AuditState
from lib.ui import address, money, settings_facts, times, wiring

LOOK_AGAIN_S = 1.0
EXPLAINED = "The API's own list of runs, compared with the runs here once an hour."
NONE_YET = "none yet: the first one comes soon after the start"
MADE_BY_ANOTHER = "Audits are made by the Plantain that carries out the runs of this data folder."
WORDS: Mapping[DifferenceKind, str] = {
    DifferenceKind.MADE_ELSEWHERE: "Made elsewhere",
    DifferenceKind.FOUND: "Found again",
    DifferenceKind.MISSING: "Not known at the API",
    DifferenceKind.SEEN_AGAIN: "Known at the API again",
    DifferenceKind.COST_CHANGED: "Cost corrected",
}
CHARGED_BESIDE = "Charged beside ours"
BESIDE_TITLE = "The API took runs that nobody asked for"
BESIDE_REMEDY = (
    "Each stands below beside the run that it belongs to, and in the costs. Show both ids to "
    "Runflow's support: only they can give the money back."
)


def draw(services: Services) -> None:
    """Draw how audits are doing; while one is made, again and again."""
    is_running = services.audits.state().is_running
    again = LOOK_AGAIN_S if is_running else None
    st.fragment(_draw, run_every=again)(services, is_running)


def _draw(services: Services, was_running: bool) -> None:
    state, zone = services.audits.state(), services.settings.zone
    if state.is_running is not was_running:
        st.rerun()  # the whole page: only that sets or ends the fragment's timer
    st.caption(EXPLAINED)
    settings_facts.draw(facts(state.last, zone, wiring.clock().now_ms()))
    if state.last is not None and state.last.problem:
        st.warning(
            "What was read counts; nothing was taken for missing. It is tried again soon.",
            title="The last audit is not complete",
            icon=":material/rule:",
        )
        st.text(state.last.problem)
    _draw_button(services, state)
    if any(map(is_beside, state.differences)):
        st.warning(BESIDE_REMEDY, title=BESIDE_TITLE, icon=":material/content_copy:")
    if state.differences:
        table = differences_table(state.differences, zone, f"{address.base()}history?run=")
        _draw_table(table)


def _draw_button(services: Services, state: AuditState) -> None:
    if not services.executes:
        st.caption(MADE_BY_ANOTHER)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Audit now",
            key="audit_now",
            icon=":material/rule:",
            disabled=state.is_running,
            on_click=_request,
        )
        if state.is_running:
            st.caption(f"Comparing. {state.counted:,} runs so far.")


def _request() -> None:
    wiring.services().audits.request()


def facts(last: Audit | None, zone: ZoneInfo, now_ms: int) -> dict[str, str]:
    """What the last audit counted."""
    if last is None:
        return {"Last audit": NONE_YET}
    took = times.lasting(max(0, last.ended_at - last.began_at))
    when = f"{times.ago(last.ended_at, now_ms)}, {times.exact(last.ended_at, zone)}, took {took}"
    told = {
        "Last audit": when,
        "Runs at the API": f"{last.counted:,} since {times.exact(last.since, zone)}",
        WORDS[DifferenceKind.MADE_ELSEWHERE]: f"{last.adopted:,}",
        WORDS[DifferenceKind.FOUND]: f"{last.found:,}",
        WORDS[DifferenceKind.MISSING]: f"{last.missing:,}",
        WORDS[DifferenceKind.COST_CHANGED]: _corrected(last),
    }
    if last.others:
        cost = money.price(last.others_micros)
        told["Other models"] = f"{last.others:,} for {cost}, which are not in these accounts"
    return told


def _corrected(last: Audit) -> str:
    if not last.different:
        return "0"
    return f"{last.different:,}, {money.signed(last.difference_micros)} in all"


def differences_table(differences: Sequence[Difference], zone: ZoneInfo, link: str) -> pd.DataFrame:
    """The newest differences; `link` and a run's id make the address of the run."""
    rows = [
        (
            times.exact(difference.at, zone),
            CHARGED_BESIDE if is_beside(difference) else WORDS[difference.kind],
            f"{link}{difference.run_id}",
            in_detail(difference),
        )
        for difference in differences
    ]
    return pd.DataFrame(rows, columns=["When", "What", "Run", "Detail"], dtype="str")


def is_beside(difference: Difference) -> bool:
    """Whether the API took it beside a run of ours, and so charged it without being asked."""
    return isinstance(difference.told, dict) and "beside" in difference.told


def in_detail(difference: Difference) -> str:
    """What there is to know of it beside its kind."""
    told = difference.told if isinstance(difference.told, dict) else {}
    match difference.kind:
        case DifferenceKind.COST_CHANGED:
            before, after = money.price(told.get("from_micros")), money.price(told.get("to_micros"))
            return f"{before} before, {after} now"
        case DifferenceKind.MADE_ELSEWHERE:
            return str(told.get("why") or f"client_ref {told.get('client_ref') or 'none'}")
        case DifferenceKind.FOUND:
            return f"as {told.get('remote_id', '')}"
        case _:
            return ""


def _draw_table(table: pd.DataFrame) -> None:
    run = st.column_config.LinkColumn("Run", display_text=r"run=(.+)$", width=300)
    detail = st.column_config.TextColumn("Detail", width=460)
    config = {"Run": run, "Detail": detail}
    st.dataframe(
        table, hide_index=True, height="content", column_config=config, alt="The newest differences"
    )
