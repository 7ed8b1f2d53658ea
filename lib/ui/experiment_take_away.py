"""Taking an experiment away: its cells as a table, its pictures, and its grid as pictures."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.experiment_layout import Layout
from lib.domain.experiment_progress import Experiment
from lib.services.taking_away.of_experiments.asked import cells_of
from lib.services.taking_away.prepared import Form
from lib.ui import take_away_links, take_away_progress

KEY = "cells_away"
FORMS = {
    Form.ZIP: (
        "Pictures",
        ":material/folder_zip:",
        "A zip of all pictures, in folders by their values, with the design and every cell",
    ),
    Form.CSV: ("CSV", ":material/csv:", "Each cell, for any program"),
    Form.EXCEL: ("Excel", ":material/table:", "Each cell, for spreadsheets"),
    Form.PARQUET: ("Parquet", ":material/view_column:", "Each cell with exact types"),
}


def draw(services: Services, found: Experiment, layout: Layout) -> None:
    """A button that opens the links, and what is on its way. Sheets are laid out like that."""
    with st.popover("Take away", icon=":material/download:", key=KEY):
        cells = cells_of(found.id, layout)
        taking_away = services.taking_away
        take_away_links.draw(FORMS, KEY, lambda form: taking_away.order_cells(form, cells))
    take_away_progress.draw()
