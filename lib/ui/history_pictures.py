"""The top of an opened run: where it stands, and its pictures as they are."""

import streamlit as st

from lib.domain.run import Picture, Run
from lib.ui import history_link
from lib.ui.card_failures import draw_ending
from lib.ui.card_states import Surroundings, standing
from lib.ui.run_marks import draw_marks
from lib.ui.sizes import in_words


def draw_state(run: Run, around: Surroundings) -> None:
    """Where the run stands, why, and what to do next."""
    now = standing(run, around)
    with st.container(horizontal=True, gap="xsmall"):
        st.badge(now.label, icon=now.icon, color=now.color)
        if run.nsfw_detected:
            st.badge("Flagged as NSFW", icon=":material/visibility_off:", color="orange")
        draw_marks(run)
    if now.sentence:
        st.text(now.sentence)
    if run.is_open and run.note:
        st.code(run.note, language=None, wrap_lines=True)
    draw_ending(run)


def draw_pictures(run: Run) -> None:
    """Every picture at full width, straight from its file: a click opens the file itself."""
    for picture in run.pictures:
        if picture.problem:
            st.markdown(":orange[:material/broken_image:] This file cannot be shown. It is kept.")
            st.text(picture.problem)
        else:
            address = f"/app/static/img/{picture.sha256}"
            words = f"Picture {picture.index + 1} of {len(run.pictures)}"
            st.image(address, width="stretch", link=address, alt=words)
        with st.container(horizontal=True, gap="small"):
            _draw_actions(run, picture)


def _draw_actions(run: Run, picture: Picture) -> None:
    st.link_button(
        measures(picture),
        f"/app/static/download/{picture.sha256}?run={run.id}",
        key=f"history_download_{picture.index}",
        icon=":material/download:",
        type="tertiary",
        help="Download, with the record of how it was made inside the file",
    )
    if not picture.problem:
        st.button(
            "Similar pictures",
            key=f"history_similar_{picture.index}",
            icon=":material/image_search:",
            type="tertiary",
            on_click=history_link.look_for_like,
            args=(picture.sha256,),
        )


def measures(picture: Picture) -> str:
    """Its pixels, its format and how many bytes it takes."""
    pixels = f"{picture.width} × {picture.height}" if picture.width and picture.height else ""
    kind = picture.mime.rpartition("/")[2].upper() if pixels else "File"
    return " · ".join(filter(None, (pixels, kind, in_words(picture.size_bytes))))
