"""The pictures of an opened run from close by: as large as the window, or compared."""

from dataclasses import replace

import streamlit as st

from lib.domain.run import Picture, Run
from lib.ui import compare, viewer
from lib.ui.history_pictures import measures
from lib.ui.viewer import ViewerPicture

KEY = "history_viewer"
LOOKED_AT = "history_looked_at"
"""The run whose pictures fill the window."""
COMPARED_HEIGHT = 480


def draw(run: Run) -> None:
    """What there is to do with the pictures, and what of it was chosen."""
    pictures = [picture_of(run, picture) for picture in run.pictures if not picture.problem]
    if not pictures:
        return
    with viewer.taking(KEY) as closing:
        if closing:
            st.session_state.pop(LOOKED_AT, None)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            "Look closely",
            key="history_closely",
            icon=":material/zoom_in:",
            type="tertiary",
            on_click=_look_at,
            args=(run.id,),
        )
        is_compared = 2 <= len(pictures) <= compare.MOST and st.toggle(
            "Compare", key=f"history_compare_{run.id}"
        )
    if st.session_state.get(LOOKED_AT) == run.id:
        viewer.draw(pictures, key=KEY)
    if is_compared:
        # The prompt is the same for all of them: it says nothing of what differs.
        placed = [replace(one, caption=one.alt.partition(":")[0]) for one in pictures]
        compare.draw(placed, key=f"history_compared_{run.id}", height=COMPARED_HEIGHT)


def _look_at(run_id: str) -> None:
    st.session_state[LOOKED_AT] = run_id


def picture_of(run: Run, picture: Picture) -> ViewerPicture:
    """A picture of a run, to be looked at."""
    place = f"Picture {picture.index + 1} of {len(run.pictures)}"
    return ViewerPicture(
        id=f"{run.id}/{picture.index}",
        url=f"/app/static/img/{picture.sha256}",
        thumb_url=f"/app/static/thumb/{picture.sha256}",
        download_url=f"/app/static/download/{picture.sha256}?run={run.id}",
        caption=run.prompt,
        facts=measures(picture),
        alt=f"{place}: {run.prompt}",
        width=picture.width,
        height=picture.height,
    )
