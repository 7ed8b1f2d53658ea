"""A place to drop files on: downloaded pictures, to find their runs, and zips of another Plantain."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lib.services.taking_away.bringing_in import BroughtIn, Progress
from lib.ui import bring_in_work, dropped_picture, person, wiring
from lib.ui.dropped_picture import BOX

FILES = "bring_in_files"
FOLDER = "bring_in_folder"
TYPES = ("png", "jpg", "jpeg", "webp", "zip")
WHAT = (
    "Drop downloaded pictures here to find their runs, "
    "or a zip that was taken away from another Plantain."
)


def draw() -> None:
    """The button that opens the place, and what is to be said about each file in it."""
    box = st.popover("Bring in", icon=":material/upload_file:", key=BOX, on_change="rerun")
    with box:
        st.caption(WHAT)
        st.file_uploader(
            "Pictures and zips",
            type=TYPES,
            accept_multiple_files=True,
            key=FILES,
            label_visibility="collapsed",
            on_change=_follow,
        )
        for file in st.session_state.get(FILES) or ():
            if _is_zip(file):
                _draw_zip(file)
            else:
                dropped_picture.draw(file)
        _draw_folder()


def _follow() -> None:
    pictures = [file for file in st.session_state[FILES] if not _is_zip(file)]
    dropped_picture.follow(pictures)


def _is_zip(file: Any) -> bool:
    return str(file.name).lower().endswith(".zip")


def _draw_zip(file: Any) -> None:
    def bring(progress: Progress) -> BroughtIn:
        return service.bring_in(file, by=by, progress=progress)

    service, by = wiring.services().bringing_in, person.name()
    st.text(file.name)
    st.button(
        "Bring in its runs",
        key=f"bring_in_{file.file_id}",
        icon=":material/unarchive:",
        on_click=_begin,
        args=(bring,),
    )


def _draw_folder() -> None:
    service, by = wiring.services().bringing_in, person.name()
    waiting = service.waiting()
    if not waiting:
        return
    name = st.selectbox("Or from the folder bring-in", waiting, key=FOLDER)

    def bring(progress: Progress) -> BroughtIn:
        return service.bring_in_waiting(name, by=by, progress=progress)

    st.button("Bring it in", key="bring_in_waiting", on_click=_begin, args=(bring,))


def _begin(bring: Callable[[Progress], BroughtIn]) -> None:
    st.session_state[BOX] = False  # what comes of it stands on the page
    bring_in_work.begin(bring)
