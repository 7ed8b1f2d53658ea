"""The top of an opened run: where it stands, and its pictures as they are."""

import streamlit as st

from lib.domain.run import Picture, Run, RunState
from lib.ui import sizes
from lib.ui.history_words import state_words

ICONS = {
    RunState.STORED: ":material/check_circle:",
    RunState.FAILED: ":material/error:",
    RunState.CANCELED: ":material/cancel:",
    RunState.PARKED: ":material/person_alert:",
}
WAITING = ":material/hourglass_top:"

KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WebP"}


def draw_state(run: Run) -> None:
    """Where the run stands, and why, in the words of whoever knows."""
    words = state_words(
        run.state,
        run.status,
        pictures=len(run.pictures),
        num_images=run.input.get("num_images") or 1,
        nsfw_detected=run.nsfw_detected,
    )
    st.markdown(f"{ICONS.get(run.state, WAITING)} **{words}**")
    if run.failure:
        st.text(run.failure.message)
        st.text(" · ".join(filter(None, (run.failure.code, run.failure.stage))))
    if run.note:
        st.text(run.note)


def draw_pictures(run: Run) -> None:
    """Every picture at full width, straight from its file, with the ways to have it."""
    for picture in run.pictures:
        if picture.problem:
            st.text(f"Picture {picture.index + 1} cannot be shown: {picture.problem}")
        else:
            st.image(f"/app/static/img/{picture.sha256}", width="stretch", alt=run.prompt[:200])
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(_measures(picture), width="stretch")
            st.link_button(
                "Original", f"/app/static/img/{picture.sha256}", icon=":material/open_in_new:"
            )
            st.link_button(
                "Download",
                f"/app/static/download/{picture.sha256}?run={run.id}",
                icon=":material/download:",
                help="With its prompt, settings and cost written inside the file.",
            )


def _measures(picture: Picture) -> str:
    pixels = f"{picture.width} × {picture.height}" if picture.width and picture.height else ""
    kind = KINDS.get(picture.mime, "")
    return " · ".join(filter(None, (pixels, kind, sizes.in_words(picture.size_bytes))))
