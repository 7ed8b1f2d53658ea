"""What is known of a seed, as a badge: sent, honoured, or not honoured."""

from typing import Literal

import streamlit as st

from lib.bootstrap import Services
from lib.domain.experiment_seeds import SeedFinding, Verdict
from lib.domain.run import Run

COLORS: dict[Verdict, Literal["gray", "green", "orange"]] = {
    Verdict.SENT: "gray",
    Verdict.HONOURED: "green",
    Verdict.NOT_HONOURED: "orange",
}
ICON = ":material/grain:"


def draw_badge(finding: SeedFinding) -> None:
    """Draw it; how it was judged stands in its help."""
    st.badge(str(finding.verdict), icon=ICON, color=COLORS[finding.verdict], help=finding.sentence)


def draw(services: Services, run: Run) -> None:
    """Draw what is known of an opened run's seed, if it sent one."""
    if run.input.get("seed") is None or not run.pictures:
        return
    finding = services.mattered.seed_of_run(run.id)
    if finding:
        draw_badge(finding)
        st.caption(finding.sentence)
