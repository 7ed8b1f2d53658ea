"""What is unusual about where a run is from, or what has become of it at the API."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from lib.domain.run import Run


@dataclass(frozen=True, slots=True)
class Mark:
    """A badge, and what it means in a sentence."""

    label: str
    icon: str
    color: Literal["blue", "orange", "gray"]
    meaning: str


MADE_ELSEWHERE = Mark(
    "Made elsewhere",
    ":material/input:",
    "blue",
    "It was not made in this Plantain: an audit found it in the API's list of runs.",
)
NOT_KNOWN = Mark(
    "Not known at the API",
    ":material/link_off:",
    "orange",
    "The API had accepted it, and does not know it any more. What is here stays.",
)
COST_CORRECTED = Mark(
    "Cost corrected",
    ":material/price_change:",
    "gray",
    "The API has named another cost since it ended. The one before stands beside it in History.",
)


def marks_of(run: Run) -> tuple[Mark, ...]:
    """The marks that a run bears."""
    borne = {
        MADE_ELSEWHERE: run.adopted_at,
        NOT_KNOWN: run.missing_at,
        COST_CORRECTED: run.corrected_at,
    }
    return tuple(mark for mark, at in borne.items() if at is not None)


def draw_marks(run: Run) -> None:
    """Draw a badge for each."""
    for mark in marks_of(run):
        st.badge(mark.label, icon=mark.icon, color=mark.color, help=mark.meaning)
