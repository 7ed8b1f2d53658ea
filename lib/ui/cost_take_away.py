"""Taking the charge lines of a period away: as tables, and FOCUS-shaped."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.periods import Days
from lib.services.taking_away.lines import LinesOfDays
from lib.services.taking_away.prepared import Form
from lib.ui import take_away_links, take_away_progress

KEY = "lines_away"
FORMS = {
    Form.CSV: ("CSV", ":material/csv:", "Each charge line, exact, for any program"),
    Form.EXCEL: ("Excel", ":material/table:", "Each charge line for spreadsheets"),
    Form.PARQUET: ("Parquet", ":material/view_column:", "Each charge line with exact types"),
    Form.ZIP: (
        "FOCUS",
        ":material/receipt_long:",
        "Cost and Usage and Billing Period in the shape of FOCUS 1.4, made by Plantain itself",
    ),
}


def draw(services: Services, days: Days) -> None:
    """A button that opens the links to the lines of these days, and what is on its way."""
    lines = LinesOfDays(days.first, days.last, services.costs.zone.key)
    with st.popover("Take lines away", icon=":material/download:", key=KEY):
        st.text(f"All charge lines that count from {lines.first} to {lines.last}, {lines.zone}.")
        st.caption("Filters of the page do not narrow them; what is in doubt is marked.")
        taking_away = services.taking_away
        take_away_links.draw(FORMS, KEY, lambda form: taking_away.order_lines(form, lines))
    take_away_progress.draw()
