"""Taking an experiment away: its cells as a table, its pictures, and its grid as pictures."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.experiment_layout import Layout
from lib.domain.experiment_progress import Experiment
from lib.services.taking_away.of_experiments.asked import ChargesOf, PictureSize, cells_of
from lib.services.taking_away.prepared import Form
from lib.ui import take_away_links, take_away_progress

KEY, SIZE, PICTURE = "cells_away", "cells_away_size", "cells_away_picture"
ALL_OF_IT = {
    Form.ZIP: (
        "Pictures",
        ":material/folder_zip:",
        "A zip of all pictures, in folders by their values, with the design and every cell",
    ),
    Form.CSV: ("CSV", ":material/csv:", "Each cell, for any program"),
    Form.EXCEL: ("Excel", ":material/table:", "Each cell, for spreadsheets"),
    Form.PARQUET: ("Parquet", ":material/view_column:", "Each cell with exact types"),
}
CHARGES = {
    Form.CSV: ("Charge lines", ":material/receipt_long:", "What each run of it was charged for"),
}
ONE_PICTURE = ("One picture", ":material/image:", "Several in a zip where one would be too large")
PICTURES = {Form.PNG: "PNG", Form.JPEG: "JPEG", Form.WEBP: "WebP"}
PAGES = {
    Form.HTML: ("Report", ":material/html:", "A page with all of it, which needs no server"),
    Form.PDF: ("PDF", ":material/picture_as_pdf:", "The same, a page for each sheet"),
}


def draw(services: Services, found: Experiment, layout: Layout) -> None:
    """A button that opens the links, and what is on its way. Sheets are laid out like that."""
    taking_away = services.taking_away
    with st.popover("Take away", icon=":material/download:", key=KEY):
        st.caption("All cells")
        cells = cells_of(found.id, layout)
        take_away_links.draw(ALL_OF_IT, KEY, lambda form: taking_away.order_cells(form, cells))
        charges = ChargesOf(found.id)
        take_away_links.draw(
            CHARGES, f"{KEY}_charges", lambda form: taking_away.order_cells(form, charges)
        )
        st.caption("The grid as it is laid out, without what is hidden")
        sized = cells_of(found.id, layout, _size())
        offered = {_picture(): ONE_PICTURE, **PAGES}
        take_away_links.draw(offered, KEY, lambda form: taking_away.order_cells(form, sized))
    take_away_progress.draw()


def _size() -> PictureSize:
    return PictureSize(
        st.segmented_control(
            "Pictures of",
            list(PictureSize),
            key=SIZE,
            default=PictureSize.MEDIUM,
            required=True,
            format_func=lambda size: f"{size.px} px",
        )
    )


def _picture() -> Form:
    return Form(
        st.segmented_control(
            "As",
            list(PICTURES),
            key=PICTURE,
            default=Form.PNG,
            required=True,
            format_func=PICTURES.__getitem__,
        )
    )
