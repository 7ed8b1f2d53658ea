"""What every page says on top: that the money is play money, or that runs do not go on here."""

import streamlit as st

from lib.ui import wiring

SANDBOX = (
    "**Sandbox**: synthetic pictures, play money. "
    "Set `RUNFLOW_API_KEY` and start again to use the real API."
)
READ_ONLY = (
    "Another Plantain already works on this data folder. "
    "This one shows its pages and can queue runs; the other one carries them out."
)


def draw() -> None:
    """Draw what applies; nothing in the usual case of a real account."""
    services = wiring.services()
    if services.settings.uses_sandbox:
        st.caption(f":material/science: {SANDBOX}")
    if not services.executes:
        st.warning(READ_ONLY, icon=":material/info:")
