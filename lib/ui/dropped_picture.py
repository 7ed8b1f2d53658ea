"""A picture that was dropped on Plantain: its run, its settings, or what looks like it.

Its name and its record may hold anything: they are shown as text only.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from lib.domain.catalog import find_model
from lib.domain.errors import PlantainError
from lib.domain.run import Run
from lib.services.recognising import Recognised
from lib.ui import history_link, state, wiring
from lib.ui.form_link import query_of
from lib.ui.page_files import GENERATE
from lib.ui.plain import excerpt

BOX = "bring_in_box"
"""The box that the files are dropped in: it closes when there is something to see on the page."""
FOUND = "dropped_found"
"""What each file is, by its id in this session."""
SEARCHED = "dropped_searched"
"""The file whose look-alikes were asked for."""
LONGEST_NAME = 60
LONGEST_PROMPT = 120
MOST_ALIKE = 6
THUMBNAIL_PX = 96


def follow(files: Sequence[Any]) -> None:
    """Look at the files that are new; the run of one that came alone is opened at once."""
    known: Mapping[str, Recognised] = st.session_state.get(FOUND, {})
    recognise = wiring.services().recognising.recognise
    new = {one.file_id: recognise(one.getvalue()) for one in files if one.file_id not in known}
    st.session_state[FOUND] = {one.file_id: {**known, **new}[one.file_id] for one in files}
    runs = [found.run for found in new.values() if found.run is not None]
    if len(new) == len(runs) == 1:
        _open_run(runs[0].id)


def draw(file: Any) -> None:
    """Draw what the file is and what can be done with it."""
    found: Recognised | None = st.session_state.get(FOUND, {}).get(file.file_id)
    if found is None:
        return
    with st.container(border=True, gap="small", key=f"dropped_{file.file_id}"):
        st.text(excerpt(file.name, LONGEST_NAME))
        if found.problem is not None:
            st.text(f"This is no picture that Plantain knows. {found.problem}")
        elif found.run is not None:
            _draw_run(found.run, file.file_id)
        elif found.record is not None:
            _draw_record(found, file.file_id)
        else:
            _draw_unknown(file)


def _draw_run(run: Run, key: str) -> None:
    st.text(excerpt(run.prompt, LONGEST_PROMPT))
    _open(run.id, f"dropped_open_{key}")


def _open(run_id: str, key: str) -> None:
    st.button(
        "Open its run",
        key=key,
        icon=":material/open_in_full:",
        on_click=_open_run,
        args=(run_id,),
    )


def _open_run(run_id: str) -> None:
    st.session_state[BOX] = False
    history_link.open_run(run_id)


def _draw_record(found: Recognised, key: str) -> None:
    st.caption("Its run is not here. The file says how it was made:")
    st.text(excerpt(str(found.input.get("prompt") or "no prompt"), LONGEST_PROMPT))
    try:
        model = find_model(str((found.record or {}).get("model")))
    except KeyError:
        st.caption("Plantain does not know the model that it names.")
        return
    if st.button("Use its settings", key=f"dropped_use_{key}", icon=":material/replay:"):
        state.set_reused(None)
        query = query_of(model, found.input, wiring.services().runs.keep_draft)
        st.switch_page(GENERATE, query_params=query)


def _draw_unknown(file: Any) -> None:
    st.caption("It carries no record, and no run here has made a file of these bytes.")
    if st.session_state.get(SEARCHED) == file.file_id:
        _draw_alike(file)
        return
    st.button(
        "Find similar pictures",
        key=f"dropped_alike_{file.file_id}",
        icon=":material/image_search:",
        on_click=_search,
        args=(file.file_id,),
    )


def _search(file_id: str) -> None:
    st.session_state[SEARCHED] = file_id


def _draw_alike(file: Any) -> None:
    try:
        alike = wiring.services().recognising.alike(file.getvalue(), limit=MOST_ALIKE)
    except PlantainError as error:
        st.text(str(error))
        return
    if alike.runs.empty:
        st.caption("No picture here looks like it.")
    pictures = alike.pictures.dropna(subset="distance").drop_duplicates("run_id")
    sha256s = dict(zip(pictures["run_id"], pictures["sha256"], strict=True))
    for run in alike.runs.to_dict("records"):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            if run["id"] in sha256s:
                st.image(f"/app/static/thumb/{sha256s[run['id']]}", width=THUMBNAIL_PX)
            with st.container(gap="xsmall"):
                st.text(excerpt(str(run["prompt"]), LONGEST_PROMPT))
                _open(str(run["id"]), f"dropped_open_{file.file_id}_{run['id']}")
    if alike.unknown:
        st.caption(f"{alike.unknown:,} older pictures could not be compared yet.")
