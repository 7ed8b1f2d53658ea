"""Bringing in a zip of another Plantain."""

import streamlit as st

from lib.services.taking_away.bringing_in import BroughtIn
from lib.services.taking_away.opened_zip import NotBroughtIn
from lib.ui import person, wiring


def draw() -> None:
    """A place to drop a zip, and the button that brings its runs in. Any other click cancels."""
    file = st.file_uploader("Bring in a zip", type="zip", key="bring_in_file")
    if file is None or not st.button("Bring in", key="bring_in", width="stretch"):
        return
    service = wiring.services().bringing_in
    try:
        total, bar = service.check(file), st.progress(0.0)

        def tell(done: int) -> bool:
            bar.progress(min(done / max(total, 1), 1.0))
            return True

        st.text(words(service.bring_in(file, by=person.name(), progress=tell)))
    except NotBroughtIn as refused:
        st.text(str(refused))  # it may quote the zip


def words(came: BroughtIn) -> str:
    """What came of it."""
    told = [f"{came.runs:,} runs brought in, {came.known:,} were here already."]
    if came.open:
        told.append(f"{came.open:,} had not ended and were left out.")
    if came.elsewhere:
        told.append(f"{came.elsewhere:,} of them belong to another account and show there.")
    if came.lost_pictures:
        told.append(f"{came.lost_pictures:,} pictures were not in the zip.")
    return " ".join(told)
