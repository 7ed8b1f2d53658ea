"""Pictures that look like one of them, found in the whole history, the most alike first."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.history_query import HistoryQuery
from lib.services.likeness import Alike
from lib.services.organising import Progress
from lib.ui import (
    history_bulk,
    history_gallery,
    history_link,
    history_selection,
    history_table,
    history_view_choice,
    history_work,
    take_away,
    wiring,
)

MOST = 100
NEARLY = 4
"""Of 64 bits: what differs in so many is the same motif in all but details."""
IDS = "history_alike_ids"
LABEL = "Runs with pictures like this one, the most alike first"


def draw(services: Services, query: HistoryQuery, sha256: str) -> None:
    """Draw what looks like this picture. `query` is what one comes back to."""
    alike = services.likeness.alike(sha256, limit=MOST)
    found = [str(run_id) for run_id in alike.runs["id"]]
    st.session_state[IDS] = found
    history_selection.forget_whole()
    _draw_head(sha256, alike, query)
    history_work.draw(services)
    if not found:
        st.caption("Nothing to show: this picture is not here, or it was erased with its run.")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        only = "No other picture looks like it."
        words = only if len(found) == 1 else f"{len(found):,} runs"
        st.caption(words, width="content")
        history_bulk.draw_selected(services, query)
    _draw_runs(services, query, alike, sha256)


def ids() -> Sequence[str]:
    """The runs that were found last, in their order."""
    found: Sequence[str] = st.session_state.get(IDS, ())
    return found


def words_of(alike: Alike, sha256: str) -> dict[str, str]:
    """How much each run's nearest picture is like this one."""
    known = alike.pictures.dropna(subset=["distance"])
    nearest = known.groupby("run_id")["distance"].min()
    words = {
        str(run_id): "Nearly the same" if distance <= NEARLY else "Alike"
        for run_id, distance in nearest.items()
    }
    itself = known.loc[known["sha256"] == sha256, "run_id"]
    return {**words, **dict.fromkeys(map(str, itself), "This picture")}


def _draw_head(sha256: str, alike: Alike, query: HistoryQuery) -> None:
    is_any = not alike.runs.empty
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if is_any:
            st.image(f"/app/static/thumb/{sha256}", width=120, alt="The picture")
        with st.container(width="stretch"):
            st.subheader("Pictures like this one")
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.button(
                    "Back to History",
                    key="history_leave_like",
                    icon=":material/arrow_back:",
                    type="tertiary",
                    on_click=history_link.leave_like,
                )
                history_view_choice.draw()
                if is_any:
                    take_away.draw(query, history_selection.ids() or ids())
    if alike.unknown:
        _draw_unknown(alike.unknown)


def _draw_unknown(unknown: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        pictures = "1 picture was" if unknown == 1 else f"{unknown:,} pictures were"
        st.caption(f"{pictures} not looked at yet and cannot be compared.", width="content")
        st.button(
            "Look at them",
            key="history_look_at_all",
            icon=":material/visibility:",
            type="tertiary",
            on_click=_look_at_all,
            args=(unknown,),
        )


def _look_at_all(unknown: int) -> None:
    likeness = wiring.services().likeness

    def work(progress: Progress) -> history_work.Done:
        done = likeness.fill(progress=lambda done, _total: progress(done))
        return history_work.Done(f"Pictures looked at: {done:,}.")

    history_work.start(work, unknown, of="pictures")


def _draw_runs(services: Services, query: HistoryQuery, alike: Alike, sha256: str) -> None:
    words = words_of(alike, sha256)
    if history_link.view() == "gallery":
        labels = _labels(alike.runs, words)
        now_ms = wiring.clock().now_ms()
        history_gallery.draw(services, query, alike, now_ms, LABEL, labels)
    else:
        told = {"Likeness": [words.get(str(run_id), "") for run_id in alike.runs["id"]]}
        history_table.draw(alike.runs, services.settings.zone, LABEL, told)


def _labels(runs: pd.DataFrame, words: Mapping[str, str]) -> dict[str, str]:
    shown = zip(runs["id"], runs["prompt"], strict=True)
    return {str(run_id): f"{words.get(str(run_id), '')} · {prompt}" for run_id, prompt in shown}
